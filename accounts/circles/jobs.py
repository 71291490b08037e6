"""What is done about circles in the background."""

from datetime import timedelta

from accounts.circles.models import Invite
from runtime import clock
from runtime.jobs import every

INVITES_KEPT = timedelta(days=30)  # a dead link says that it is dead for as long


@every(seconds=3_600, name="circles.purge_invites")
def purge_invites() -> int:
    """Delete invitations that ended long ago; return how many."""
    limit = clock.now() - INVITES_KEPT
    return (
        Invite.objects.filter(expires_at__lt=limit).delete()[0]
        + Invite.objects.filter(ended_at__lt=limit).delete()[0]
    )
