"""What is done about people in the background."""

from datetime import timedelta
from uuid import UUID

from allauth.idp.oidc.models import Token
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef

from accounts import registries
from accounts.models import AuthSession, UsedTicket, User
from runtime import clock
from runtime.jobs import every, job

GUESTS_KEPT = timedelta(days=90)  # † unused ones
GUESTS_AT_ONCE = 1_000  # erased in one run; the others wait for the next one
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


@every(seconds=3_600, name="accounts.purge_app_tokens")
def purge_app_tokens() -> int:
    """Delete apps' tokens that have expired; return how many."""
    return int(Token.objects.filter(expires_at__lt=clock.now()).delete()[0])


@every(seconds=3_600, name="accounts.purge_browser_sessions")
def purge_browser_sessions() -> int:
    """Delete browsers' sessions that have expired; return how many."""
    return Session.objects.filter(expire_date__lt=clock.now()).delete()[0]


@every(seconds=86_400, name="accounts.erase_unused_guests")
def erase_unused_guests() -> int:
    """Erase guests who have asked for no ticket for long, with all they left; return how many."""
    limit = clock.now() - GUESTS_KEPT
    used = AuthSession.objects.filter(user=OuterRef("pk"), last_used__gte=limit.date())
    unused = User.objects.filter(~Exists(used), is_guest=True, created_at__lt=limit)
    found = list(unused.order_by("created_at").values_list("pk", flat=True)[:GUESTS_AT_ONCE])
    for person_id in found:
        registries.erase_person(person_id)
    return len(found)


@job("accounts.erase_person")
def erase_person(person_id: str) -> None:
    """Erase one person everywhere."""
    registries.erase_person(UUID(person_id))
