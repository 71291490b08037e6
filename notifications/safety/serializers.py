"""What the doors of safety take and give."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from rest_framework import serializers

from accounts.circles.serializers import Name
from notifications.models import Delivery
from notifications.outgoing import delivery_key
from notifications.recipients import Channel
from notifications.safety import contacts, notices, plan, telling
from notifications.safety.deciding import Asker, Detail, Level, Way, number
from notifications.safety.declining import has_declined
from notifications.safety.models import Contact, Notice
from notifications.states import State
from protocol.text import clean
from runtime import clock
from runtime.http.json import Moment, Text
from runtime.http.problems import invalid

STATES = ("pending", "taken_back", "sent")
WAITS = "waiting"
SEEN = "seen"  # a member said so


class ContactFields(serializers.Serializer[Any]):
    """Somebody to tell: an e-mail address, a phone number, or the id of a member of a circle of one's own.

    `place` is their place in the order; `by_moderator` lets a moderator have them told as well; `reached`
    says whether they can be told now, `declined` that they said they want to be told nothing.
    """

    id = serializers.UUIDField(read_only=True)
    name = Name()
    channel = serializers.ChoiceField(choices=[way.value for way in Way])
    address = Text(max_length=254)
    detail = serializers.ChoiceField(choices=[detail.value for detail in Detail])
    by_moderator = serializers.BooleanField(default=False)
    place = serializers.IntegerField(required=False, min_value=1, max_value=settings.SAFETY.contacts)
    reached = serializers.BooleanField(read_only=True)
    declined = serializers.BooleanField(read_only=True)


class PlanText(Text):
    """A text of the plan, cleaned as texts are; empty is none."""

    def __init__(self, *, max_length: int = settings.SAFETY.text) -> None:
        super().__init__(
            required=False, allow_null=True, allow_blank=True, trim_whitespace=False, max_length=max_length
        )

    def to_internal_value(self, data: Any) -> str:
        """Return the cleaned text."""
        return clean(super().to_internal_value(data))


class OneLine(PlanText):
    """A text without a break."""

    def to_internal_value(self, data: Any) -> str:
        """Return the cleaned text in one line."""
        return " ".join(super().to_internal_value(data).split())


class PlanFields(serializers.Serializer[Any]):
    """A safety plan. Contacts know one by `own_name`, and are told `own_words` where that is their detail."""

    own_name = OneLine(max_length=80)
    own_words = PlanText(max_length=settings.SAFETY.words)
    warning_signs = PlanText()
    coping = PlanText()
    distractions = PlanText()
    people = PlanText()
    professionals = PlanText()
    safe_surroundings = PlanText()
    reasons = PlanText()


class NoticeAsked(serializers.Serializer[Any]):
    """How things are, for the contacts who are told that."""

    level = serializers.ChoiceField(choices=[level.value for level in Level], default=Level.MODERATE.value)


class ToldFields(serializers.Serializer[Any]):
    """One contact of a notice: what became of it; `contact` and `name` are null for one taken out since."""

    contact = serializers.UUIDField(allow_null=True)
    name = serializers.CharField(allow_null=True)
    channel = serializers.ChoiceField(choices=[way.value for way in Way])
    state = serializers.ChoiceField(choices=[WAITS, *(state.value for state in State), SEEN])


class NoticeFields(serializers.Serializer[Any]):
    """A notice to one's contacts: it can be taken back until `due_at`."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=STATES)
    by = serializers.ChoiceField(choices=[asker.value for asker in Asker])
    level = serializers.ChoiceField(choices=[level.value for level in Level])
    asked_at = Moment()
    due_at = Moment()
    sent_at = Moment(allow_null=True)
    contacts = ToldFields(many=True)


def settled(given: Mapping[str, Any], stored: Contact | None = None) -> dict[str, Any]:
    """Return what is given of a contact with its address as it is kept. Raises a 422 problem."""
    if not {"channel", "address"} & set(given):
        return dict(given)
    way = Way(given.get("channel") or (stored.channel if stored else ""))
    raw = str(given.get("address") or (stored.address if stored else ""))
    return {**given, "channel": way.value, "address": _address(way, raw)}


def _address(way: Way, raw: str) -> str:
    match way:
        case Way.EMAIL:
            try:
                validate_email(raw)
            except ValidationError:
                raise invalid("address", "invalid", "Must be an e-mail address.") from None
            return raw
        case Way.SMS:
            dialled = number(raw)
            if dialled is None:
                raise invalid("address", "invalid", "Must be a number with its country, as in +34600000000.")
            return dialled
        case Way.MEMBER:
            try:
                return str(UUID(raw))
            except ValueError:
                raise invalid("address", "invalid", "Must be a member's id.") from None


def shown(contact: Contact) -> dict[str, Any]:
    """Return a contact as its person sees it."""
    return {
        "id": str(contact.pk),
        "name": contact.name,
        "channel": contact.channel,
        "address": contact.address,
        "detail": contact.detail,
        "by_moderator": contact.by_moderator,
        "place": contact.place,
        "reached": contacts.reaches(contact, clock.now()),
        "declined": has_declined(contact),
    }


def shown_plan(texts: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return a plan as its person sees it."""
    return {name: texts.get(name) for name in (plan.OWN_NAME, plan.OWN_WORDS, *plan.TEXTS)}


def shown_notice(row: Notice) -> dict[str, Any]:
    """Return a notice as its person sees it."""
    return {
        "id": str(row.pk),
        "state": row.state,
        "by": row.by,
        "level": row.level,
        "asked_at": clock.rfc3339(row.asked_at),
        "due_at": clock.rfc3339(row.due_at),
        "sent_at": clock.rfc3339(row.sent_at) if row.sent_at else None,
        "contacts": _told(row),
    }


def _told(row: Notice) -> list[dict[str, Any]]:
    names = {str(one.pk): one.name for one in contacts.of(row.person_id)}
    if row.state == "pending":
        waits = notices.would_tell(row, clock.now())
        told = [(str(one.contact), one.way.value, WAITS) for one in waits]
    else:
        told = [
            (
                one["contact"],
                one["channel"],
                SEEN if "seen_at" in one else _state(row, one["contact"], one["channel"]),
            )
            for one in row.told
        ]
    return [
        {
            "contact": contact if contact in names else None,
            "name": names.get(contact),
            "channel": way,
            "state": state,
        }
        for contact, way, state in told
    ]


def _state(row: Notice, contact: str, way: str) -> str:
    """What stands on a member's stream has arrived; what left the house is as its delivery says."""
    if way == Way.MEMBER:
        return State.DELIVERED.value
    key = delivery_key(telling.key_of(row.pk, UUID(contact)), Channel(way))
    state = Delivery.objects.filter(key=key).values_list("state", flat=True).first()
    return state or State.FAILED.value
