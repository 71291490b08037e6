"""Becoming a member of a room."""

import random
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from accounts import sealed
from accounts.principals import Principal, may_still_act
from chat import names, rooms
from chat.memberships import Membership, me_of, membership_of
from chat.models import Member, Room, new_member_id
from moderation.screening import screen
from protocol.commands import Join
from protocol.errors import BadField, Banned, Conflict, Forbidden, NotFound, RoomFull, Unauthorized
from runtime import clock
from streams import db, presence
from streams.commit import Item, submit
from streams.refs import StreamRef
from streams.transaction import Tx

_rng = random.SystemRandom()  # a pseudonym must not be guessable from another room's


@dataclass(frozen=True, slots=True)
class Joined:
    """What a join gives: the membership a connection keeps, and the fields of `ok`."""

    membership: Membership
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Doorway:
    """What was found before the transaction."""

    room: Room
    me: StreamRef


async def join_room(command: Join, *, person: Principal) -> Joined:
    """Make a person a member of a room; joining again gives the same member.

    Raises NotFound, Banned, Forbidden (a closed room), RoomFull, Conflict (the name; the 21st room),
    BadField (`name`), or Unauthorized once the sign-in has ended.
    """
    doorway = await db.run(_look, command, person)
    item = Item((doorway.room.ref, doorway.me), partial(_enter, command, person, doorway))
    membership, head = await submit(item)
    people = presence.people(doorway.room.pk)
    if membership.member_id not in presence.here(doorway.room.pk):
        people += 1  # the one who asks is connected, and is counted once the connection follows the room
    fields = {
        "stream": membership.stream.wire,
        "epoch": membership.stream.epoch,
        "head": head,
        "member": membership.wire,
        "people": people,
    }
    return Joined(membership, fields)


def _look(command: Join, person: Principal) -> _Doorway:
    """Find the room and refuse whoever cannot enter, before anything is locked."""
    room = rooms.find(command.room)
    if room is None:
        raise NotFound
    member = _member_in(person.person_id, room)
    if room.kind == Room.Kind.PAIR and (member is None or member.left_at is not None):
        raise NotFound
    if member is not None and member.barred(clock.now()):
        raise Banned
    if member is None and command.name is not None:
        _check_name(command.name, room)
    if (member is None or member.left_at is not None) and not room.closed and rooms.full(room):
        raise RoomFull(rooms.another(room).slug)
    return _Doorway(room, me_of(person.person_id))


def _check_name(name: str, room: Room) -> None:
    """Raise BadField for a name that the rules object to or that poses as staff."""
    if names.poses_as_staff(name):
        raise BadField("name", "This name would be taken for somebody of the team.")
    if screen(name, language=room.language).recorded:
        raise BadField("name", "Please choose another name.")


def _member_in(person_id: UUID, room: Room) -> Member | None:
    member_id = sealed.member_in(person_id, room.pk)
    return Member.objects.filter(pk=member_id).first() if member_id is not None else None


def _enter(command: Join, person: Principal, doorway: _Doorway, tx: Tx) -> tuple[Membership, int]:
    """Make or wake the member; return the membership and the room's head. In the transaction."""
    check_may_act(person, tx)
    room = Room.objects.select_related("stream").get(pk=doorway.room.pk)
    member = _member_in(person.person_id, room)
    if member is not None and member.barred(tx.now):
        raise Banned
    if member is None or member.left_at is not None:
        if room.closed:
            raise Forbidden("This room is closed.")
        if member is None:
            member = enrol(tx, room, person.person_id, command.name)
        else:
            _wake(tx, room, member, person.person_id)
        tell_joined(tx, room, member, doorway.me)
    membership = membership_of(member, room, doorway.me)
    membership.version, membership.head = tx.version(room.ref), tx.head(room.ref)
    return membership, tx.head(room.ref)


def check_may_act(person: Principal, tx: Tx) -> None:
    """Raise Unauthorized for a socket that outlives its sign-in: nobody comes back while being erased."""
    if not may_still_act(person, tx.now):
        raise Unauthorized("Your sign-in has ended.")


def enrol(tx: Tx, room: Room, person_id: UUID, name: str | None) -> Member:
    """Make a person's member in a room under a chosen or drawn name. Raises Conflict. In a transaction."""
    if name is None:
        name = names.draw(lambda key: _taken(room, person_id, key), _rng)
    elif _taken(room, person_id, names.name_key(name)):
        raise Conflict("This name is taken.")
    member = Member(
        id=new_member_id(),
        room=room,
        name=name,
        name_key=names.name_key(name),
        joined_at=tx.now,
        read_seq=tx.head(room.ref),
    )
    member.save(force_insert=True)
    sealed.seal(person_id, room.pk, member.id)
    _take_slot(person_id, member)
    return member


def _wake(tx: Tx, room: Room, member: Member, person_id: UUID) -> None:
    """Make a member who left present again. Raises Conflict where one bears this name elsewhere by now."""
    if _borne(person_id, member.name_key):
        raise Conflict("You bear this room's name in another room: leave that one first.")
    _take_slot(person_id, member)
    member.left_at = None
    member.joined_at = tx.now
    member.save(update_fields=["left_at", "joined_at"])
    tx.bump(room.ref)  # processes that know the member as gone must look again


def _take_slot(person_id: UUID, member: Member) -> None:
    try:
        sealed.take_slot(person_id, member.id)
    except sealed.SlotsFull:
        raise Conflict("You are in as many rooms as one can be in.") from None


def _taken(room: Room, person_id: UUID, key: str) -> bool:
    """Tell whether a name is borne in the room (by those who left too) or by this person in another one."""
    return Member.objects.filter(room=room, name_key=key).exists() or _borne(person_id, key)


def _borne(person_id: UUID, key: str) -> bool:
    """Tell whether a person bears a name in a room now: two rooms with it would say who is who."""
    return Member.objects.filter(pk__in=sealed.active_members(person_id), name_key=key).exists()


def tell_joined(tx: Tx, room: Room, member: Member, me: StreamRef) -> None:
    """Say it in the room, and on the person's `me` for their other connections. In a transaction."""
    tx.append(room.ref, "member.joined", {"member": member.wire}, member=member.id)
    tx.append(me, "joined", joined_fields(tx, room, member))


def joined_fields(tx: Tx, room: Room, member: Member) -> dict[str, Any]:
    """Return what `joined` and `matched` say of a room one is in from now on. In a transaction."""
    return {
        "room_stream": room.ref.wire,
        "epoch": room.ref.epoch,
        "head": tx.head(room.ref),
        "room": room.slug,
        "member": member.wire,
    }
