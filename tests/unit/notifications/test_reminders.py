"""When reminders are due, over every clock there is."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.reminders import GRACE, Wish, next_due, parsed, settle

BERLIN = ZoneInfo("Europe/Berlin")
PLACES = (
    "Europe/Berlin Africa/Casablanca America/New_York America/Sao_Paulo Asia/Kathmandu Australia/Lord_Howe "
    "Pacific/Kiritimati Pacific/Niue UTC"
)
ZONES = st.sampled_from(PLACES.split()).map(ZoneInfo)
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
WISHES = st.builds(Wish, st.just("sleep"), TIMES, st.frozensets(st.integers(0, 6), min_size=1), st.booleans())
MINUTES = st.integers(0, 10 * 365 * 24 * 60)
MOMENTS = MINUTES.map(lambda n: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=n))


def test_a_wish_is_read_as_it_is_kept() -> None:
    kept = {"category": "mood", "at": "07:05", "days": ["mon", "sun"], "tell_circle": True}
    assert parsed(kept) == Wish("mood", time(7, 5), frozenset({0, 6}), True)


@pytest.mark.parametrize(
    ("at", "after", "due"),
    [
        ((2, 30), datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # skipped
        ((2, 30), datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # twice
        ((9, 0), datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 7, tzinfo=UTC)),
        ((9, 0), datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 8, tzinfo=UTC)),
    ],
)
def test_across_a_change_of_the_clocks(at: tuple[int, int], after: datetime, due: datetime) -> None:
    assert next_due(Wish("sleep", time(*at)), BERLIN, after) == due


def test_a_time_that_comes_twice_is_told_once() -> None:
    wish = Wish("sleep", time(2, 30))
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    found = settle(wish, first, BERLIN, BERLIN, None, first + timedelta(seconds=5))
    assert found.told
    assert found.due == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


@given(WISHES, ZONES, MOMENTS)
def test_it_is_due_on_a_wished_day_after_now_and_not_on_a_settled_one(
    wish: Wish, zone: ZoneInfo, now: datetime
) -> None:
    due = next_due(wish, zone, now)
    assert now < due <= now + timedelta(days=9)
    local = due.astimezone(zone)
    assert local.date().weekday() in wish.days
    assert local.time() >= wish.at  # the same, or later where the clocks skip it
    assert next_due(wish, zone, now, local.date()).astimezone(zone).date() > local.date()


@given(
    WISHES, st.lists(ZONES, min_size=1, max_size=4), MOMENTS, st.lists(st.integers(1, 30_000), max_size=60)
)
def test_no_local_day_is_told_twice_however_one_travels_and_whenever_it_is_looked_at(
    wish: Wish, zones: list[ZoneInfo], now: datetime, steps: list[int]
) -> None:
    zone, day, told = zones[0], None, list[date]()
    due = next_due(wish, zone, now)
    for n, minutes in enumerate(steps):
        now += timedelta(minutes=minutes)
        moved_to = zones[n % len(zones)]
        if due > now and moved_to == zone:
            continue
        found = settle(wish, due, zone, moved_to, day, now)
        if found.told:
            assert due <= now <= due + GRACE
            assert found.day
            told.append(found.day)
        zone, day, due = moved_to, found.day, found.due
    assert told == sorted(set(told))


@given(WISHES, ZONES, MOMENTS, st.integers(1, 90))
def test_looked_at_often_enough_every_wished_day_is_told(
    wish: Wish, zone: ZoneInfo, start: datetime, minutes: int
) -> None:
    now, day, told = start, None, list[date]()
    due = next_due(wish, zone, now)
    end = start + timedelta(days=16)
    while due < end:
        now = due + timedelta(minutes=minutes)
        found = settle(wish, due, zone, zone, day, now)
        assert found.told
        assert found.day
        told.append(found.day)
        day, due = found.day, found.due
    wished = [told[0] + timedelta(days=n) for n in range((told[-1] - told[0]).days + 1)]
    assert told == [one for one in wished if one.weekday() in wish.days]


def test_after_a_long_night_down_only_what_is_still_of_use_is_told() -> None:
    wish, due = Wish("sleep", time(9)), datetime(2026, 6, 1, 7, tzinfo=UTC)
    late = settle(wish, due, BERLIN, BERLIN, None, due + timedelta(days=2, minutes=30))
    assert not late.told
    assert late.due == due + timedelta(days=2)  # half an hour ago: still within the grace
    assert settle(wish, late.due, BERLIN, BERLIN, late.day, due + timedelta(days=2, minutes=30)).told
