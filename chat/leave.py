"""Leaving a room. The name is kept: joining again gives the same member."""

from functools import partial
from typing import Any

from chat.departures import depart, streams_for
from chat.memberships import Membership
from chat.models import Member, Room
from protocol.commands import Leave
from streams import db
from streams.commit import Item, submit
from streams.refs import StreamRef
from streams.transaction import Tx


async def leave_room(command: Leave, *, member: Membership) -> dict[str, Any]:
    """End a membership; return no fields. Raises NotMember or Banned where it has ended already."""
    refs = await db.run(_streams, member)
    await submit(Item(refs, partial(_leave, member)))
    return {}


def _streams(member: Membership) -> tuple[StreamRef, ...]:
    room = Room.objects.select_related("stream").get(pk=member.stream.id)
    return streams_for(room, member.member_id)


def _leave(leaving: Membership, tx: Tx) -> None:
    leaving.admitted(tx)
    row = Member.objects.select_related("room__stream").get(pk=leaving.member_id)
    depart(tx, row.room, row, reason="left")
