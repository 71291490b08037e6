"""Days as people live them: local to a time zone, whatever its clocks did that night. Pure."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

# No zone was ever further from UTC than 16 hours: these bounds hold every moment of a local day.
FURTHEST = timedelta(hours=16)
FIRST, LAST = date(1000, 1, 1), date(9000, 1, 1)  # far from the calendar's ends, where zones overflow


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """Return the names of all IANA time zones; read once, since reading them takes milliseconds."""
    return frozenset(available_timezones())


def local_day(moment: datetime, zone: str) -> date:
    """Return the day it is at `moment` in `zone`."""
    return moment.astimezone(ZoneInfo(zone)).date()


def minutes_between(start: datetime, end: datetime) -> int:
    """Return the minutes that passed from `start` to `end`, to the nearest whole one."""
    return round((end - start) / timedelta(minutes=1))


def earliest(day: date) -> datetime:
    """Return a moment before which it is nowhere `day` yet."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - FURTHEST


def latest(day: date) -> datetime:
    """Return a moment from which on it is nowhere a day before `day` any more."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + FURTHEST


def boundary(text: str) -> datetime | date:
    """Return what a query's `from` or `to` names: a moment in UTC, or a local day.

    Raises ValueError for anything else, a time without its offset included.
    """
    if len(text) == 10:
        day = date.fromisoformat(text)
        if not FIRST <= day <= LAST:
            raise ValueError("out of range")
        return day
    # A plus sign that was not escaped arrives as a space.
    moment = datetime.fromisoformat(text.strip().replace(" ", "+"))
    if moment.tzinfo is None or not FIRST <= moment.date() <= LAST:
        raise ValueError("without an offset, or out of range")
    return moment.astimezone(UTC)
