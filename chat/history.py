"""Reading back in a room."""

from typing import Any

from chat.blocks import blocked_by_member
from chat.memberships import Membership
from chat.models import Member
from protocol.commands import History
from protocol.errors import Banned, NotMember
from runtime import clock
from streams import db, paging


async def read_history(command: History, *, member: Membership) -> dict[str, Any]:
    """Return a page of the room as this member may see it now. Raises NotMember or Banned."""
    return await db.run(_page, command, member)


def _page(command: History, member: Membership) -> dict[str, Any]:
    check_present(member)
    return paging.page(
        member.stream,
        before=command.before,
        after=command.after,
        limit=command.limit,
        hide=blocked_by_member(member.member_id),
    )


def check_present(member: Membership) -> None:
    """Raise NotMember or Banned unless the member is in the room now. Synchronous; one query."""
    row = Member.objects.filter(pk=member.member_id).first()
    if row is None:
        raise NotMember
    if row.barred(clock.now()):
        raise Banned
    if row.left_at is not None:
        raise NotMember
