"""What is done about circles in the background."""

from datetime import timedelta
from uuid import UUID

from accounts.circles import invites
from accounts.circles.models import Invite
from accounts.letters import post
from runtime import clock
from runtime.jobs import every, job

INVITES_KEPT = timedelta(days=30)  # a dead link says that it is dead for as long


@job("circles.mail_invite")
def mail_invite(invite_id: str) -> None:
    """Write an invitation's letter unless it ended meanwhile, and forget its token.

    It says nothing of who invites: an address may be mistyped, and a mailbox be read by others.
    """
    now = clock.now()
    found = invites.waiting(now).filter(token__isnull=False).select_related("circle__owner")
    invite = found.filter(pk=UUID(invite_id)).first()
    owner = invite.circle.owner if invite else None
    if invite is None or owner is None or not owner.admitted(now):
        return
    post.invite(invite.email, owner.locale, invites.link(invite.token), invite.pk)
    Invite.objects.filter(pk=invite.pk).update(token=None)


@every(seconds=3_600, name="circles.purge_invites")
def purge_invites() -> int:
    """Delete invitations that ended long ago; return how many. Those that lapsed forget their tokens."""
    now = clock.now()
    limit = now - INVITES_KEPT
    Invite.objects.filter(expires_at__lt=now).filter(token__isnull=False).update(token=None)
    return (
        Invite.objects.filter(expires_at__lt=limit).delete()[0]
        + Invite.objects.filter(ended_at__lt=limit).delete()[0]
    )
