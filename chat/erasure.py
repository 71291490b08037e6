"""What chat erases and exports for one person: all they wrote, and where they were."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import UUID

from accounts import sealed
from accounts.principals import me_stream
from accounts.registries import eraser, exporter
from chat import gone, tickets
from chat.block import bring_together
from chat.context import recent
from chat.departures import depart, streams_for
from chat.models import Block, Fingerprint, Member, Reaction, Room
from runtime import clock
from streams import log, paging, publish
from streams.commit import Item, write_now
from streams.models import Event, Stream
from streams.refs import Stored, StreamRef
from streams.transaction import Tx, from_row

BATCH = 200  # events in one transaction
NOBODY = "Somebody"  # in the place of an erased pseudonym


@eraser("chat")
def erase(person_id: UUID) -> None:
    """Erase what a person wrote in every room, their name there, their blocks and their own stream.

    Others are told of each message as when its author takes it back. What an open case needs stays with its
    moderators until it closes.
    """
    tickets.drop(person_id)
    for room, member in _stays(person_id):
        if member.left_at is None:
            write_now(Item(streams_for(room, member.id), partial(_see_out, member.id)))
        _erase_events(room.ref, member)
        _forget_member(member)
    Stream.objects.filter(name=me_stream(person_id, "chat")).delete()


@exporter("chat")
def export(person_id: UUID) -> dict[str, Any]:
    """Return a person's rooms and, in each, all they wrote and did; and what the house told them."""
    own = log.get(me_stream(person_id, "chat"))
    return {
        "told": list(paging.whole(own)) if own else [],
        "rooms": [
            {
                "room": room.slug,
                "topic": room.topic,
                "name": member.name,
                "joined_at": clock.rfc3339(member.joined_at),
                "left_at": clock.rfc3339(member.left_at) if member.left_at else None,
                "events": [_exported(stored) for stored in _events(room.ref, member.id)],
            }
            for room, member in _stays(person_id)
        ],
    }


def _stays(person_id: UUID) -> Iterator[tuple[Room, Member]]:
    """Yield every room the person ever was in, with their member there."""
    for _, member_id in sealed.all_members(person_id):
        member = Member.objects.select_related("room__stream").filter(pk=member_id).first()
        if member is not None:
            yield member.room, member


def _events(room: StreamRef, member_id: str) -> Iterator[Stored]:
    rows = Event.objects.filter(stream_id=room.id, member=member_id).order_by("event_id")
    for row in rows.iterator(chunk_size=BATCH):
        yield from_row(row, room)


def _exported(stored: Stored) -> dict[str, Any]:
    fields = {name: value for name, value in stored.fields.items() if name != "member"}
    return {"kind": stored.kind, "at": clock.rfc3339(stored.at), "gone": stored.gone, **fields}


def _see_out(member_id: str, tx: Tx) -> None:
    member = Member.objects.select_related("room__stream").get(pk=member_id)
    if member.left_at is None:
        depart(tx, member.room, member, reason="erased")


def _erase_events(room: StreamRef, member: Member) -> None:
    ids = [stored.event_id for stored in _events(room, member.id)]
    for start in range(0, len(ids), BATCH):
        write_now(Item((room,), partial(_erase_batch, room, member.id, ids[start : start + BATCH])))
    publish.forget(room)


def _erase_batch(room: StreamRef, member_id: str, ids: list[str], tx: Tx) -> None:
    """Take back the messages of a batch and put nobody in the place of their author's name."""
    stored = [from_row(row, room) for row in Event.objects.filter(pk__in=ids).order_by("event_id")]
    nobody = {"id": member_id, "name": NOBODY}
    for event in stored:
        if "member" in event.fields:
            tx.set_fields(event, {**event.fields, "member": nobody})
    messages = [event for event in stored if event.kind == "message" and event.gone in (None, "retracted")]
    gone.let_go_all(tx, room, messages, "removed")
    Fingerprint.objects.filter(pk__in=ids).delete()
    for message in messages:
        if message.seq is not None:
            target = {"target": message.event_id}
            tx.append(room, "message.removed", target, member=member_id, target=message.event_id)


def _forget_member(member: Member) -> None:
    """Leave of a member only what others' reactions and blocks refer to: an id without a name."""
    for block in Block.objects.filter(blocker=member):
        bring_together(block.blocker_id, block.blocked_id)
        block.delete()
    Reaction.objects.filter(member=member).delete()
    recent.forget(member.id)
    Member.objects.filter(pk=member.pk).update(name=NOBODY, name_key=f"{NOBODY} {member.pk}".casefold())
