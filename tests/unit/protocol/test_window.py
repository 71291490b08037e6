"""The window of one connection against a model that keeps every event by itself."""

import sys

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from protocol.window import Window


def push(window: Window, *sizes: int, now: float = 0.0) -> bool:
    return window.push(sizes, sum(sizes), now)


def test_it_is_full_at_the_number_of_events() -> None:
    window = Window(events=3, bytes=1000)
    assert push(window, 1, 1)
    assert window.full_since is None
    assert not push(window, 1, 1)
    assert push(window, 1, now=5.0)
    assert window.full_since == 5.0
    assert not window.fits(1, 1)


def test_it_is_full_when_the_next_event_would_exceed_the_bytes() -> None:
    window = Window(events=10, bytes=100)
    assert push(window, 60)
    assert window.fits(1, 40)
    assert not window.fits(1, 41)
    assert window.full_since is None
    assert window.admits((41,), 7.0) == 0
    assert window.full_since == 7.0
    assert push(window, 40)
    assert window.unacked_bytes == 100


def test_a_batch_that_does_not_fit_leaves_no_trace() -> None:
    window = Window(events=3, bytes=100)
    assert not push(window, 50, 51)
    assert (window.pushed, window.unacked_bytes, window.full_since) == (0, 0, None)


def test_admits_counts_the_events_that_fit_from_the_front() -> None:
    window = Window(events=4, bytes=100)
    assert window.admits((40, 40, 40), 0.0) == 2
    assert window.admits((1, 1, 1, 1, 1), 0.0) == 4
    assert window.admits((), 0.0) == 0
    assert window.full_since is None


def test_an_event_bigger_than_the_whole_window_goes_alone() -> None:
    window = Window(events=4, bytes=100)
    assert window.admits((500, 1), 0.0) == 1
    assert push(window, 500)
    assert window.admits((1,), 1.0) == 0
    assert not window.fits(1, 1)
    assert window.ack(1)
    assert push(window, 1)
    assert not window.fits(1, 500)


@pytest.mark.parametrize("n", [0, 2, 3, 6, 10**30])
def test_an_ack_below_the_last_or_above_what_was_pushed_is_ignored(n: int) -> None:
    window = Window()
    push(window, 10, 10, 10, 10, 10)
    assert window.ack(3)
    assert not window.ack(n)
    assert (window.acked, window.unacked, window.unacked_bytes) == (3, 2, 20)


def test_an_ack_may_free_part_of_a_batch() -> None:
    window = Window()
    push(window, 1, 2, 4)
    push(window, 8, 16, 32)
    seen = []
    for n in range(1, 7):
        assert window.ack(n)
        seen.append(window.unacked_bytes)
    assert seen == [62, 60, 56, 48, 32, 0]


def test_an_ack_that_frees_something_starts_the_clock_anew() -> None:
    window = Window(events=2, bytes=100)
    push(window, 1, 1, now=10.0)
    assert not window.overdue(39.9)
    assert window.overdue(40.0)
    assert not window.ack(0)
    assert window.overdue(40.0)
    assert window.ack(1)
    assert not window.overdue(1000.0)
    push(window, 1, now=39.0)
    assert not window.overdue(68.9)
    assert window.overdue(69.0)


def test_being_found_full_again_does_not_start_the_clock_anew() -> None:
    window = Window(events=1, bytes=100)
    push(window, 1, now=10.0)
    assert window.admits((1,), 20.0) == 0
    assert not push(window, 1, now=30.0)
    assert window.full_since == 10.0


def test_an_idle_window_holds_almost_nothing() -> None:
    window = Window()
    fresh = sys.getsizeof(window) + sys.getsizeof(window._parts)
    for _ in range(500):
        assert push(window, 1)
    window.ack(500)
    assert sys.getsizeof(window) + sys.getsizeof(window._parts) == fresh < 300


def test_a_batch_is_shared_and_not_copied() -> None:
    sizes = (10, 20)
    windows = [Window() for _ in range(3)]
    for window in windows:
        window.push(sizes, 30, 0.0)
    assert all(window._parts[0] is sizes for window in windows)


class AgainstModel(RuleBasedStateMachine):
    EVENTS, BYTES = 7, 50

    def __init__(self) -> None:
        super().__init__()
        self.window = Window(self.EVENTS, self.BYTES)
        self.sizes: list[int] = []
        self.acked = 0
        self.now = 0.0
        self.full_since: float | None = None

    def unacked(self) -> list[int]:
        return self.sizes[self.acked :]

    def can_take(self, sizes: tuple[int, ...]) -> bool:
        together = [*self.unacked(), *sizes]
        return len(together) <= self.EVENTS and (sum(together) <= self.BYTES or len(together) <= 1)

    @rule(sizes=st.lists(st.integers(1, 60), max_size=5).map(tuple))
    def push(self, sizes: tuple[int, ...]) -> None:
        fits = self.can_take(sizes)
        assert self.window.fits(len(sizes), sum(sizes)) == fits or not sizes
        assert self.window.push(sizes, sum(sizes), self.now) == fits or not sizes
        if fits:
            self.sizes += sizes
            if len(self.unacked()) == self.EVENTS and self.full_since is None:
                self.full_since = self.now

    @rule(sizes=st.lists(st.integers(1, 60), min_size=1, max_size=9).map(tuple))
    def pump(self, sizes: tuple[int, ...]) -> None:
        count = 0
        while count < len(sizes) and self.can_take(sizes[: count + 1]):
            count += 1
        assert self.window.admits(sizes, self.now) == count
        if count == 0 and self.full_since is None:
            self.full_since = self.now
        if count:
            self.push(sizes[:count])

    @precondition(lambda self: self.sizes)
    @rule(data=st.data())
    def ack(self, data: st.DataObject) -> None:
        n = data.draw(st.integers(0, len(self.sizes) + 2))
        freed = self.acked < n <= len(self.sizes)
        assert self.window.ack(n) == freed
        if freed:
            self.acked = n
            self.full_since = None

    @rule(seconds=st.floats(0.1, 20))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @invariant()
    def it_equals_the_model(self) -> None:
        assert self.window.pushed == len(self.sizes)
        assert self.window.unacked == len(self.unacked()) <= self.EVENTS
        assert self.window.unacked_bytes == sum(self.unacked())
        assert self.window.unacked_bytes <= self.BYTES or self.window.unacked == 1
        assert self.window.full_since == self.full_since
        assert self.window.overdue(self.now) == (
            self.full_since is not None and self.now - self.full_since >= 30
        )


TestAgainstModel = AgainstModel.TestCase
TestAgainstModel.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
