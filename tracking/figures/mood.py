"""What moods come to: how they swing, where they go, and what they go together with. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from tracking.figures.numbers import (
    ACTIVITIES_TOLD,
    CONFIDENCE,
    LEAST_APART,
    LEAST_PAIRED,
    LEAST_STEPS,
    LEAST_TREND,
    ROLLING_DAYS,
    ROLLING_LEAST,
)
from tracking.figures.series import Point, daily, paired, rolling, together, trend, volatility
from tracking.figures.told import Change, Tie, change_of, points_of, rounded, tie_of


@dataclass(frozen=True)
class MoodEntry:
    """One mood as it was logged."""

    day: date
    score: float
    activities: tuple[str, ...] = ()


@dataclass(frozen=True)
class Activity:
    """How moods are on days with an activity and on days without, `tie` their rank correlation."""

    name: str
    days_with: int
    days_without: int
    mean_with: float
    mean_without: float
    tie: Tie


@dataclass(frozen=True)
class MoodFigures:
    """Of moods alone. `volatility` is the RMSSD of neighbouring days' means, in points of the scale."""

    entries: int
    days: int
    mean: float
    volatility: float | None
    trend: Change | None
    rolling: tuple[Point, ...]
    activities: tuple[Activity, ...]


def mood_figures(entries: Sequence[MoodEntry]) -> MoodFigures | None:
    """Return what moods come to; None where there are none."""
    if not entries:
        return None
    points = daily((entry.day, entry.score) for entry in entries)
    swings = volatility(points, LEAST_STEPS)
    return MoodFigures(
        entries=len(entries),
        days=len(points),
        mean=rounded(fmean(entry.score for entry in entries)),
        volatility=None if swings is None else rounded(swings),
        trend=change_of(trend(points, LEAST_TREND, CONFIDENCE)),
        rolling=points_of(rolling(points, ROLLING_DAYS, ROLLING_LEAST)),
        activities=_activities(entries, points),
    )


def mood_beside(entries: Sequence[MoodEntry], other: Sequence[Point]) -> Tie | None:
    """Return how each day's mood goes together with another value of that day: sleep, exercise."""
    points = daily((entry.day, entry.score) for entry in entries)
    return tie_of(together(paired(points, other), LEAST_PAIRED, CONFIDENCE))


def _activities(entries: Sequence[MoodEntry], points: Sequence[Point]) -> tuple[Activity, ...]:
    """Return the activities that enough days have and enough lack, the strongest first.

    A day counts as one with the activity if any of its moods names it. The more activities are looked at,
    the surer each must be (Bonferroni): somebody who logs twenty finds one by chance otherwise.
    """
    named: dict[str, set[date]] = {}
    for entry in entries:
        for name in entry.activities:
            named.setdefault(name.casefold(), set()).add(entry.day)
    enough = {
        name: days
        for name, days in named.items()
        if min(len(days), len(points) - len(days)) >= LEAST_APART and len(points) >= LEAST_PAIRED
    }
    sure = 1 - (1 - CONFIDENCE) / max(1, len(enough))
    found = [one for name, days in enough.items() if (one := _activity(name, days, points, sure)) is not None]
    return tuple(sorted(found, key=lambda one: (-abs(one.tie.rho), one.name))[:ACTIVITIES_TOLD])


def _activity(name: str, days: set[date], points: Sequence[Point], sure: float) -> Activity | None:
    tie = tie_of(together([(float(one.day in days), one.value) for one in points], LEAST_PAIRED, sure))
    if tie is None:
        return None
    with_it = [one.value for one in points if one.day in days]
    without = [one.value for one in points if one.day not in days]
    return Activity(name, len(with_it), len(without), rounded(fmean(with_it)), rounded(fmean(without)), tie)
