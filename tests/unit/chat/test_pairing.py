"""Who is matched with whom."""

from datetime import UTC, datetime, timedelta

from chat.pairing import Waiting, pairs

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def seeker(key: int, waited_s: float = 0) -> Waiting:
    return Waiting(key, False, NOON - timedelta(seconds=waited_s))


def listener(key: int, waited_s: float = 0) -> Waiting:
    return Waiting(key, True, NOON - timedelta(seconds=waited_s))


def keys(*waiting: Waiting, apart: set[frozenset[int]] = frozenset()) -> list[set[int]]:  # type: ignore[assignment]
    found = pairs(waiting, NOON, lambda a, b: frozenset({a.key, b.key}) not in apart)
    return [{a.key, b.key} for a, b in found]


def test_a_seeker_gets_a_listener_at_once() -> None:
    assert keys(seeker(1), listener(2)) == [{1, 2}]


def test_two_listeners_never_meet() -> None:
    assert keys(listener(1, 500), listener(2, 500)) == []


def test_two_seekers_meet_after_half_a_minute_and_not_before() -> None:
    assert keys(seeker(1, 29.9), seeker(2, 29.9)) == []
    assert keys(seeker(1, 30), seeker(2, 1)) == [{1, 2}]


def test_a_listener_is_preferred_to_another_seeker() -> None:
    assert keys(seeker(1, 60), seeker(2, 50), listener(3)) == [{1, 3}]


def test_whoever_waited_longest_comes_first() -> None:
    assert keys(seeker(1, 5), seeker(2, 10), listener(3)) == [{2, 3}]


def test_those_kept_apart_get_somebody_else_or_wait() -> None:
    apart = {frozenset({1, 2})}
    assert keys(seeker(1), listener(2), apart=apart) == []
    assert keys(seeker(1), listener(2), listener(3), apart=apart) == [{1, 3}]


def test_nobody_is_in_two_pairs() -> None:
    waiting = [seeker(n, 40) for n in range(7)] + [listener(n) for n in range(10, 12)]
    found = keys(*waiting)
    everyone = [key for pair in found for key in pair]
    assert len(everyone) == len(set(everyone)) == 8


def test_a_lone_seeker_waits() -> None:
    assert keys(seeker(1, 600)) == []
