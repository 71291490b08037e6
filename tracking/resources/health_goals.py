"""`/api/v1/health-goals/`: what somebody wants to reach."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from runtime.http.json import Moment
from runtime.http.problems import invalid
from tracking.bounds import BOUNDS
from tracking.doors import WHOSE, Bulk, Entries, EntriesOf, EntryDoor, OneEntry
from tracking.fields import Number, Prose
from tracking.models import GoalStep, HealthGoal
from tracking.resource import EntryFields, Resource

STATUSES = [str(word) for word in HealthGoal.Status.values]
STATUS = OpenApiParameter("status_filter", enum=STATUSES)


class HealthGoalFields(EntryFields):
    """A goal; `progress` is 0 to 1, and null while nobody said where it stands."""

    goal_type = serializers.ChoiceField(choices=HealthGoal.Type.choices)
    start_value = Number()
    target_value = Number()
    target_date = serializers.DateField(required=False, allow_null=True)
    description = Prose(required=False, allow_null=True, allow_blank=True)
    current_value = Number(required=False, allow_null=True)
    status = serializers.ChoiceField(choices=HealthGoal.Status.choices, required=False)
    priority = serializers.ChoiceField(choices=HealthGoal.Priority.choices, required=False)
    progress = serializers.FloatField(read_only=True, allow_null=True)
    created_at = Moment(read_only=True)


def keep_steps(owner: UUID, entries: list[Any], now: datetime) -> None:
    """Keep where goals stand now, where that is news: called in the transaction that stored them."""
    told = [entry for entry in entries if entry.current_value is not None]
    if not told:
        return
    known = dict(GoalStep.objects.filter(goal__in=told).order_by("at", "pk").values_list("goal", "value"))
    GoalStep.objects.bulk_create(
        GoalStep(goal=entry, at=now, value=entry.current_value)
        for entry in told
        if known.get(entry.pk) != entry.current_value
    )


HEALTH_GOALS = Resource(
    "health-goals",
    "health-goals",
    HealthGoal,
    HealthGoalFields,
    ("goal_type", "status", "priority", "progress"),
    changeable=frozenset({"description", "current_value", "status", "priority"}),
    after=keep_steps,
)


class OfStatus(EntryDoor):
    """Lists that can be asked for goals that stand alike."""

    def narrowed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of `status_filter`. Raises a 422 problem for one that is none."""
        asked = self.request.query_params.get("status_filter")
        if asked is None:
            return rows
        if asked not in STATUSES:
            raise invalid("status_filter", "invalid_choice", f"Must be one of {', '.join(STATUSES)}.")
        return rows.filter(status=asked)


class HealthGoals(OfStatus, Entries):
    """All goals."""

    resource = HEALTH_GOALS

    @extend_schema(parameters=[WHOSE, *BOUNDS, STATUS])
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Answer with a page of goals, newest first."""
        return super().get(request, *args, **kwargs)


class HealthGoalsOf(OfStatus, EntriesOf):
    """The goals of one person."""

    resource = HEALTH_GOALS

    @extend_schema(parameters=[*BOUNDS, STATUS])
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Answer with a page of the person's goals, newest first."""
        return super().get(request, *args, **kwargs)


class HealthGoalEntry(OneEntry):
    """One goal; what it is about, and where it began and ends, stays as it was set."""

    resource = HEALTH_GOALS


class HealthGoalBulk(Bulk):
    """Many goals at once."""

    resource = HEALTH_GOALS
