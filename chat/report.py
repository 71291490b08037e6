"""Telling the moderators about a message."""

from functools import partial
from typing import Any

from chat.memberships import Membership
from chat.seen import seen_message
from moderation import cases
from protocol.commands import Report
from streams.commit import Item, submit
from streams.transaction import Tx


async def report_message(command: Report, *, member: Membership) -> dict[str, Any]:
    """Open or join the case of a message's author; return `status` `received`. Raises NotFound."""
    return await submit(report_item(command, member))


def report_item(command: Report, member: Membership) -> Item[dict[str, Any]]:
    """Return the change a report makes, for the socket and for HTTP."""
    return Item((member.stream, member.queue), partial(_report, command, member))


def _report(command: Report, member: Membership, tx: Tx) -> dict[str, Any]:
    member.admitted(tx)
    stored = seen_message(tx, member, command.event_id)
    assert stored.member is not None  # every message has an author
    cases.report(
        tx,
        room=member.stream,
        room_slug=member.slug,
        member_id=stored.member,
        event_id=stored.event_id,
        reason=command.reason,
        note=command.note,
        reporter=member.member_id,
        now=tx.now,
    )
    return {"status": "received"}
