"""Values over days, and what may be said of them: how much they swing, where they go, what goes with what.

A day without a value is no value: it is never 0, and nothing is filled in. Pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import atanh, sqrt, tanh
from statistics import NormalDist, fmean, median
from typing import NamedTuple

DAY = timedelta(days=1)


class Point(NamedTuple):
    """One day's value."""

    day: date
    value: float


class Gap(NamedTuple):
    """Days in a row without a value, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Estimate:
    """A figure with the interval it lies in at the asked confidence, and of how many values it is."""

    value: float
    low: float
    high: float
    n: int

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0: whether there is anything to tell."""
        return self.low > 0 or self.high < 0


def daily(values: Iterable[tuple[date, float]]) -> list[Point]:
    """Return the mean of each day that has a value, oldest first."""
    found: dict[date, list[float]] = {}
    for day, value in values:
        found.setdefault(day, []).append(value)
    return [Point(day, fmean(found[day])) for day in sorted(found)]


def volatility(points: Sequence[Point], least: int) -> float | None:
    """Return the root mean square of successive differences (RMSSD), of neighbouring days alone.

    None where fewer than `least` days have a value on the day before. Unlike a standard deviation it tells
    ups and downs from a slow change (von Neumann et al. 1941; for moods: Jahng, Wood & Trull 2008).
    """
    steps = [late.value - early.value for early, late in pairwise(points) if late.day - early.day == DAY]
    return sqrt(fmean(step * step for step in steps)) if len(steps) >= max(1, least) else None


def trend(points: Sequence[Point], least: int, confidence: float = 0.95) -> Estimate | None:
    """Return the change a day: the median slope of all pairs (Theil 1950), its interval by Sen (1968).

    None where fewer than `least` days have a value. Outliers and gaps move it little.
    """
    if len(points) < max(3, least):
        return None
    slopes = sorted(
        (late.value - early.value) / (late.day - early.day).days
        for place, early in enumerate(points)
        for late in points[place + 1 :]
    )
    spread = NormalDist().inv_cdf((1 + confidence) / 2) * sqrt(_kendall_variance(points))
    low = slopes[max(0, round((len(slopes) - spread) / 2) - 1)]
    high = slopes[min(len(slopes) - 1, round((len(slopes) + spread) / 2))]
    return Estimate(median(slopes), low, high, len(points))


def _kendall_variance(points: Sequence[Point]) -> float:
    """Return the variance of Kendall's S where nothing changes, tied values taken into account."""
    tied: dict[float, int] = {}
    for point in points:
        tied[point.value] = tied.get(point.value, 0) + 1
    return sum(n * (n - 1) * (2 * n + 5) * sign for n, sign in _groups(len(points), tied)) / 18


def _groups(n: int, tied: dict[float, int]) -> Iterable[tuple[int, int]]:
    yield n, 1
    for count in tied.values():
        yield count, -1


def together(pairs: Sequence[tuple[float, float]], least: int, confidence: float = 0.95) -> Estimate | None:
    """Return Spearman's rank correlation, its interval Fisher's with the variance of Fieller et al. (1957).

    None below `least` pairs, and where one side never varies.
    """
    if len(pairs) < max(4, least):
        return None
    left, right = _ranks([pair[0] for pair in pairs]), _ranks([pair[1] for pair in pairs])
    rho = _pearson(left, right)
    if rho is None:
        return None
    spread = NormalDist().inv_cdf((1 + confidence) / 2) * sqrt(1.06 / (len(pairs) - 3))
    centre = atanh(max(-0.999_999, min(0.999_999, rho)))
    low, high = tanh(centre - spread), tanh(centre + spread)
    return Estimate(rho, min(low, rho), max(high, rho), len(pairs))


def _ranks(values: Sequence[float]) -> list[float]:
    """Return each value's rank from 1; equal ones share the mean of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for place in order[start : end + 1]:
            ranks[place] = (start + end) / 2 + 1
        start = end + 1
    return ranks


def _pearson(left: Sequence[float], right: Sequence[float]) -> float | None:
    # Ranks have the same mean on both sides.
    mean = (len(left) + 1) / 2
    across = sum((one - mean) ** 2 for one in left) * sum((one - mean) ** 2 for one in right)
    if not across:
        return None
    both = sum((one - mean) * (other - mean) for one, other in zip(left, right, strict=True))
    return max(-1.0, min(1.0, both / sqrt(across)))


def paired(one: Sequence[Point], other: Sequence[Point]) -> list[tuple[float, float]]:
    """Return the values of both on each day that has both, oldest first."""
    known = dict(other)
    return [(point.value, known[point.day]) for point in one if point.day in known]


def rolling(points: Sequence[Point], days: int, least: int) -> list[Point]:
    """Return for each day with a value the mean of those of the `days` days that end with it.

    A day whose time holds fewer than `least` values has none: a mean of one is no mean.
    """
    found, start = [], 0
    for place, point in enumerate(points):
        while points[start].day <= point.day - timedelta(days=days):
            start += 1
        held = points[start : place + 1]
        if len(held) >= least:
            found.append(Point(point.day, fmean(one.value for one in held)))
    return found


def gaps(days: Iterable[date], until: date, least: int) -> list[Gap]:
    """Return the gaps of at least `least` days from the first day to `until`, which counts, oldest first."""
    known = sorted({day for day in days if day <= until})
    found = [Gap(early + DAY, late - DAY) for early, late in pairwise(known) if late - early > DAY]
    if known and known[-1] < until:
        found.append(Gap(known[-1] + DAY, until))
    return [gap for gap in found if gap.days >= least]
