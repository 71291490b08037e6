"""The forms that figures are told in, and what they come to as JSON. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from tracking.figures.series import Estimate, Point

DECIMALS = 3  # more would claim more than anybody logs


@dataclass(frozen=True)
class Change:
    """How something changes a week, in its own unit; not `clear` where it may as well not change at all."""

    per_week: float
    low: float
    high: float
    clear: bool
    days: int


@dataclass(frozen=True)
class Tie:
    """How two things go together, from −1 to 1; not `clear` where they may as well have nothing to do with
    each other. It never says that one makes the other."""

    rho: float
    low: float
    high: float
    clear: bool
    days: int


def change_of(slope: Estimate | None) -> Change | None:
    """Return a slope a day as a change a week."""
    if slope is None:
        return None
    low, middle, high = (rounded(7 * one) for one in (slope.low, slope.value, slope.high))
    return Change(middle, low, high, slope.clear, slope.n)


def tie_of(correlation: Estimate | None) -> Tie | None:
    """Return a correlation as it is told."""
    if correlation is None:
        return None
    low, middle, high = (rounded(one) for one in (correlation.low, correlation.value, correlation.high))
    return Tie(middle, low, high, correlation.clear, correlation.n)


def rounded(value: float) -> float:
    """Return a value with as many decimals as are told."""
    return round(value, DECIMALS)


def points_of(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return a line's points as they are told."""
    return tuple(Point(point.day, rounded(point.value)) for point in points)


def as_json(figures: Any) -> Any:
    """Return a dataclass of figures as JSON has it, days as `2026-11-20`."""
    return _plain(asdict(figures))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, Point):
        return {"date": value.day.isoformat(), "value": value.value}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):  # a date too, so asked first
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value
