"""Moving one's read mark."""

from functools import partial
from typing import Any

from chat.memberships import Membership
from chat.models import Member
from protocol.commands import Read
from protocol.errors import BadField
from streams import publish
from streams.commit import Item, submit
from streams.transaction import Tx


async def mark_read(command: Read, *, member: Membership, connection: str | None = None) -> dict[str, Any]:
    """Move the mark forward and tell one's other devices; back changes nothing. Returns no fields.

    `connection` is the one that asks, and is not told. Raises BadField beyond the head.
    """
    moved = await submit(Item((member.stream,), partial(_mark, command, member)))
    if moved:
        member.read_seq = max(member.read_seq, command.seq)
        publish.signal(member.stream, "read", {"seq": command.seq}, only=member.member_id, skip=connection)
    return {}


def _mark(command: Read, member: Membership, tx: Tx) -> bool:
    member.admitted(tx)
    if command.seq > tx.head(member.stream):
        raise BadField("seq", "`seq` must be at most the stream's head.")
    row = Member.objects.filter(pk=member.member_id, read_seq__lt=command.seq)
    return row.update(read_seq=command.seq) > 0
