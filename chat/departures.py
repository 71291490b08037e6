"""The end of a membership, whoever ends it."""

from collections.abc import Mapping
from typing import Any

from accounts import sealed
from chat.memberships import me_of_member
from chat.models import Member, Room
from streams.refs import StreamRef
from streams.transaction import Tx


def streams_for(room: Room, member_id: str) -> tuple[StreamRef, ...]:
    """Return what a departure appends to: the room, the member's `me`, in a pair the other's. Synchronous."""
    told = [member_id, *(other.id for other in _partners(room, member_id))]
    return (room.ref, *(me for one in told if (me := me_of_member(one)) is not None))


def depart(tx: Tx, room: Room, member: Member, *, reason: str) -> None:
    """Take a present member out of a room; both the room and the person are told. In a transaction.

    `reason` is the word on the person's `me`: `left`, `removed` or `banned`.
    """
    member.left_at = tx.now
    member.save(update_fields=["left_at"])
    sealed.free_slot(member.id)
    tx.append(room.ref, "member.left", {"member": member.wire}, member=member.id)
    tell(tx, member.id, "left", {"room_stream": room.ref.wire, "reason": reason})
    tx.bump(room.ref)
    if room.kind == Room.Kind.PAIR:
        _end_pair(tx, room, member)


def _partners(room: Room, member_id: str) -> list[Member]:
    """Return the others who are still in a pair's room."""
    if room.kind != Room.Kind.PAIR:
        return []
    return list(Member.objects.filter(room=room, left_at__isnull=True).exclude(pk=member_id))


def _end_pair(tx: Tx, room: Room, gone: Member) -> None:
    """Close a pair's room behind the first who goes, and tell the other."""
    room.closed = True
    room.save(update_fields=["closed"])
    for other in _partners(room, gone.id):
        tell(tx, other.id, "unmatched", {"room_stream": room.ref.wire, "reason": "left"})


def tell(tx: Tx, member_id: str, kind: str, fields: Mapping[str, Any]) -> None:
    """Write to a member's `me`; to an erased one, nothing. In a transaction that names `streams_for`."""
    me = me_of_member(member_id)
    if me is not None:
        tx.append(me, kind, fields)
