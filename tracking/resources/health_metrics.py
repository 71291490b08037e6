"""`/api/v1/health-metrics/`: measures, taken in the unit that was given and kept in one."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from runtime.http.problems import invalid
from tracking.bounds import BOUNDS
from tracking.doors import WHOSE, Bulk, Entries, EntriesOf, EntryDoor, OneEntry
from tracking.fields import Line, Number, When, out_of_range, range_of
from tracking.measures import MEASURES, PARTS, Unit, range_name
from tracking.models import HealthMetric
from tracking.resource import EntryFields, Resource

TYPE = OpenApiParameter("metric_type", enum=list(MEASURES))


class HealthMetricFields(EntryFields):
    """A measure: `value`, or `systolic` and `diastolic`; `unit` is what they are in, and answered in."""

    metric_type = serializers.ChoiceField(choices=list(MEASURES))
    value = Number(required=False, allow_null=True)
    systolic = Number(required=False, allow_null=True)
    diastolic = Number(required=False, allow_null=True)
    unit = Line(required=False, allow_null=True)
    recorded_at = When()
    context = Line(required=False, allow_null=True)  # type: ignore[assignment]

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return what was given, in the measure's first unit. Raises a problem that names the range."""
        kind = self.settled(given, "metric_type")
        measure = MEASURES[kind]
        unit = _unit(kind, given.pop("unit", None))
        known = self.instance is not None and kind == self.instance.metric_type
        for part in PARTS:
            if part not in measure.parts:
                _refuse(part, kind, given.get(part))
                given[part] = None
            elif part in given or not known:
                given[part] = _settled(kind, part, given.get(part), unit)
        return given


def _unit(kind: str, name: str | None) -> Unit:
    units: Mapping[str, Unit] = MEASURES[kind].units
    if name is None:
        return next(iter(units.values()), Unit())
    if name not in units:
        raise invalid("unit", "invalid_choice", f"{kind} is measured in {' or '.join(units) or 'no unit'}.")
    return units[name]


def _refuse(part: str, kind: str, value: float | None) -> None:
    if value is not None:
        raise invalid(part, "invalid", f"{kind} has no {part}.")


def _settled(kind: str, part: str, value: float | None, unit: Unit) -> float:
    if value is None:
        raise invalid(part, "required", "This field is required.")
    low, high = range_of(range_name(kind, part))
    settled = unit.to_first(value)
    if not low <= settled <= high:
        raise out_of_range(part, unit.from_first(low), unit.from_first(high))
    return settled


HEALTH_METRICS = Resource(
    "health-metrics",
    "health-metrics",
    HealthMetric,
    HealthMetricFields,
    ("metric_type", "value", "systolic", "diastolic", "unit", "recorded_at"),
)


class OfType(EntryDoor):
    """Lists that can be asked for one kind of measure."""

    def narrowed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of `metric_type`. Raises a 422 problem for one that is none."""
        asked = self.request.query_params.get("metric_type")
        if asked is None:
            return rows
        if asked not in MEASURES:
            raise invalid("metric_type", "invalid_choice", f"Must be one of {', '.join(MEASURES)}.")
        return rows.filter(metric_type=asked)


class HealthMetrics(OfType, Entries):
    """All measures."""

    resource = HEALTH_METRICS

    @extend_schema(parameters=[WHOSE, *BOUNDS, TYPE])
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Answer with a page of measures, newest first."""
        return super().get(request, *args, **kwargs)


class HealthMetricsOf(OfType, EntriesOf):
    """The measures of one person."""

    resource = HEALTH_METRICS

    @extend_schema(parameters=[*BOUNDS, TYPE])
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Answer with a page of the person's measures, newest first."""
        return super().get(request, *args, **kwargs)


class HealthMetricEntry(OneEntry):
    """One measure."""

    resource = HEALTH_METRICS


class HealthMetricBulk(Bulk):
    """Many measures at once."""

    resource = HEALTH_METRICS
