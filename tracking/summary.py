"""What somebody's days come to, summed by the database, of those categories that the viewer may see."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Aggregate, Count, Q, Sum

from accounts.principals import Principal
from runtime.shelves import Shelf
from tracking import editions
from tracking.bounds import Bound, between
from tracking.models import Medication
from tracking.numbers import SUMS_KEPT_S
from tracking.periods import Part, folded
from tracking.resource import Resource
from tracking.resources.exercise import EXERCISE
from tracking.resources.health_metrics import HEALTH_METRICS
from tracking.resources.meals import MEALS
from tracking.resources.medication import MEDICATION
from tracking.resources.meetings import MEETINGS
from tracking.resources.mood import MOOD
from tracking.resources.seizures import SEIZURES
from tracking.resources.sleep import SLEEP
from tracking.viewing import look

SUMS = Shelf("aggregates", SUMS_KEPT_S)
Kept = tuple[str, str, float | None, int]  # a `Part` as JSON has it


@dataclass(frozen=True)
class Source:
    """One query: what a resource's entries of a day come to, by column. Of a mean, `counted` is the field."""

    resource: Resource
    totals: Mapping[str, Aggregate]
    counted: str = "pk"
    only: Q = field(default_factory=Q)


SOURCES = (
    Source(SLEEP, {"sleep_min": Sum("duration_min")}),
    Source(EXERCISE, {"steps": Sum("steps")}),
    Source(HEALTH_METRICS, {"steps": Sum("value")}, only=Q(metric_type="steps")),
    Source(MEALS, {"calories": Sum("calories"), "water_ml": Sum("water_ml")}),
    Source(
        MEDICATION,
        {status.value: Count("pk", filter=Q(status=status)) for status in Medication.Status},
    ),
    Source(SEIZURES, {"seizures": Count("pk")}),
    Source(MOOD, {"mood": Sum("score")}, counted="score"),
    Source(MEETINGS, {"positivity": Sum("positivity")}, counted="positivity"),
)


@transaction.atomic
def summary(
    viewer: Principal, owner: UUID, start: Bound, end: Bound, period: str, now: datetime
) -> list[dict[str, Any]]:
    """Return a line for each day or week with entries, newest first.

    Columns of categories that the viewer may not see are None, as if nothing had been logged. Raises NotFound
    for whoever may see none of them.
    """
    seen = look("summary", viewer, owner, (source.resource.category for source in SOURCES), now)
    shown = {source.resource.path: source for source in SOURCES if source.resource.category in seen}
    return folded(_kept(shown, owner, start, end), period)


def _kept(shown: Mapping[str, Source], owner: UUID, start: Bound, end: Bound) -> Iterator[Part]:
    """Return the days of each source, from the shelf where they stand there.

    They are kept by source, and not as the viewer sees them: who may see what is asked each time.
    """
    keys = {f"{path}:{start}:{end}": source for path, source in shown.items()}

    def summed(missing: list[str]) -> dict[str, list[Kept]]:
        return {
            key: [(part.column, part.day.isoformat(), part.total, part.entries) for part in found]
            for key, found in ((key, _parts(keys[key], owner, start, end)) for key in missing)
        }

    for days in SUMS.get_many(editions.of(owner), keys, summed).values():
        for column, day, total, entries in days:
            yield Part(column, date.fromisoformat(day), total, entries)


def _parts(source: Source, owner: UUID, start: Bound, end: Bound) -> Iterator[Part]:
    model = source.resource.model
    rows = between(model._default_manager.filter(source.only, user_id=owner), model.WHEN, start, end)
    totals = {f"sum_{column}": total for column, total in source.totals.items()}
    for row in rows.values("day").order_by("day").annotate(entries=Count(source.counted), **totals):
        for column in source.totals:
            yield Part(column, row["day"], row[f"sum_{column}"], row["entries"])
