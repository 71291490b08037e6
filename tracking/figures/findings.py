"""What of the figures is worth telling a person. Pure.

A finding says what was logged did, never why, and never what somebody has. What is not clear is not told.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from tracking.figures.measures import GoalFigures, MeasureFigures
from tracking.figures.mood import Activity, MoodEntry, MoodFigures
from tracking.figures.numbers import (
    LEAST_STEPS,
    SILENCE_AFTER,
    SWINGS_RECENT,
    TELLS_FALL,
    TELLS_MEASURE,
    TELLS_SENTIMENT,
    TELLS_SILENCE,
    TELLS_SWINGS,
    TELLS_TIE,
    TELLS_TREND,
)
from tracking.figures.series import daily, volatility
from tracking.figures.told import Change, Tie, rounded
from tracking.figures.whole import SECTIONS, Figures, Logged

Severity = Literal["low", "medium", "high"]


@dataclass(frozen=True)
class Finding:
    """One thing to tell: its kind, what it is about, and the numbers that its words name."""

    kind: str
    section: str
    rank: int  # from 1, the first to be read
    severity: Severity = "low"
    subject: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)
    related: tuple[str, ...] = ()

    @property
    def sources(self) -> frozenset[str]:
        """The categories that it tells something of."""
        return SECTIONS[self.section]


def findings(figures: Figures, logged: Logged) -> list[Finding]:
    """Return what is worth telling, the first to be read first."""
    found = [
        *_moods(figures.mood, logged),
        *_tie(figures.mood_and_sleep, "mood_and_sleep", ("mood", "sleep_min")),
        *_tie(figures.mood_and_exercise, "mood_and_exercise", ("mood", "exercise_min")),
        *_words(figures.journal.progress if figures.journal else None),
        *(one for measure in figures.measures for one in _measure(measure, logged.until)),
        *(one for goal in figures.goals for one in _goal(goal)),
    ]
    return sorted(found, key=lambda one: (one.rank, one.kind, one.subject))


def _moods(mood: MoodFigures | None, logged: Logged) -> Iterator[Finding]:
    if mood is None:
        return
    change = mood.trend
    if change and change.clear and abs(change.per_week) >= TELLS_TREND:
        falls = change.per_week <= -TELLS_FALL
        yield Finding(
            f"mood_{_way(change)}",
            "mood",
            rank=1 if falls else 2,
            severity="medium" if falls else "low",
            numbers={"per_week": abs(change.per_week), "days": change.days},
            related=("mood",),
        )
    yield from _swings(logged.moods, logged.until)
    yield from (_activity(one) for one in mood.activities[:1] if _tells(one.tie))


def _swings(entries: Sequence[MoodEntry], until: date) -> Iterator[Finding]:
    since = until - timedelta(days=SWINGS_RECENT)
    points = daily((entry.day, entry.score) for entry in entries)
    recent = volatility([one for one in points if one.day > since], LEAST_STEPS)
    before = volatility([one for one in points if one.day <= since], LEAST_STEPS)
    if recent and before and recent >= TELLS_SWINGS * before:
        numbers = {"recent": rounded(recent), "before": rounded(before), "days": SWINGS_RECENT}
        yield Finding("mood_swings", "mood", rank=2, severity="medium", numbers=numbers, related=("mood",))


def _activity(one: Activity) -> Finding:
    kind = "activity_up" if one.mean_with > one.mean_without else "activity_down"
    numbers = {"with": one.mean_with, "without": one.mean_without, "days": one.days_with}
    return Finding(kind, "mood", rank=3, subject=one.name, numbers=numbers, related=("mood",))


def _tie(tie: Tie | None, section: str, related: tuple[str, ...]) -> Iterator[Finding]:
    if tie and _tells(tie):
        kind = f"{section}_{'up' if tie.rho > 0 else 'down'}"
        yield Finding(kind, section, rank=2, numbers={"days": tie.days}, related=related)


def _words(progress: Change | None) -> Iterator[Finding]:
    if progress and progress.clear and abs(progress.per_week) >= TELLS_SENTIMENT:
        numbers = {"days": progress.days}
        yield Finding(f"words_{_way(progress)}", "journal", rank=3, numbers=numbers, related=("journal",))


def _measure(measure: MeasureFigures, until: date) -> Iterator[Finding]:
    silence = (until - measure.latest.day).days
    if silence >= TELLS_SILENCE:
        if measure.days >= SILENCE_AFTER:
            yield Finding(
                "measure_silent",
                "measures",
                rank=4,
                subject=measure.name,
                numbers={"days": silence},
                related=(measure.name,),
            )
        return  # where it went before it fell silent is old news
    change = measure.trend
    if change and change.clear and measure.mean:
        over = abs(change.per_week) * change.days / 7 / abs(measure.mean)
        if over >= TELLS_MEASURE:
            yield Finding(
                f"measure_{_way(change)}",
                "measures",
                rank=3,
                subject=measure.name,
                numbers={"per_week": abs(change.per_week), "days": change.days},
                related=(measure.name,),
            )


def _goal(goal: GoalFigures) -> Iterator[Finding]:
    if goal.status == "active" and goal.progress == 1.0:
        yield Finding("goal_reached", "goals", rank=1, subject=goal.goal_type, related=(goal.goal_type,))


def _tells(tie: Tie) -> bool:
    return tie.clear and abs(tie.rho) >= TELLS_TIE


def _way(change: Change) -> str:
    return "up" if change.per_week > 0 else "down"
