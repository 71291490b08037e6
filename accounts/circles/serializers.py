"""What the doors of circles take and give."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from accounts.circles.changes import grant_fields
from accounts.circles.models import Circle, Invite, Member
from accounts.circles.state import ALIASES, CATEGORIES, Access, Change, Grant, QuietHours
from protocol.text import clean
from runtime import clock
from runtime.http.json import Moment, Text


class Name(Text):
    """A name of 1 to 80 characters, cleaned as texts are."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=80, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Return the cleaned name. Raises `ValidationError` where nothing is left of it."""
        name = clean(super().to_internal_value(data))
        if not name:
            self.fail("blank")
        return name


class CircleFields(serializers.ModelSerializer[Circle]):
    """A circle; its owner's days are what it is about. `own_name` is how the owner is called in it."""

    name = Name()
    own_name = Name(required=False, allow_null=True, write_only=True)
    owner = serializers.UUIDField(source="owner_id", read_only=True)

    class Meta:
        model = Circle
        fields = ("id", "name", "owner", "own_name")


class CircleChange(serializers.Serializer[Any]):
    """What may be changed of a circle."""

    name = Name(required=False)


class InviteFields(serializers.ModelSerializer[Invite]):
    """An invitation that waits; `email` is where its letter goes."""

    email = serializers.EmailField(required=False, allow_null=True)
    expires_at = Moment(read_only=True)
    created_at = Moment(read_only=True)

    class Meta:
        model = Invite
        fields = ("id", "email", "created_at", "expires_at")


class InviteMade(InviteFields):
    """A new invitation: its token and link are shown this once."""

    token = serializers.CharField(read_only=True)
    url = serializers.URLField(read_only=True)

    class Meta(InviteFields.Meta):
        fields = ("id", "email", "created_at", "expires_at", "token", "url")  # type: ignore[assignment]


class Acceptance(serializers.Serializer[Any]):
    """An invitation's token, and how one wants to be called in the circle."""

    token = Text(max_length=200)
    name = Name(required=False, allow_null=True)


class MemberFields(serializers.ModelSerializer[Member]):
    """Somebody in a circle."""

    user = serializers.UUIDField(source="user_id", read_only=True)
    name = serializers.CharField(read_only=True)
    since = Moment(source="joined_at", read_only=True)

    class Meta:
        model = Member
        fields = ("id", "user", "name", "since")


class QuietHoursFields(serializers.Serializer[Any]):
    """A daily time, as `HH:MM` in the owner's time zone, in which nothing is pushed."""

    start = serializers.TimeField(format="%H:%M", input_formats=["%H:%M", "%H:%M:%S"])
    end = serializers.TimeField(format="%H:%M", input_formats=["%H:%M", "%H:%M:%S"])

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return the hours. Raises `ValidationError` for none at all."""
        if given["start"] == given["end"]:
            raise serializers.ValidationError({"end": "Must differ from `start`."})
        return given


class GrantFields(serializers.Serializer[Any]):
    """What a member may do with one category; to contribute includes to view."""

    member = serializers.UUIDField(read_only=True)
    category = serializers.ChoiceField(choices=CATEGORIES, read_only=True)
    access = serializers.ChoiceField(choices=[access.value for access in Access], required=False)
    expires_at = Moment(required=False, allow_null=True)
    quiet_hours = QuietHoursFields(required=False, allow_null=True)

    def validate_expires_at(self, moment: datetime | None) -> datetime | None:
        """Return the moment. Raises `ValidationError` for one that is past."""
        if moment is not None and moment <= clock.now():
            raise serializers.ValidationError("Must be in the future.", code="out_of_range")
        return moment


class LogLine(serializers.Serializer[Any]):
    """One line of a circle's log; the last fields are the grant as it was from there on."""

    seq = serializers.IntegerField()
    at = Moment()
    kind = serializers.CharField()
    actor = serializers.UUIDField()
    member = serializers.UUIDField(allow_null=True)
    category = serializers.CharField(allow_null=True)
    access = serializers.ChoiceField(choices=[access.value for access in Access], allow_null=True)
    expires_at = Moment(allow_null=True)
    quiet_hours = QuietHoursFields(allow_null=True)


class _Page(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class GrantPage(_Page):
    """A page of grants."""

    results = GrantFields(many=True)


class LogPage(_Page):
    """A page of a circle's log."""

    results = LogLine(many=True)


def shown_grant(grant: Grant) -> dict[str, Any]:
    """Return a grant as doors show it."""
    return {"member": str(grant.member), **grant_fields(grant)}


def shown_change(change: Change, seq: int) -> dict[str, Any]:
    """Return a line of the log as doors show it, at place `seq` of what its reader sees."""
    nothing = {"category": change.category, "access": None, "expires_at": None, "quiet_hours": None}
    return {
        "seq": seq,
        "at": clock.rfc3339(change.at),
        "kind": str(change.kind),
        "actor": str(change.actor),
        "member": str(change.member) if change.member else None,
        **(grant_fields(change.grant) if change.grant else nothing),
    }


def settled(given: dict[str, Any], member: Any, category: str, known: Grant | None) -> Grant:
    """Return the grant after a PUT, which changes only what it names. Raises `ValidationError`."""
    access = given.get("access") or (known.access if known else None)
    if access is None:
        raise serializers.ValidationError({"access": ["This field is required."]}, code="required")
    expires_at = given.get("expires_at", known.expires_at if known else None)
    quiet = known.quiet_hours if known else None
    if "quiet_hours" in given:
        hours = given["quiet_hours"]
        quiet = QuietHours(hours["start"], hours["end"]) if hours else None
    return Grant(member, category, Access(access), expires_at, quiet)


def category_of(word: str) -> str | None:
    """Return the category that a word of a path names, or None."""
    word = ALIASES.get(word, word)
    return word if word in CATEGORIES else None
