"""Token buckets: exact counts under a clock that only the test moves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.limits import Buckets, TokenBucket
from runtime.rates import Limits, Rate, scaled

SEND = Rate(20, 1)


def test_twenty_at_once_then_one_a_second() -> None:
    bucket = TokenBucket(SEND, now=100.0)
    assert [bucket.spend(100.0) for _ in range(20)] == [0.0] * 20
    assert bucket.spend(100.0) == pytest.approx(1.0)
    assert bucket.spend(100.5) == pytest.approx(0.5)
    assert bucket.spend(101.0) == 0.0
    assert bucket.spend(101.0) == pytest.approx(1.0)


def test_a_refusal_costs_nothing() -> None:
    bucket = TokenBucket(Rate(1, 1), now=0.0)
    assert bucket.spend(0.0) == 0.0
    for _ in range(50):
        assert bucket.spend(0.9) > 0
    assert bucket.spend(1.0) == 0.0


def test_a_long_silence_fills_it_no_further_than_its_burst() -> None:
    bucket = TokenBucket(SEND, now=0.0)
    assert sum(bucket.spend(1e6) == 0.0 for _ in range(100)) == 20


def test_a_clock_that_goes_back_gives_nothing() -> None:
    bucket = TokenBucket(Rate(1, 1), now=10.0)
    assert bucket.spend(10.0) == 0.0
    assert bucket.spend(5.0) > 0


@given(st.lists(st.floats(0, 3), max_size=200))
def test_never_more_than_burst_and_rate_allow(pauses: list[float]) -> None:
    bucket, now, taken = TokenBucket(Rate(5, 2), now=0.0), 0.0, 0
    for pause in pauses:
        now += pause
        taken += bucket.spend(now) == 0.0
    assert taken <= 5 + 2 * now + 1e-3


@given(st.floats(0.01, 1000), st.floats(0.01, 100))
def test_waiting_as_told_is_enough(burst: float, rate: float) -> None:
    bucket, now = TokenBucket(Rate(max(1.0, burst), rate), now=0.0), 0.0
    while (wait := bucket.spend(now)) == 0.0:
        pass
    assert bucket.spend(now + wait) == 0.0


def test_keys_have_their_own_buckets() -> None:
    buckets = Buckets(Rate(1, 1))
    assert buckets.spend("alice", 0.0) == 0.0
    assert buckets.spend("alice", 0.0) > 0
    assert buckets.spend("bob", 0.0) == 0.0


def test_a_flood_of_keys_takes_bounded_memory() -> None:
    buckets = Buckets(Rate(10, 0.001), size=100)
    for number in range(10_000):
        buckets.spend(number, 0.0)
    assert len(buckets) <= 100


def test_full_buckets_are_forgotten_by_themselves() -> None:
    buckets = Buckets(Rate(2, 1), size=1_000)
    for number in range(100):
        buckets.spend(number, 0.0)
    for number in range(100, 200):
        buckets.spend(number, 1_000.0)
    assert len(buckets) <= 101


def test_the_numbers_of_the_protocol() -> None:
    limits = Limits()
    assert (limits.send.burst, limits.send.per_second) == (20, 1)
    assert (limits.command.burst, limits.command.per_second) == (60, 10)
    assert limits.guests_per_address.burst == limits.tickets_per_person.burst == 60
    assert limits.tickets_per_address.burst == limits.sockets_per_address.burst == 600
    assert (limits.connections_per_person, limits.rooms_per_person, limits.commands_in_flight) == (10, 20, 64)


def test_the_scale_multiplies_every_rate_and_no_bound() -> None:
    limits = scaled(1_000)
    assert limits.send == Rate(20_000, 1_000)
    assert limits.http_per_minute == 600_000
    assert limits.rooms_per_person == 20
