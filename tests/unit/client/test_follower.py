from datetime import UTC, datetime

from hearth_client.follower import Follower, Handed, Phase, Weight
from hearth_client.frames import Event, Page, Position
from hypothesis import given
from hypothesis import strategies as st


def event(seq: int) -> Event:
    return Event("room:1", seq, f"e{seq}", "message", datetime(2026, 1, 1, tzinfo=UTC), {})


def page(first: int, last: int, more: bool = False) -> Page:
    return Page(tuple(event(n) for n in range(first, last + 1)), last, more)


def seqs(handed: list[Handed]) -> list[int]:
    return [one.seq for one, _ in handed]


def restored(seq: int = 5) -> Follower:
    follower = Follower("room:1", backlog=3)
    follower.restore(Position("ep", seq, f"e{seq}"))
    return follower


W = Weight(1, 100)


def test_events_in_order_are_handed_on_at_once() -> None:
    follower = restored()
    assert seqs(follower.push(event(6), W)[0]) == [6]
    assert follower.position() == Position("ep", 6, "e6")


def test_a_repeat_is_not_handed_on_and_counts_as_taken() -> None:
    assert restored().push(event(5), W) == ([], [W])


def test_a_hole_asks_history_and_hands_on_in_order() -> None:
    follower = restored()
    assert follower.push(event(8), W) == ([], [])
    assert follower.wanted() == {"stream": "room:1", "after": 5, "limit": 200}
    assert follower.wanted() is None, "asked once"
    handed, repeats = follower.page(page(6, 7))
    assert seqs(handed) == [6, 7, 8]
    assert repeats == []
    assert follower.phase is Phase.LIVE


def test_a_page_that_ends_early_is_followed_by_the_next() -> None:
    follower = restored()
    follower.push(event(9), W)
    follower.wanted()
    assert seqs(follower.page(page(6, 7, more=True))[0]) == [6, 7]
    assert follower.wanted() == {"stream": "room:1", "after": 7, "limit": 200}
    assert seqs(follower.page(page(8, 9))[0]) == [8, 9]


def test_beginning_loads_the_latest_up_to_the_head_and_no_further() -> None:
    follower = Follower("room:1", backlog=3)
    follower.begin("ep", 10)
    assert follower.wanted() == {"stream": "room:1", "before": 11, "limit": 3}
    assert follower.push(event(11), W) == ([], []), "waits for the page"
    assert follower.position() is None
    assert seqs(follower.page(page(8, 10))[0]) == [8, 9, 10, 11]


def test_no_backlog_still_learns_a_position() -> None:
    follower = Follower("room:1", backlog=0)
    follower.begin("ep", 10)
    assert follower.wanted() == {"stream": "room:1", "before": 11, "limit": 1}
    assert follower.page(page(10, 10))[0] == []
    assert follower.position() == Position("ep", 10, "e10")


def test_an_empty_stream_needs_no_history() -> None:
    follower = Follower("room:1", backlog=3)
    follower.begin("ep", 0)
    assert follower.wanted() is None
    assert follower.position() == Position("ep", 0, "")


@given(st.lists(st.integers(1, 30), max_size=80), st.data())
def test_whatever_comes_in_whatever_order_comes_out_once_and_in_order(
    pushed: list[int], data: st.DataObject
) -> None:
    follower = restored(0)
    follower.restore(Position("ep", 0, ""))
    out: list[int] = []
    for seq in pushed:
        out += seqs(follower.push(event(seq), W)[0])
        if data.draw(st.booleans()) and (wanted := follower.wanted()) is not None:
            head = max(pushed)
            upto = data.draw(st.integers(wanted["after"], head))
            out += seqs(follower.page(page(wanted["after"] + 1, upto, more=upto < head))[0])
    assert out == list(range(1, len(out) + 1))
