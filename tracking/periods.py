"""Sums and means of days and weeks, folded from what the database summed by day. Pure."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

SUMS = ("sleep_min", "steps", "calories", "water_ml", "taken", "missed", "seizures")
MEANS = ("mood", "positivity")
COLUMNS = (*SUMS, *MEANS)
DAY, WEEK = "day", "week"

AT_MOST = timedelta(days=3_660)  # that one summary covers
UNLESS_TOLD = timedelta(days=366)
AHEAD = timedelta(days=2)  # somewhere it is tomorrow already

Bound = datetime | date


class Day(NamedTuple):
    """What one day's entries come to: the total of each of `COLUMNS`, and of how many values each mean is."""

    day: date
    totals: tuple[float | None, ...]
    entries: tuple[int, ...]


def first_day(day: date, period: str) -> date:
    """Return the day that names the period `day` lies in: itself, or the Monday of its week."""
    return day - timedelta(days=day.weekday()) if period == WEEK else day


def folded(days: Iterable[Day], period: str) -> list[dict[str, Any]]:
    """Return a line for each period in which something was logged, newest first; missing is None.

    The mean of a week is that of its entries, not of its days.
    """
    found: dict[date, Day] = {}
    for one in days:
        if all(total is None for total in one.totals):
            continue
        name = first_day(one.day, period)
        found[name] = _both(found[name], one) if name in found else one
    return [_line(name, found[name]) for name in sorted(found, reverse=True)]


def _both(one: Day, other: Day) -> Day:
    totals = zip(one.totals, other.totals, strict=True)
    entries = zip(one.entries, other.entries, strict=True)
    return Day(
        one.day,
        tuple(b if a is None else a if b is None else a + b for a, b in totals),
        tuple(a + b for a, b in entries),
    )


def _line(name: date, found: Day) -> dict[str, Any]:
    line: dict[str, Any] = {"date": name}
    for column, total in zip(SUMS, found.totals, strict=False):
        line[column] = int(total) if total is not None and float(total).is_integer() else total
    for column, total, entries in zip(MEANS, found.totals[len(SUMS) :], found.entries, strict=True):
        line[column] = total / entries if total is not None else None
    return line


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
