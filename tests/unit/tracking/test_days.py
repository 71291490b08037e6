"""Days local to a zone, whatever its clocks do. Over all zones, by hypothesis."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.days import boundary, earliest, latest, local_day, minutes_between, zones
from tracking.numbers import EARLIEST, LATEST

some_zone = st.sampled_from(sorted(zones()))
moments = st.datetimes(
    min_value=EARLIEST.replace(tzinfo=None), max_value=LATEST.replace(tzinfo=None), timezones=st.just(UTC)
)


@given(moments, some_zone)
def test_a_moment_lies_between_the_bounds_of_its_local_day(moment: datetime, zone: str) -> None:
    day = local_day(moment, zone)
    assert earliest(day) <= moment < latest(day + timedelta(days=1))


@given(moments, moments, some_zone)
def test_later_is_never_an_earlier_day_but_where_the_date_line_moved(
    one: datetime, other: datetime, zone: str
) -> None:
    first, second = sorted((one, other))
    assert local_day(first, zone) <= local_day(second, zone) + timedelta(days=1)
    if second - first >= timedelta(days=2):
        assert local_day(first, zone) < local_day(second, zone)


@given(st.dates(date(1970, 1, 1), date(2199, 1, 1)), st.times(), some_zone)
def test_a_local_time_that_exists_belongs_to_its_own_day(day: date, time: object, zone: str) -> None:
    local = datetime.combine(day, time, ZoneInfo(zone))  # type: ignore[arg-type]
    there_and_back = local.astimezone(UTC).astimezone(ZoneInfo(zone))
    if there_and_back.replace(tzinfo=None) == local.replace(tzinfo=None):  # not skipped by the clocks
        assert local_day(local.astimezone(UTC), zone) == day


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-03-28T23:00:00+01:00", "2026-03-29T07:00:00+02:00", 7 * 60),  # the clocks go forward
        ("2026-10-24T23:00:00+02:00", "2026-10-25T07:00:00+01:00", 9 * 60),  # and back
        ("2026-11-19T23:00:00+01:00", "2026-11-20T07:00:00+01:00", 8 * 60),
    ],
)
def test_a_night_is_as_long_as_it_was_whatever_the_clocks_said(start: str, end: str, minutes: int) -> None:
    woke = datetime.fromisoformat(end)
    assert minutes_between(datetime.fromisoformat(start), woke) == minutes
    assert local_day(woke.astimezone(UTC), "Europe/Berlin") == woke.date()


@given(moments, some_zone)
def test_a_boundary_is_the_moment_it_names(moment: datetime, zone: str) -> None:
    assert boundary(moment.isoformat()) == moment
    assert boundary(moment.isoformat().replace("+", " ")) == moment  # a plus sign not escaped
    assert boundary(moment.date().isoformat()) == moment.date()


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-11-20T10:00:00", "0001-01-01", "9999-12-31T23:59:59-14:00"]
)
def test_what_names_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        boundary(text)
