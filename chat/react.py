"""Reacting to a message. The log tells what happened, the table what stands."""

from functools import partial
from typing import Any

from chat.memberships import Membership
from chat.models import Reaction
from chat.seen import standing_message
from protocol.commands import React
from streams.commit import Item, submit
from streams.transaction import Tx


async def react_to(command: React, *, member: Membership) -> dict[str, Any]:
    """Set or take away a reaction; return its `seq`, or nothing where it changes nothing. Raises NotFound."""
    return await submit(Item((member.stream,), partial(_react, command, member)))


def _react(command: React, member: Membership, tx: Tx) -> dict[str, Any]:
    member.admitted(tx)
    standing_message(tx, member, command.event_id)
    row = Reaction.objects.filter(
        event_id=command.event_id, member_id=member.member_id, reaction=command.reaction
    )
    if row.exists() == command.on:
        return {}
    if command.on:
        Reaction.objects.create(
            room_id=member.stream.id,
            event_id=command.event_id,
            member_id=member.member_id,
            reaction=command.reaction,
        )
    else:
        row.delete()
    fields = {
        "target": command.event_id,
        "member": member.wire,
        "reaction": command.reaction,
        "on": command.on,
    }
    stored = tx.append(member.stream, "reaction", fields, member=member.member_id, target=command.event_id)
    return {"seq": stored.seq}
