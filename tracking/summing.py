"""Summing days and weeks in the database: one statement for all kinds of entries that are asked for.

It is written by hand. Eight queries of the ORM cost more to build than this one costs to answer, and a line
folded in Python costs ten times what the database takes for it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import DateField, DateTimeField

from tracking.bounds import Bound
from tracking.days import earliest, latest
from tracking.models import Medication
from tracking.periods import COLUMNS, MEANS, SUMS, WEEK
from tracking.resource import Resource
from tracking.resources.exercise import EXERCISE
from tracking.resources.health_metrics import HEALTH_METRICS
from tracking.resources.meals import MEALS
from tracking.resources.medication import MEDICATION
from tracking.resources.meetings import MEETINGS
from tracking.resources.mood import MOOD
from tracking.resources.seizures import SEIZURES
from tracking.resources.sleep import SLEEP

NUMBER, WHOLE = "double precision", "bigint"
CELLS = (*COLUMNS, *(f"{mean}_entries" for mean in MEANS))
WHOLE_ONES = frozenset({"sleep_min", "taken", "missed", "seizures"})
MONDAY = {
    "postgresql": "CAST(date_trunc('week', day) AS date)",
    "sqlite": "date(day, 'weekday 0', '-6 days')",
}
DATE: "DateField[Any, Any]" = DateField()
MOMENT: "DateTimeField[Any, Any]" = DateTimeField()


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


def lines(
    sources: Iterable[Source], owner: UUID, start: Bound, end: Bound, period: str
) -> list[dict[str, Any]]:
    """Return what each day or week with entries comes to, newest first; a week is named by its Monday.

    Columns of other sources, and those of which nothing was logged, are None. The mean of a week is that of
    its entries, not of its days. To be called in a transaction.
    """
    statements, values = zip(*(_one(source, owner, start, end) for source in sources), strict=True)
    name = MONDAY[connection.vendor] if period == WEEK else "day"
    sums = [f"CAST(SUM({sum_}) AS {WHOLE if sum_ in WHOLE_ONES else NUMBER})" for sum_ in SUMS]
    means = [f"SUM({mean}) / SUM({mean}_entries)" for mean in MEANS]
    statement = (
        f"SELECT CAST({name} AS text) AS named, {', '.join(sums + means)}"  # noqa: S608
        f" FROM ({' UNION ALL '.join(statements)}) AS found GROUP BY named"
        f" HAVING COALESCE({', '.join(f'SUM({column})' for column in COLUMNS)}) IS NOT NULL"
        " ORDER BY named DESC"
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Starting helpers costs more than one person's rows do.
            cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        cursor.execute(statement, [value for some in values for value in some])
        return [dict(zip(("date", *COLUMNS), row, strict=True)) for row in cursor.fetchall()]


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
            yield f"day {edge} %s", DATE.get_db_prep_value(bound, connection)
            bound = furthest(bound)
        yield f"{when} {edge} %s", MOMENT.get_db_prep_value(bound, connection)
