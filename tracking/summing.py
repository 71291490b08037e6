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
from tracking.periods import COLUMNS, MEANS, Day
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
CELLS = (*COLUMNS, *(f"{mean}_entries" for mean in MEANS))


@dataclass(frozen=True)
class Source:
    """What a resource's entries of a day come to: its columns, each with its aggregate in SQL."""

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


def days(sources: Iterable[Source], owner: UUID, start: Bound, end: Bound) -> Iterator[Day]:
    """Return what each day comes to, in no order; columns of other sources are None."""
    statements, values = zip(*(_one(source, owner, start, end) for source in sources), strict=True)
    sums = ", ".join(f"SUM({cell})" for cell in CELLS)
    together = " UNION ALL ".join(statements)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT day, {sums} FROM ({together}) AS found GROUP BY day",  # noqa: S608
            [value for some in values for value in some],
        )
        rows = cursor.fetchall()
    for day, *cells in rows:
        known = day if isinstance(day, date) else date.fromisoformat(day)
        entries = tuple(int(count or 0) for count in cells[len(COLUMNS) :])
        yield Day(known, tuple(cells[: len(COLUMNS)]), entries)


def _one(source: Source, owner: UUID, start: Bound, end: Bound) -> tuple[str, list[Any]]:
    model = source.resource.model
    table, when = (connection.ops.quote_name(name) for name in (model._meta.db_table, model.WHEN))
    known = {**source.totals, **{f"{mean}_entries": "COUNT(*)" for mean in MEANS if mean in source.totals}}
    cells = ", ".join(f"CAST({known.get(cell, 'NULL')} AS {NUMBER}) AS {cell}" for cell in CELLS)
    conditions = [source.only, "user_id = %s"]
    values = [model._meta.get_field("user").get_db_prep_value(owner, connection)]
    for condition, value in _bounds(when, start, end):
        conditions.append(condition)
        values.append(value)
    # Names and aggregates are this module's own; what was asked for goes in as values.
    statement = f"SELECT day, {cells} FROM {table} WHERE {' AND '.join(conditions)} GROUP BY day"  # noqa: S608
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
