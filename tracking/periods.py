"""The columns of a summary, and how long a time one covers. Pure."""

from datetime import date, datetime, timedelta

SUMS = ("sleep_min", "steps", "calories", "water_ml", "taken", "missed", "seizures")
MEANS = ("mood", "positivity")
COLUMNS = (*SUMS, *MEANS)
DAY, WEEK = "day", "week"

AT_MOST = timedelta(days=3_660)  # that one summary covers
UNLESS_TOLD = timedelta(days=366)
AHEAD = timedelta(days=2)  # somewhere it is tomorrow already

Bound = datetime | date


def span(start: Bound | None, end: Bound | None, today: date) -> tuple[Bound, Bound]:
    """Return both ends of what is asked; what is not named is chosen. Raises ValueError if it is too long."""
    if end is None:
        end = today + AHEAD if start is None else _day(start) + AT_MOST
    if start is None:
        start = _day(end) - UNLESS_TOLD
    if _day(end) - _day(start) > AT_MOST:
        raise ValueError("too long")
    return start, end


def _day(bound: Bound) -> date:
    return bound.date() if isinstance(bound, datetime) else bound
