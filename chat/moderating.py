"""What a moderator can do in a room: the functions behind `moderation.ports.RoomActions`.

Each writes inside a transaction that names what `streams_of` returns, and has its inverse beside it.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from accounts import sealed
from accounts.models import User
from chat import cards, gone, notices
from chat.departures import depart, streams_for, tell
from chat.memberships import me_of
from chat.models import Member, Room
from moderation import ports
from moderation.cases import text_needed
from protocol.errors import Conflict, NotFound
from runtime import clock
from streams import publish
from streams.commit import Item, write_now
from streams.models import Event
from streams.refs import Stored, StreamRef
from streams.transaction import Tx, from_row

T = TypeVar("T")

FOR_GOOD = datetime(9999, 12, 31, tzinfo=UTC)  # "until undone", where a time must be named


class Moderating:
    """Chat's side of the port; see `moderation.ports.RoomActions`."""

    def streams_of(self, room: StreamRef, member_id: str) -> tuple[StreamRef, ...]:
        """Return the streams an action on this member may append to. Raises NotFound."""
        return streams_for(_member(room, member_id).room, member_id)

    def hold(self, tx: Tx, room: StreamRef, member_id: str, *, on: bool, now: datetime) -> None:
        """Keep the member's next messages for review, or stop. Raises Conflict where it is so already."""
        member = _member(room, member_id)
        if member.review == on:
            raise Conflict("Nothing would change.")
        member.review = on
        member.save(update_fields=["review"])
        tx.bump(room)

    def release(self, tx: Tx, room: StreamRef, event_id: str, *, now: datetime) -> None:
        """Deliver a held message as a new one at the head of the room, and tell its sender."""
        stored = _held(tx, room, event_id)
        fields = {name: value for name, value in stored.fields.items() if name != "review_by"}
        written_at = clock.rfc3339(stored.at)
        stored.fields = fields
        tx.release(stored, written_at=written_at)
        _tell_sender(tx, room, stored, "message.released", target=stored.event_id)

    def retract(self, tx: Tx, room: StreamRef, event_id: str, *, now: datetime) -> None:
        """Take a delivered message out of view; refuse a held one, and tell its sender."""
        stored = _message(tx, room, event_id)
        if stored.gone is not None:
            raise Conflict("The message is gone already.")
        if stored.seq is None:
            gone.let_go(tx, stored, "retracted")
            _tell_sender(tx, room, stored, "message.refused")
            return
        # The text stays until its room's time is over: what was retracted can be restored.
        tx.set_gone(stored, "retracted", erase=False)
        if gone.hide_restored(tx, room, [stored], "retracted"):
            tx.after_commit(lambda: publish.forget(room))
        tx.append(room, "message.retracted", {"target": event_id}, target=event_id)

    def restore(self, tx: Tx, room: StreamRef, event_id: str, *, now: datetime) -> None:
        """Show a retracted message again. Raises Conflict where its text is gone for good."""
        stored = _message(tx, room, event_id)
        if stored.gone != "retracted" or stored.seq is None:
            raise Conflict("Only a retracted message can be restored.")
        if "text" not in stored.fields:
            raise Conflict("The text is gone for good.")
        tx.set_gone(stored, None)
        restored = {"target": event_id, "text": stored.fields["text"]}
        tx.append(room, "message.restored", restored, member=stored.member, target=event_id)

    def mute(
        self, tx: Tx, room: StreamRef, member_id: str, *, until: datetime | None, on: bool, now: datetime
    ) -> None:
        """Refuse the member's messages until then (None: until undone), or end that."""
        member = _member(room, member_id)
        member.muted_until = (until or FOR_GOOD) if on else None
        member.save(update_fields=["muted_until"])
        tx.bump(room)

    def remove(self, tx: Tx, room: StreamRef, member_id: str, *, until: datetime, now: datetime) -> None:
        """Take the member out of the room for a time; it ends by itself."""
        member = _member(room, member_id)
        member.removed_until = until
        member.save(update_fields=["removed_until"])
        _see_out(tx, member, "removed")

    def readmit(self, tx: Tx, room: StreamRef, member_id: str, *, now: datetime) -> None:
        """End a removal before its time: the member may join again."""
        member = _member(room, member_id)
        member.removed_until = None
        member.save(update_fields=["removed_until"])
        tx.bump(room)

    def ban(
        self, tx: Tx, room: StreamRef, member_id: str, *, until: datetime | None, on: bool, now: datetime
    ) -> None:
        """Take the member out of the room for good or until then, or let them join again."""
        member = _member(room, member_id)
        member.banned = on and until is None
        member.removed_until = until if on else None
        member.save(update_fields=["banned", "removed_until"])
        if on:
            _see_out(tx, member, "banned")
        else:
            tx.bump(room)

    def unban(self, tx: Tx, room: StreamRef, member_id: str, *, now: datetime) -> None:
        """Let a banned member join again."""
        self.ban(tx, room, member_id, until=None, on=False, now=now)

    def slow_mode(self, tx: Tx, room: StreamRef, *, seconds: int, now: datetime) -> int:
        """Set the pause between two messages of one member; return the former one in seconds."""
        row = _room(room)
        former = row.slow_mode_s
        if former != seconds:
            row.slow_mode_s = seconds
            row.save(update_fields=["slow_mode_s"])
            notices.say(tx, row, "slow_mode" if seconds else "slow_mode_off", seconds=seconds)
            tx.bump(room)
        return former

    def close(self, tx: Tx, room: StreamRef, *, on: bool, now: datetime) -> None:
        """Refuse new messages and members, or open the room again; the room is told."""
        row = _room(room)
        if row.closed == on:
            return
        row.closed = on
        row.save(update_fields=["closed"])
        notices.say(tx, row, "closing" if on else "opening")
        tx.bump(room)

    def send_card(self, tx: Tx, room: StreamRef, member_id: str, *, now: datetime) -> None:
        """Write the crisis card to the member's `me`. Raises NotFound where they were erased."""
        try:
            person_id = sealed.person_of(_member(room, member_id).id)
        except sealed.UnknownMember:
            raise NotFound from None
        locale = User.objects.values_list("locale", flat=True).get(pk=person_id)
        cards.give(tx, me_of(person_id), room=_room(room).slug, locale=locale)

    def text_of(self, event_ids: Sequence[str]) -> dict[str, str]:
        """Return the texts of messages that moderators of an open case or report may read, by event id."""
        found: dict[str, str] = {}
        for row in Event.objects.filter(pk__in=text_needed(event_ids)).select_related("stream"):
            ref = StreamRef(row.stream.pk, row.stream.name, row.stream.epoch)
            text = from_row(row, ref).fields.get("text")
            if isinstance(text, str):
                found[row.event_id] = text
        return found


def act_now(room: StreamRef, member_id: str, act: Callable[[Tx], T]) -> T:
    """Run one action on a member in its own transaction; for jobs and commands. Synchronous."""
    return write_now(Item(actions.streams_of(room, member_id), act))


def register() -> None:
    """Offer all this to moderation; called once at start-up."""
    ports.register(actions)
    ports.when_texts_are_released(gone.erase_released)


actions = Moderating()


def _room(room: StreamRef) -> Room:
    row = Room.objects.select_related("stream").filter(pk=room.id).first()
    if row is None:
        raise NotFound
    return row


def _member(room: StreamRef, member_id: str) -> Member:
    row = Member.objects.select_related("room__stream").filter(pk=member_id, room_id=room.id).first()
    if row is None:
        raise NotFound
    return row


def _message(tx: Tx, room: StreamRef, event_id: str) -> Stored:
    stored = tx.find(room, event_id)
    if stored is None or stored.kind != "message":
        raise NotFound
    return stored


def _held(tx: Tx, room: StreamRef, event_id: str) -> Stored:
    """Return a message that waits for a moderator. Raises NotFound, and Conflict for one that does not."""
    stored = _message(tx, room, event_id)
    if stored.seq is not None or stored.gone is not None:
        raise Conflict("The message is not held any more.")
    return stored


def _see_out(tx: Tx, member: Member, reason: str) -> None:
    """End the stay of a member who may not be here now; a bump does for one who left before."""
    if member.left_at is None:
        depart(tx, member.room, member, reason=reason)
    else:
        tx.bump(member.room.ref)


def _tell_sender(tx: Tx, room: StreamRef, stored: Stored, kind: str, **more: str) -> None:
    """Say on the sender's `me` what became of their held message."""
    assert stored.member is not None  # every message has an author
    fields = {"room": _room(room).slug, "client_id": stored.client_id, **more}
    tell(tx, stored.member, kind, fields)
