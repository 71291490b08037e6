"""What follows from a sign-in, a sign-out and a change of what opens the door.

allauth and Django announce these as signals; connected when the app is ready.
"""

from typing import Any

from allauth.account import signals as account
from allauth.account.models import EmailAddress
from allauth.mfa import signals as mfa
from allauth.socialaccount import signals as social
from allauth.socialaccount.internal.flows.signup import clear_pending_signup
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import signals as auth
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import factors, sessions
from accounts.audit.record import Scalar, record
from accounts.models import AuthSession, User
from accounts.signin.live import SIGN_IN, sign_in_of
from protocol.errors import Close
from runtime import clock

Kind = AuthSession.Kind


@receiver(auth.user_logged_in)
def signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    """Open the sign-in behind a browser's session, or an app's."""
    kind = Kind.APP if _client(request) == "app" else Kind.BROWSER
    with transaction.atomic():
        # Every way in goes through allauth's stages, so whoever has a second factor has shown it by now.
        session = sessions.open_browser(user, clock.now(), kind=kind, second_factor=factors.has_factor(user))
        record("sign_in", actor=user.pk, subject=user.pk, detail={"by": str(kind.value)})
    request.session[SIGN_IN] = str(session.pk)
    clear_pending_signup(request)


@receiver(auth.user_logged_out)
def signed_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    """End the sign-in: its tokens, its tickets, its apps and its sockets, everywhere."""
    session = sign_in_of(request)
    if session is None:
        return
    with transaction.atomic():
        sessions.end(session.pk, clock.now())
        record("sign_out", actor=session.user_id, subject=session.user_id)


@receiver(account.password_changed)
@receiver(account.password_set)
def password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    """End every other sign-in: whoever knew the old password is out."""
    current = sign_in_of(request)
    with transaction.atomic():
        sessions.end_others(user.pk, current.pk if current else None, clock.now())
        _note("password.changed", user)


@receiver(account.password_reset)
def password_reset(user: User, **_: Any) -> None:
    """End every sign-in: somebody who had lost the account has it again."""
    with transaction.atomic():
        sessions.end_all(user.pk, clock.now(), Close.SIGNED_OUT)
        _note("password.recovered", user)


@receiver(account.email_added)
def email_added(user: User, **_: Any) -> None:
    """Write that an address was added."""
    _note("email.added", user)


@receiver(account.email_removed)
def email_removed(user: User, **_: Any) -> None:
    """Write that an address was taken away."""
    _note("email.removed", user)


@receiver(account.email_changed)
def email_changed(user: User, **_: Any) -> None:
    """Write that another address counts now."""
    _note("email.changed", user)


@receiver(account.email_confirmed)
def email_confirmed(email_address: EmailAddress, **_: Any) -> None:
    """Write that an address was verified."""
    person = email_address.user_id
    record("email.verified", actor=person, subject=person)


@receiver(mfa.authenticator_added)
def factor_added(request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    """Write that there is another second factor; the sign-in that made it has shown it."""
    _note("factor.added", user, type=str(authenticator.type))
    session = sign_in_of(request)
    if session is not None and authenticator.type != factors.Type.RECOVERY_CODES:
        AuthSession.objects.filter(pk=session.pk).update(second_factor=True)


@receiver(mfa.authenticator_removed)
def factor_removed(user: User, authenticator: Any, **_: Any) -> None:
    """Write that a second factor is gone."""
    _note("factor.removed", user, type=str(authenticator.type))


@receiver(mfa.authenticator_reset)
def factor_reset(user: User, authenticator: Any, **_: Any) -> None:
    """Write that there are new recovery codes."""
    _note("factor.reset", user, type=str(authenticator.type))


@receiver(social.social_account_added)
def social_added(sociallogin: Any, **_: Any) -> None:
    """Write that an account elsewhere lets a person in."""
    _note("social.added", sociallogin.user, provider=sociallogin.account.provider)


@receiver(social.social_account_removed)
def social_removed(socialaccount: SocialAccount, **_: Any) -> None:
    """Write that an account elsewhere lets nobody in any more."""
    _note("social.removed", socialaccount.user, provider=socialaccount.provider)


def _note(kind: str, user: User, **detail: Scalar) -> None:
    record(kind, actor=user.pk, subject=user.pk, detail=detail)


def _client(request: HttpRequest) -> str | None:
    headless = getattr(getattr(request, "allauth", None), "headless", None)
    client = getattr(headless, "client", None)
    return str(client.value) if client is not None else None
