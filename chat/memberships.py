"""Who one is in the rooms one is in, as a connection holds it in memory."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts import sealed
from accounts.principals import me_stream
from chat.models import Member, Room
from moderation.cases import queue_stream
from protocol.errors import Banned, NotFound, NotMember, Refusal
from streams import log
from streams.refs import StreamRef
from streams.transaction import Tx

_UNKNOWN = -1  # no stream has this version: the next write reads the rows again


@dataclass(frozen=True, slots=True)
class Standing:
    """What a member may do in a room, as of one version of the room's stream."""

    present: bool
    banned: bool
    removed_until: datetime | None
    muted_until: datetime | None
    review: bool
    slow_mode_s: int
    closed: bool

    def barred(self, now: datetime) -> bool:
        """Tell whether the member may not be in the room now."""
        return self.banned or (self.removed_until is not None and self.removed_until > now)


@dataclass(slots=True, eq=False)
class Membership:
    """One person's place in one room. `version` is the stream's at which `standing` was read."""

    stream: StreamRef
    me: StreamRef
    queue: StreamRef
    slug: str
    language: str
    member_id: str
    name: str
    joined_at: datetime
    read_seq: int
    version: int
    standing: Standing
    head: int = 0  # of the stream, at a moment when the member was in the room
    ahead: "asyncio.Future[None] | None" = None  # done once the last message that waits is on its way

    @property
    def wire(self) -> dict[str, Any]:
        """The member as frames name it: `{"id", "name"}`."""
        return {"id": self.member_id, "name": self.name}

    def admitted(self, tx: Tx) -> Standing:
        """Return the standing as it is at commit. Raises NotMember or Banned.

        Costs no query while nothing about who may do what in the room has changed.
        """
        version = tx.version(self.stream)
        if version != self.version:
            self._refresh(tx, version)
        standing = self.standing
        if standing.barred(tx.now):
            raise Banned
        if not standing.present:
            raise NotMember
        return standing

    def _refresh(self, tx: Tx, version: int) -> None:
        member = Member.objects.select_related("room").filter(pk=self.member_id).first()
        if member is None:  # erased
            raise NotMember
        self.standing = standing_of(member, member.room)
        # What was read may hold another item's change that is rolled back: it counts once it is durable.
        self.version = _UNKNOWN
        tx.after_commit(lambda: setattr(self, "version", version))


def standing_of(member: Member, room: Room) -> Standing:
    """Return what the rows say a member may do."""
    return Standing(
        present=member.left_at is None,
        banned=member.banned,
        removed_until=member.removed_until,
        muted_until=member.muted_until,
        review=member.review,
        slow_mode_s=room.slow_mode_s,
        closed=room.closed,
    )


def membership_of(member: Member, room: Room, me: StreamRef) -> Membership:
    """Return a membership from its rows; `room.stream` must be selected along. Synchronous."""
    return Membership(
        stream=room.ref,
        me=me,
        queue=queue_stream(),
        slug=room.slug,
        language=room.language,
        member_id=member.id,
        name=member.name,
        joined_at=member.joined_at,
        read_seq=member.read_seq,
        version=room.stream.version,
        standing=standing_of(member, room),
        head=room.stream.head,
    )


def me_of(person_id: UUID) -> StreamRef:
    """Return a person's own stream of the chat socket, made where it was not there. Synchronous."""
    return log.ensure(me_stream(person_id, "chat"))


def me_of_member(member_id: str) -> StreamRef | None:
    """Return the own stream of whoever bears this member id; None where they were erased: no me to tell.

    Synchronous; the server's own use only.
    """
    try:
        return me_of(sealed.person_of(member_id))
    except sealed.UnknownMember:
        return None


def load(person_id: UUID) -> list[Membership]:
    """Return the rooms a person is in now. Synchronous."""
    rows = (
        Member.objects.select_related("room__stream")
        .filter(pk__in=sealed.active_members(person_id), left_at__isnull=True)
        .order_by("joined_at", "pk")
    )
    members = list(rows)
    if not members:
        return []
    me = me_of(person_id)
    return [membership_of(member, member.room, me) for member in members]


def load_one(person_id: UUID, stream_name: str) -> Membership | None:
    """Return a person's membership in the room of that stream, or None. Synchronous."""
    room = Room.objects.select_related("stream").filter(stream__name=stream_name).first()
    if room is None:
        return None
    member_id = sealed.member_in(person_id, room.pk)
    member = Member.objects.filter(pk=member_id, left_at__isnull=True).first() if member_id else None
    return membership_of(member, room, me_of(person_id)) if member is not None else None


def why_absent(stream_name: str) -> Refusal:
    """Return how a command on a stream is refused to somebody who is not in it. Synchronous."""
    listed = Room.objects.filter(stream__name=stream_name, kind=Room.Kind.TOPIC).exists()
    return NotMember() if listed else NotFound()
