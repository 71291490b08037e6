"""The doors of duty and of the wall: who is here, what waits, how long things take."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.audit.record import record
from accounts.permissions import holders
from accounts.roles import Role
from moderation.casework import duty, staff
from moderation.doors import fields
from moderation.doors.cases import LIVE, Casework
from moderation.models import Case, CaseEvent
from moderation.policy.verdict import Level
from moderation.state import State
from runtime import clock
from runtime.http.json import Moment

OVER = timedelta(hours=24)


class Duty(Casework):
    """One's own duty."""

    thing = "duty"
    permission_classes = (holders(Role.MODERATOR),)

    @extend_schema(operation_id="moderation_duty_retrieve", responses=fields.DutyStatus)
    def get(self, request: Request) -> Response:
        """Answer whether one is on duty."""
        record("duty.read", actor=self.principal.person_id)
        return Response(_shown(duty.status(self.principal, clock.now())))

    @extend_schema(
        operation_id="moderation_duty_update", request=fields.DutyFields, responses=fields.DutyStatus
    )
    def put(self, request: Request) -> Response:
        """Go on or off duty."""
        asked = fields.DutyFields(data=request.data)
        asked.is_valid(raise_exception=True)
        duty.set_duty(self.principal, asked.validated_data["on"], "http")
        record("duty.read", actor=self.principal.person_id)
        return Response(_shown(duty.status(self.principal, clock.now())))


def _shown(found: dict[str, Any]) -> dict[str, Any]:
    return {**found, "since": clock.rfc3339(found["since"]) if found["since"] else None}


class OnDuty(serializers.Serializer[Any]):
    """Somebody on duty, by pseudonym."""

    name = serializers.CharField()
    role = serializers.CharField()
    since = Moment(allow_null=True)
    held = serializers.IntegerField()


class OfLevel(serializers.Serializer[Any]):
    """What waits at one level."""

    waiting = serializers.IntegerField()
    overdue = serializers.IntegerField()
    oldest_at = Moment(allow_null=True)


class Span(serializers.Serializer[Any]):
    """How long something took in the last 24 hours, in seconds; null where nothing did."""

    count = serializers.IntegerField()
    p50 = serializers.FloatField(allow_null=True)
    p95 = serializers.FloatField(allow_null=True)


class Wall(serializers.Serializer[Any]):
    """The supervisors' wall."""

    on_duty = OnDuty(many=True)
    levels = serializers.DictField(child=OfLevel())
    times = serializers.DictField(child=Span())
    mine = serializers.DictField(child=serializers.IntegerField())


class Stats(Casework):
    """Figures of the moment, and of the last day."""

    thing = "stats"
    permission_classes = (holders(Role.MODERATOR),)

    @extend_schema(operation_id="moderation_stats", responses=Wall)
    def get(self, request: Request) -> Response:
        """Answer with people on duty, what waits by level, how long things take, and one's own load."""
        now = clock.now()
        record("stats.read", actor=self.principal.person_id)
        return Response(
            {
                "on_duty": _people(now),
                "levels": {level.value: _level(level, now) for level in Level},
                "times": _times(now),
                "mine": _mine(self.principal.person_id, now),
            }
        )


def _people(now: datetime) -> list[dict[str, Any]]:
    held = Count("staff__held_cases", filter=Q(staff__held_cases__state=State.CLAIMED))
    return [
        {
            "name": row.name,
            "role": row.role,
            "since": clock.rfc3339(row.since) if row.since else None,
            "held": row.held,
        }
        for row in staff.there(now).annotate(held=held).order_by("since", "name")
    ]


def _level(level: Level, now: datetime) -> dict[str, Any]:
    waiting = Case.objects.filter(level=level, state__in=(State.OPEN, State.ESCALATED))
    found = waiting.aggregate(
        waiting=Count("id"), overdue=Count("id", filter=Q(due_at__lte=now)), oldest=Min("opened_at")
    )
    oldest = found.pop("oldest")
    return {**found, "oldest_at": clock.rfc3339(oldest) if oldest else None}


def _times(now: datetime) -> dict[str, Any]:
    claimed = Min("events__at", filter=Q(events__kind="case.claimed"))
    rows = Case.objects.filter(opened_at__gt=now - OVER).annotate(first_claim=claimed)
    spans: dict[str, list[float]] = {"claim": [], "first_reply": [], "decision": []}
    ends = ("first_claim", "first_reply_at", "decided_at")
    for opened, *reached in rows.values_list("opened_at", *ends):
        for name, at in zip(spans, reached, strict=True):
            if at is not None:
                spans[name].append((at - opened).total_seconds())
    return {name: span(took) for name, took in spans.items()}


def span(took: list[float]) -> dict[str, Any]:
    """Return the count and the percentiles (nearest rank) of some seconds."""
    ordered = sorted(took)

    def at(share: float) -> float | None:
        if not ordered:
            return None
        return round(ordered[max(0, -int(-len(ordered) * share // 1) - 1)], 3)

    return {"count": len(ordered), "p50": at(0.5), "p95": at(0.95)}


def _mine(person: Any, now: datetime) -> dict[str, int]:
    lines = CaseEvent.objects.filter(actor_id=person, at__gt=now - OVER)
    return {
        "held": Case.objects.filter(holder_id=person, state__in=LIVE).count(),
        "claimed": lines.filter(kind="case.claimed").count(),
        "decided": lines.filter(kind="case.decided").count(),
    }
