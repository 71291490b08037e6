"""What the doors of the glass take and give."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from rest_framework import serializers

from moderation.break_glass.flow import Shown, standing_of
from moderation.break_glass.models import Glass, Step
from moderation.break_glass.state import Finding, Kind, Stage, Standing
from protocol.text import clean
from runtime import clock
from runtime.http.json import Moment, Text

MOST = 2_000  # characters of a statement


class Words(Text):
    """1 to 2,000 characters, cleaned as texts are."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MOST, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Return the cleaned words. Raises `ValidationError` where nothing is left of them."""
        words = clean(super().to_internal_value(data))
        if not words:
            self.fail("blank")
        return words


class AskFields(serializers.Serializer[Any]):
    """A request: `statement` says in good faith which danger is imminent."""

    case = serializers.CharField(max_length=26)
    member = serializers.CharField(max_length=32)
    reason = Words()
    statement = Words()


class Asked(serializers.Serializer[Any]):
    """A request that was taken."""

    id = serializers.UUIDField()


class Approval(serializers.Serializer[Any]):
    """What the second person answers for it with."""

    statement = Words()


class IdentityFields(serializers.Serializer[Any]):
    """Who somebody is. A guest has neither name nor e-mail."""

    id = serializers.UUIDField()
    username = serializers.CharField(allow_null=True)
    email = serializers.EmailField(allow_null=True)
    is_guest = serializers.BooleanField()
    locale = serializers.CharField()
    time_zone = serializers.CharField()


class Approved(serializers.Serializer[Any]):
    """One identity, and until when it can be looked at again."""

    identity = IdentityFields()
    expires_at = Moment()


class ReviewFields(serializers.Serializer[Any]):
    """What a third person found."""

    finding = serializers.ChoiceField(choices=[one.value for one in Finding])
    note = Words()


class StepFields(serializers.Serializer[Any]):
    """One step; what was written stands with it."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in Kind])
    actor = serializers.UUIDField()
    role = serializers.CharField()
    at = Moment()
    reason = serializers.CharField(allow_blank=True)
    statement = serializers.CharField(allow_blank=True)
    finding = serializers.ChoiceField(choices=[one.value for one in Finding], allow_null=True)


class GlassLine(serializers.Serializer[Any]):
    """One breaking of the glass, in a list."""

    id = serializers.UUIDField()
    case = serializers.CharField()
    member = serializers.CharField()
    stage = serializers.ChoiceField(choices=[stage.value for stage in Stage])
    at = Moment()
    expires_at = Moment(allow_null=True)

    def to_representation(self, glass: Glass) -> dict[str, Any]:
        """Return the line."""
        return line(glass, standing_of(glass), clock.now())


class GlassFields(GlassLine):
    """One breaking of the glass whole; `identity` is there for who asked or approved, while shown."""

    steps = StepFields(many=True)
    identity = IdentityFields(allow_null=True)


def line(glass: Glass, found: Standing, now: datetime) -> dict[str, Any]:
    """Return a glass as a list shows it."""
    return {
        "id": str(glass.pk),
        "case": glass.case_id,
        "member": glass.member_id,
        "stage": str(found.stage(now)),
        "at": clock.rfc3339(glass.at),
        "expires_at": clock.rfc3339(found.shown_until) if found.shown_until else None,
    }


def whole(glass: Glass, found: Standing, shown: Shown | None, now: datetime) -> dict[str, Any]:
    """Return a glass with its steps and, where it is shown, the identity."""
    steps = Step.objects.filter(glass=glass).order_by("at", "id")
    return {
        **line(glass, found, now),
        "steps": [_step(step) for step in steps],
        "identity": asdict(shown.identity) if shown else None,
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "actor": str(step.actor_id),
        "role": step.role,
        "at": clock.rfc3339(step.at),
        "reason": step.reason,
        "statement": step.statement,
        "finding": step.finding or None,
    }
