"""What measures and goals come to: where they stand, where they go, and where nothing was logged. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import fmean

from tracking.figures.numbers import CONFIDENCE, GAP_DAYS, LEAST_TREND, ROLLING_DAYS, ROLLING_LEAST
from tracking.figures.series import Point, gaps, rolling, trend
from tracking.figures.told import Change, change_of, points_of, rounded
from tracking.measures import progress


@dataclass(frozen=True)
class Silence:
    """Days in a row, both ends included, on which a measure was not logged."""

    first: date
    last: date
    days: int


@dataclass(frozen=True)
class MeasureFigures:
    """Of one measure, in its first unit; of a blood pressure each part is one."""

    name: str
    days: int
    mean: float
    latest: Point
    rolling: tuple[Point, ...]
    trend: Change | None
    gaps: tuple[Silence, ...]


@dataclass(frozen=True)
class Step:
    """Where a goal stood from a time on, from 0 to 1."""

    at: datetime
    progress: float


@dataclass(frozen=True)
class GoalFigures:
    """How a goal came along."""

    id: str
    goal_type: str
    status: str
    progress: float | None
    steps: tuple[Step, ...]


def measure_figures(name: str, points: Sequence[Point], until: date) -> MeasureFigures | None:
    """Return what the daily means of one measure come to at the day `until`; None where there are none."""
    if not points:
        return None
    silences = gaps((point.day for point in points), until, GAP_DAYS)
    return MeasureFigures(
        name=name,
        days=len(points),
        mean=rounded(fmean(point.value for point in points)),
        latest=points_of(points[-1:])[0],
        rolling=points_of(rolling(points, ROLLING_DAYS, ROLLING_LEAST)),
        trend=change_of(trend(points, LEAST_TREND, CONFIDENCE)),
        gaps=tuple(Silence(gap.first, gap.last, gap.days) for gap in silences),
    )


def goal_steps(start: float, target: float, values: Sequence[tuple[datetime, float]]) -> tuple[Step, ...]:
    """Return how far a goal was on its way each time somebody said where it stands, oldest first."""
    found = [(at, progress(start, target, value)) for at, value in sorted(values)]
    return tuple(Step(at, rounded(one)) for at, one in found if one is not None)
