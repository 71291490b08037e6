import pytest
from hearth_client.outbox import Entry, Outbox


def entry(client_id: str, stream: str = "room:1") -> Entry:
    return Entry(stream, client_id, "hello")


def test_one_per_stream_is_in_flight_so_order_holds() -> None:
    outbox = Outbox([entry("a"), entry("b"), entry("c", "room:2")])
    assert [one.client_id for one in outbox.due(0.0)] == ["a", "c"]
    assert outbox.due(0.0) == []
    outbox.settle(entry("a"))
    assert [one.client_id for one in outbox.due(0.0)] == ["b"]


def test_a_postponed_one_holds_back_those_behind_it() -> None:
    outbox = Outbox([entry("a"), entry("b")])
    outbox.due(0.0)
    outbox.postpone(entry("a"), 5.0)
    assert outbox.due(4.9) == []
    assert outbox.deadline() == 5.0
    assert [one.client_id for one in outbox.due(5.0)] == ["a"]


def test_a_lost_one_goes_out_again_with_the_same_client_id() -> None:
    outbox = Outbox([entry("a")])
    first = outbox.due(0.0)
    outbox.lost(first[0])
    assert outbox.due(0.0) == first


def test_it_outlives_a_restart() -> None:
    outbox = Outbox([Entry("room:1", "a", "hello", "e1"), entry("b")])
    assert list(Outbox.load(outbox.dump())) == list(outbox)


def test_a_waiting_client_id_is_not_taken_twice() -> None:
    outbox = Outbox([entry("a")])
    with pytest.raises(ValueError, match="waiting"):
        outbox.add(entry("a"))


def test_only_what_is_not_on_its_way_can_be_taken_back() -> None:
    outbox = Outbox([entry("a"), entry("b")])
    outbox.due(0.0)
    assert outbox.drop("a") is None
    assert outbox.drop("b") == entry("b")
    assert len(outbox) == 1
