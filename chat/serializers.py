"""What the doors of rooms and reports take and give."""

from typing import Any

from rest_framework import serializers

from chat.models import TOPIC_CAPACITY, Room
from protocol import limits
from protocol.text import clean
from streams import presence

MAX_CAPACITY = 5_000  # beyond it a room is no place to talk
MAX_SLOW_MODE_S = 3_600


class RoomFields(serializers.ModelSerializer[Room]):
    """A room. `people` counts members with a connection; `retention` is `hours`, `days` or `kept`."""

    slug = serializers.SlugField(max_length=64)  # a taken one is a 409, which a validator here would hide
    people = serializers.SerializerMethodField()
    topic = serializers.SlugField(max_length=48, required=False)
    title = serializers.CharField(max_length=80, required=False)
    language = serializers.RegexField(r"^[a-z]{2,3}$", max_length=8, required=False)
    capacity = serializers.IntegerField(min_value=1, max_value=MAX_CAPACITY, default=TOPIC_CAPACITY)
    slow_mode_s = serializers.IntegerField(min_value=0, max_value=MAX_SLOW_MODE_S, default=0)
    closed = serializers.BooleanField(default=False)

    class Meta:
        model = Room
        fields = (
            "slug", "topic", "title", "language", "people", "capacity", "slow_mode_s", "retention", "closed",
        )  # fmt: skip

    def get_people(self, room: Room) -> int:
        """Return how many members have a connection."""
        return presence.people(room.pk)


class RoomChange(RoomFields):
    """What may be changed of a room: everything but its slug."""

    slug = serializers.SlugField(read_only=True)


class ReportFields(serializers.Serializer[Any]):
    """A report of a message, as on the socket."""

    stream = serializers.CharField(max_length=120)
    event_id = serializers.CharField(max_length=64)
    reason = serializers.ChoiceField(choices=["harassment", "danger", "spam", "private", "other"])
    note = serializers.CharField(required=False, allow_null=True, allow_blank=True, trim_whitespace=False)

    def validate_note(self, note: str | None) -> str | None:
        """Return the note cleaned; an empty one is None. Raises a `too_long` error."""
        cleaned = clean(note or "")
        if len(cleaned) > limits.NOTE_MAX:
            raise serializers.ValidationError(f"At most {limits.NOTE_MAX} characters.", code="too_long")
        return cleaned or None


class Received(serializers.Serializer[Any]):
    """The answer to a report."""

    status = serializers.CharField()
