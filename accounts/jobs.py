"""What is done about people in the background."""

from datetime import timedelta
from uuid import UUID

from django.contrib.sessions.models import Session

from accounts import registries
from accounts.models import AuthSession, UsedTicket
from runtime import clock
from runtime.jobs import every, job

SESSIONS_KEPT = timedelta(days=30)  # ended ones: long enough to tell a stolen refresh token from a forged one


@every(seconds=600, name="accounts.purge_tickets")
def purge_tickets() -> int:
    """Delete used tickets that are too old to be used anyway; return how many."""
    return UsedTicket.objects.filter(expires_at__lt=clock.now() - timedelta(minutes=5)).delete()[0]


@every(seconds=3_600, name="accounts.purge_sessions")
def purge_sessions() -> int:
    """Delete sessions that ended long ago; return how many rows went."""
    limit = clock.now() - SESSIONS_KEPT
    return (
        AuthSession.objects.filter(ended_at__lt=limit).delete()[0]
        + AuthSession.objects.filter(expires_at__lt=limit).delete()[0]
    )


@every(seconds=3_600, name="accounts.purge_browser_sessions")
def purge_browser_sessions() -> int:
    """Delete browsers' sessions that have expired; return how many."""
    return Session.objects.filter(expire_date__lt=clock.now()).delete()[0]


@job("accounts.erase_person")
def erase_person(person_id: str) -> None:
    """Erase one person everywhere."""
    registries.erase_person(UUID(person_id))
