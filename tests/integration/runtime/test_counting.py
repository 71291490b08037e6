"""Limits counted over processes: exact, shared through Redis, and never an open door."""

from collections.abc import Iterator

import pytest
from limits import RateLimitItemPerMinute

from runtime import counting
from runtime.counting import Counter
from tests.servers import RedisServer

FIVE = RateLimitItemPerMinute(5)


class Clock:
    """The time that the storage sees."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("time.time", made.time)
    return made


def allowed(counter: Counter, times: int, key: str = "k") -> int:
    return sum(counter.spend(FIVE, key).allowed for _ in range(times))


def test_exactly_five_a_minute(clock: Clock) -> None:
    counter = Counter(None)
    assert allowed(counter, 8) == 5
    clock.now += 30
    assert allowed(counter, 3) == 0
    clock.now += 31
    assert allowed(counter, 8) == 5


def test_the_window_moves(clock: Clock) -> None:
    counter = Counter(None)
    assert allowed(counter, 3) == 3
    clock.now += 40
    assert allowed(counter, 5) == 2
    clock.now += 21  # the first three are older than a minute, the last two are not
    assert allowed(counter, 5) == 3


def test_callers_have_their_own_counts() -> None:
    counter = Counter(None)
    assert allowed(counter, 9, "alice") == allowed(counter, 9, "bob") == 5


def test_what_is_left_is_told() -> None:
    counter = Counter(None)
    first = counter.spend(FIVE, "k")
    assert (first.limit, first.remaining, first.window_s) == (5, 4, 60)
    assert 0 < first.reset_s <= 60


def test_two_processes_share_one_count(redis_server: RedisServer) -> None:
    one, two = Counter(redis_server.url), Counter(redis_server.url)
    assert allowed(one, 3, "shared") == 3
    assert allowed(two, 5, "shared") == 2


def test_without_redis_it_counts_here(monkeypatch: pytest.MonkeyPatch) -> None:
    counter = Counter("redis://127.0.0.1:1/0")
    assert allowed(counter, 9) == 5


def test_a_redis_that_is_gone_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    counter = Counter("redis://127.0.0.1:1/0")
    counter.spend(FIVE, "k")
    asked: list[int] = []
    monkeypatch.setattr(counting, "_spend", lambda limiter, *_: asked.append(id(limiter)) or pytest.fail)
    counter.spend(FIVE, "k")
    assert asked == [id(counter._local)]


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server
