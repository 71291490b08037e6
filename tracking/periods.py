"""Sums and means of days and weeks, folded from what the database summed by day. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

SUMS = ("sleep_min", "steps", "calories", "water_ml", "taken", "missed", "seizures")
MEANS = ("mood", "positivity")
DAY, WEEK = "day", "week"

AT_MOST = timedelta(days=3_660)  # that one summary covers
UNLESS_TOLD = timedelta(days=366)
AHEAD = timedelta(days=2)  # somewhere it is tomorrow already

Bound = datetime | date


class Part(NamedTuple):
    """What one day's entries of one kind come to: their sum, and of how many values it is."""

    column: str
    day: date
    total: float | None
    entries: int


def first_day(day: date, period: str) -> date:
    """Return the day that names the period `day` lies in: itself, or the Monday of its week."""
    return day - timedelta(days=day.weekday()) if period == WEEK else day


def folded(parts: Iterable[Part], period: str) -> list[dict[str, Any]]:
    """Return a line for each period in which something was logged, newest first; missing is None.

    The mean of a week is that of its entries, not of its days.
    """
    sums: dict[date, dict[str, tuple[float, int]]] = {}
    for part in parts:
        if part.total is None:
            continue
        line = sums.setdefault(first_day(part.day, period), {})
        total, count = line.get(part.column, (0.0, 0))
        line[part.column] = (total + part.total, count + part.entries)
    return [_line(day, sums[day]) for day in sorted(sums, reverse=True)]


def _line(day: date, found: Mapping[str, tuple[float, int]]) -> dict[str, Any]:
    line: dict[str, Any] = {"date": day, **dict.fromkeys((*SUMS, *MEANS))}
    for column, (total, count) in found.items():
        value = total / count if column in MEANS else total
        line[column] = int(value) if column in SUMS and float(value).is_integer() else value
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
