"""Saying that one is typing: never stored, may be dropped."""

from typing import Any

from chat.memberships import Membership
from protocol.commands import Typing
from protocol.errors import Forbidden, NotMember
from runtime import clock
from streams import publish


async def say_typing(command: Typing, *, member: Membership) -> dict[str, Any]:
    """Tell the room; returns no fields. Whoever may not write is not shown typing.

    Raises NotMember or Forbidden as far as this process knows: a signal is not worth a query.
    """
    standing, now = member.standing, clock.now()
    if not standing.present or standing.barred(now):
        raise NotMember
    if standing.closed:
        raise Forbidden("This room is closed.")
    muted = standing.muted_until is not None and standing.muted_until > now
    if not muted and not standing.review:
        fields = {"member": member.wire, "on": command.on}
        publish.signal(member.stream, "typing", fields, member=member.member_id)
    return {}
