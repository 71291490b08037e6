"""All figures of one person's days, by the categories that one must be allowed to see. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tracking.figures.journal import JournalEntry, JournalFigures, journal_figures
from tracking.figures.measures import GoalFigures, MeasureFigures, measure_figures
from tracking.figures.mood import MoodEntry, MoodFigures, mood_beside, mood_figures
from tracking.figures.series import Point
from tracking.figures.told import Tie

# Section → the categories it is computed of. A viewer sees it who may see all of them.
SECTIONS: Mapping[str, frozenset[str]] = {
    "mood": frozenset({"mood"}),
    "mood_and_sleep": frozenset({"mood", "sleep"}),
    "mood_and_exercise": frozenset({"mood", "exercise"}),
    "journal": frozenset({"journal"}),
    "measures": frozenset({"health-metrics"}),
    "goals": frozenset({"health-goals"}),
}


def sources_of(categories: frozenset[str]) -> str:
    """Return categories as one word, the same for the same ones."""
    return "+".join(sorted(categories))


@dataclass(frozen=True)
class Logged:
    """What figures are made of: the entries of the days looked at. `until` is the person's today."""

    until: date
    locale: str = "en"
    moods: Sequence[MoodEntry] = ()
    sleep: Sequence[Point] = ()  # minutes of each day of waking
    exercise: Sequence[Point] = ()  # minutes of each day
    journal: Sequence[JournalEntry] = ()
    measures: Mapping[str, Sequence[Point]] = field(default_factory=dict)  # daily means, by name
    goals: Sequence[GoalFigures] = ()


@dataclass(frozen=True)
class Figures:
    """What they come to; None where there is nothing, or not enough, to say."""

    mood: MoodFigures | None
    mood_and_sleep: Tie | None
    mood_and_exercise: Tie | None
    journal: JournalFigures | None
    measures: tuple[MeasureFigures, ...]
    goals: tuple[GoalFigures, ...]


def figured(logged: Logged) -> Figures:
    """Return all figures of what was logged."""
    measures = [
        measure_figures(name, logged.measures[name], logged.until) for name in sorted(logged.measures)
    ]
    return Figures(
        mood=mood_figures(logged.moods),
        mood_and_sleep=mood_beside(logged.moods, logged.sleep),
        mood_and_exercise=mood_beside(logged.moods, logged.exercise),
        journal=journal_figures(logged.journal, logged.until, logged.locale),
        measures=tuple(one for one in measures if one is not None),
        goals=tuple(logged.goals),
    )
