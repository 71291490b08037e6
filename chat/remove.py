"""Taking back one's own message."""

from functools import partial
from typing import Any

from chat import fingerprints, gone
from chat.memberships import Membership
from chat.seen import seen_message
from protocol.commands import Remove
from protocol.errors import Forbidden, NotFound
from streams.commit import Item, submit
from streams.models import Event
from streams.refs import Stored
from streams.transaction import Tx


async def remove_message(command: Remove, *, member: Membership) -> dict[str, Any]:
    """Take a message back; return the `seq` of the removal, or nothing for a held one.

    Doing it again gives the same `seq`. Raises NotFound, or Forbidden for another's message.
    """
    key = (member.stream.id, member.member_id, command.client_id) if command.client_id is not None else None
    return await submit(Item((member.stream,), partial(_remove, command, member), dedup=key))


def _remove(command: Remove, member: Membership, tx: Tx) -> dict[str, Any]:
    member.admitted(tx)
    stored = _asked_for(tx, command, member)
    if stored.gone == "removed":
        return _as_before(stored)
    fingerprints.keep(stored)
    gone.let_go(tx, stored, "removed")
    if stored.seq is None:
        return {}
    target = {"target": stored.event_id}
    removal = tx.append(
        member.stream, "message.removed", target, member=member.member_id, target=stored.event_id
    )
    return {"seq": removal.seq}


def _asked_for(tx: Tx, command: Remove, member: Membership) -> Stored:
    """Return the member's own message that the command names. Raises NotFound or Forbidden."""
    if command.client_id is not None:
        held = tx.existing(member.stream, member.member_id, command.client_id)
        if held is None:
            raise NotFound
        return held
    assert command.event_id is not None  # the codec lets no command through with neither
    stored = seen_message(tx, member, command.event_id)
    if stored.member != member.member_id:
        raise Forbidden("Only the author can take a message back.")
    return stored


def _as_before(stored: Stored) -> dict[str, Any]:
    """Return what the first removal answered."""
    if stored.seq is None:
        return {}
    removals = Event.objects.filter(
        stream_id=stored.stream.id, member=stored.member, kind="message.removed", target=stored.event_id
    )
    return {"seq": removals.values_list("seq", flat=True).order_by("seq")[0]}
