"""What is done about safety in the background."""

from uuid import UUID

from django.conf import settings

from notifications.safety import calling, notices, seeing
from notifications.safety.models import Notice
from runtime import clock
from runtime.jobs import every, job


@job("notifications.tell_contacts")
def tell_contacts(notice: str) -> None:
    """Tell a person's contacts, unless the notice was taken back."""
    notices.tell(UUID(notice))


@job("notifications.check_in")
def check_in(person: str, contact: str, mark: str) -> None:
    """Ask a member who is a contact to check in."""
    calling.check_in_member(UUID(person), UUID(contact), mark)


@job("notifications.notice_seen")
def notice_seen(notice: str, reader: str) -> None:
    """Tell a person that somebody has seen their notice."""
    seeing.tell_person(UUID(notice), UUID(reader))


@every(seconds=3_600, name="notifications.purge_notices")
def purge_notices() -> int:
    """Forget notices that ended long ago; return how many rows went."""
    limit = clock.now() - settings.SAFETY.kept
    return (
        Notice.objects.filter(sent_at__lt=limit).delete()[0]
        + Notice.objects.filter(taken_back_at__lt=limit).delete()[0]
    )
