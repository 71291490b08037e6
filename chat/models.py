"""Rooms, their members and what stands between members.

No column here names a person: who a member is lives sealed in `accounts.sealed`, and nothing in these
tables joins the members of two rooms.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from runtime.fields import SealedColumn
from streams.refs import StreamRef

TOPIC_CAPACITY = 500  # protocol.md, fine print on rooms
PAIR_CAPACITY = 2


def new_member_id() -> str:
    """Return a fresh member id: random, so that it tells nothing of the person or of another room."""
    return f"m_{secrets.token_hex(10)}"


class Room(models.Model):
    """A place to talk; its messages are the events of its stream."""

    class Kind(models.TextChoices):
        """Who a room is for."""

        TOPIC = "topic"
        PAIR = "pair"

    class Retention(models.TextChoices):
        """How long the text of a room is kept (`chat.retention` has the numbers)."""

        HOURS = "hours"
        DAYS = "days"
        KEPT = "kept"

    stream = models.OneToOneField("streams.Stream", primary_key=True, on_delete=models.PROTECT)
    slug = models.SlugField(max_length=64, unique=True)
    topic = models.SlugField(max_length=48)
    title = models.CharField(max_length=80)
    language = models.CharField(max_length=8, default="en")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.TOPIC)
    capacity = models.PositiveIntegerField(default=TOPIC_CAPACITY)
    slow_mode_s = models.PositiveIntegerField(default=0)
    retention = models.CharField(max_length=8, choices=Retention.choices, default=Retention.DAYS)
    closed = models.BooleanField(default=False)
    expired_seq = models.PositiveBigIntegerField(default=0)  # messages up to here have expired
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "topic", "language"], name="chat_room_topic")]

    def __str__(self) -> str:
        return self.slug

    @property
    def ref(self) -> StreamRef:
        """The room's stream (select it along: `Room.objects.select_related("stream")`)."""
        return StreamRef(self.stream.id, self.stream.name, self.stream.epoch)


class Member(models.Model):
    """One person's pseudonym in one room. It stays after a leave, so that joining again gives it back."""

    id = models.CharField(primary_key=True, max_length=24, default=new_member_id)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="members")
    name = models.CharField(max_length=32)
    name_key = models.CharField(max_length=96)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    muted_until = models.DateTimeField(null=True)
    removed_until = models.DateTimeField(null=True)
    banned = models.BooleanField(default=False)
    review = models.BooleanField(default=False)
    read_seq = models.PositiveBigIntegerField(default=0)
    last_sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "name_key"], name="chat_member_name")]
        indexes = [models.Index(fields=["room", "left_at"], name="chat_member_present")]

    def __str__(self) -> str:
        return self.id

    @property
    def wire(self) -> dict[str, Any]:
        """The member as frames name them: `{"id", "name"}`."""
        return {"id": self.id, "name": self.name}

    def barred(self, now: datetime) -> bool:
        """Tell whether this member may not be in the room now (banned, or removed for a while)."""
        return self.banned or (self.removed_until is not None and self.removed_until > now)


class Reaction(models.Model):
    """A reaction that stands; its history is in the log."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE)
    event_id = models.CharField(max_length=26)
    member = models.ForeignKey(Member, on_delete=models.CASCADE)
    reaction = models.CharField(max_length=16)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event_id", "member", "reaction"], name="chat_reaction_once")
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.reaction}"


class Fingerprint(models.Model):
    """What a message said whose text its author took back: resending another text is still a conflict."""

    event_id = models.CharField(primary_key=True, max_length=26)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.event_id


class Block(models.Model):
    """Within a room, the blocker does not see the blocked member. One way."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE)
    blocker = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="blocked_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="chat_block_once"),
            models.CheckConstraint(condition=~Q(blocker=models.F("blocked")), name="chat_block_not_self"),
        ]

    def __str__(self) -> str:
        return f"{self.blocker_id} > {self.blocked_id}"


class PairBlock(models.Model):
    """That one person blocked another somewhere, for matching alone: a keyed hash and in how many rooms.

    It has no key to `Block`: that would join the members of two rooms.
    """

    pair_hash = models.CharField(primary_key=True, max_length=64)
    rooms = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.pair_hash


class MatchTicket(models.Model):
    """Somebody waits to be matched. It goes with the match, `unmatch` or the last connection."""

    class Role(models.TextChoices):
        """What one comes for."""

        SEEKER = "seeker"
        LISTENER = "listener"

    person_hash = models.CharField(max_length=64, unique=True)
    person = SealedColumn(ring="identity", bound="match-ticket:{person_hash}")
    topic = models.SlugField(max_length=48)
    language = models.CharField(max_length=8)
    role = models.CharField(max_length=8, choices=Role.choices)
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["topic", "language", "since"], name="chat_ticket_waiting")]

    def __str__(self) -> str:
        return f"{self.role} {self.topic}"
