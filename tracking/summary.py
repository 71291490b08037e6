"""What somebody's days come to, summed by the database, of those categories that the viewer may see."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Aggregate, Count, Q, Sum

from accounts.audit.record import record
from accounts.circles.state import Access
from accounts.principals import Principal
from accounts.sight import Sight, sight
from protocol.errors import NotFound
from tracking.bounds import Bound, between
from tracking.models import Medication
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
    seen = _seen(viewer, owner, now)
    as_what = next(iter(seen.values()))
    record(
        "summary.read",
        actor=viewer.person_id,
        subject=owner,
        detail={"as": as_what.standing, **as_what.detail(), **dict.fromkeys(seen, True)},
        shown=True,
    )
    shown = [source for source in SOURCES if source.resource.category in seen]
    return folded((part for source in shown for part in _parts(source, owner, start, end)), period)


def _seen(viewer: Principal, owner: UUID, now: datetime) -> dict[str, Sight]:
    found: dict[str, Sight] = {}
    for category in dict.fromkeys(source.resource.category for source in SOURCES):
        try:
            found[category] = sight(viewer, owner, category, Access.VIEW, now)
        except NotFound:
            continue
    if not found:
        raise NotFound
    return found


def _parts(source: Source, owner: UUID, start: Bound, end: Bound) -> Iterator[Part]:
    model = source.resource.model
    rows = between(model._default_manager.filter(source.only, user_id=owner), model.WHEN, start, end)
    totals = {f"sum_{column}": total for column, total in source.totals.items()}
    for row in rows.values("day").order_by("day").annotate(entries=Count(source.counted), **totals):
        for column in source.totals:
            yield Part(column, row["day"], row[f"sum_{column}"], row["entries"])
