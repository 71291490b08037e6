"""Summing days in the database: one statement for all kinds of entries that are asked for.

It is written by hand. Eight queries of the ORM cost more to build than this one costs to answer.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import DateField, DateTimeField

from tracking.bounds import Bound
from tracking.days import earliest, latest
from tracking.models import Medication
from tracking.periods import Part
from tracking.resource import Resource
from tracking.resources.exercise import EXERCISE
from tracking.resources.health_metrics import HEALTH_METRICS
from tracking.resources.meals import MEALS
from tracking.resources.medication import MEDICATION
from tracking.resources.meetings import MEETINGS
from tracking.resources.mood import MOOD
from tracking.resources.seizures import SEIZURES
from tracking.resources.sleep import SLEEP

NUMBER = "double precision"
NOTHING = f"CAST(NULL AS {NUMBER})"


@dataclass(frozen=True)
class Source:
    """What a resource's entries of a day come to: one or two columns, each with its aggregate in SQL."""

    resource: Resource
    totals: Mapping[str, str]
    only: str = "1 = 1"


def _counted(status: str) -> str:
    return f"COUNT(CASE WHEN status = '{status}' THEN 1 END)"


SOURCES = (
    Source(SLEEP, {"sleep_min": "SUM(duration_min)"}),
    Source(EXERCISE, {"steps": "SUM(steps)"}),
    Source(HEALTH_METRICS, {"steps": "SUM(value)"}, only="metric_type = 'steps'"),
    Source(MEALS, {"calories": "SUM(calories)", "water_ml": "SUM(water_ml)"}),
    Source(MEDICATION, {status.value: _counted(status.value) for status in Medication.Status}),
    Source(SEIZURES, {"seizures": "COUNT(*)"}),
    Source(MOOD, {"mood": "SUM(score)"}),
    Source(MEETINGS, {"positivity": "SUM(positivity)"}),
)


def parts(sources: Iterable[Source], owner: UUID, start: Bound, end: Bound) -> Iterator[Part]:
    """Return what each day of each source comes to, in no order."""
    asked = list(sources)
    statements, values = zip(
        *(_one(n, source, owner, start, end) for n, source in enumerate(asked)), strict=True
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), [value for some in values for value in some])
        rows = cursor.fetchall()
    for place, day, entries, *totals in rows:
        known = day if isinstance(day, date) else date.fromisoformat(day)
        for column, total in zip(asked[place].totals, totals, strict=False):
            yield Part(column, known, total, entries)


def _one(place: int, source: Source, owner: UUID, start: Bound, end: Bound) -> tuple[str, list[Any]]:
    model = source.resource.model
    table, when = (connection.ops.quote_name(name) for name in (model._meta.db_table, model.WHEN))
    sums = [f"CAST({total} AS {NUMBER})" for total in source.totals.values()]
    first, second = [*sums, NOTHING][:2]
    conditions = [source.only, "user_id = %s"]
    values = [model._meta.get_field("user").get_db_prep_value(owner, connection)]
    for condition, value in _bounds(when, start, end):
        conditions.append(condition)
        values.append(value)
    # Names and aggregates are this module's own; what was asked for goes in as values.
    statement = (
        f"SELECT {place}, day, COUNT(*), {first}, {second} FROM {table}"  # noqa: S608
        f" WHERE {' AND '.join(conditions)} GROUP BY day"
    )
    return statement, values


def _bounds(when: str, start: Bound, end: Bound) -> Iterator[tuple[str, Any]]:
    """Return the conditions of `bounds.between`; days are local to each row."""
    for bound, edge, furthest in ((start, ">=", earliest), (end, "<", latest)):
        if bound is None:
            continue
        if not isinstance(bound, datetime):
            yield f"day {edge} %s", DateField().get_db_prep_value(bound, connection)
            bound = furthest(bound)
        yield f"{when} {edge} %s", DateTimeField().get_db_prep_value(bound, connection)
