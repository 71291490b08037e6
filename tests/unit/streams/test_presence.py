from streams.presence import LAPSE_S, Presence


def test_a_member_with_two_connections_counts_once_and_stays_until_the_last_goes() -> None:
    view = Presence()
    view.arrive(1, "alice")
    view.arrive(1, "alice")
    assert view.count(1) == 1
    view.depart(1, "alice")
    assert view.here(1) == {"alice"}
    view.depart(1, "alice")
    assert view.count(1) == 0


def test_two_processes_that_gossip_see_the_same_people() -> None:
    here, there = Presence(), Presence()
    here.arrive(1, "alice")
    there.arrive(1, "bob")
    there.arrive(1, "alice")
    here.heard_snapshot("there", there.snapshot(), now=0)
    there.heard_snapshot("here", here.snapshot(), now=0)
    assert here.here(1) == there.here(1) == {"alice", "bob"}
    there.depart(1, "alice")
    there.depart(1, "bob")
    there.take_changes()
    here.heard_changes("there", [(1, "alice", False), (1, "bob", False)], now=1)
    assert here.here(1) == {"alice"}


def test_changes_of_an_unknown_process_ask_for_its_full_report() -> None:
    view = Presence()
    assert view.heard_changes("there", [(1, "bob", True)], now=0) is False
    assert view.heard_changes("there", [], now=1) is True


def test_a_silent_process_is_forgotten_and_its_streams_are_touched() -> None:
    view = Presence()
    view.heard_snapshot("there", [(7, ["bob"])], now=0)
    view.touched.clear()
    view.lapse(LAPSE_S + 1)
    assert view.count(7) == 0
    assert view.touched == {7}
