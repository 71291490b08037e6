"""Opening, renewing and ending sign-ins."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from allauth.idp.oidc.models import Token
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts import locales, tokens
from accounts.models import AuthSession, GuestToken, User
from protocol.errors import Close
from streams import publish

# Two tabs that renew at once, or an answer lost on the way: the same token twice within this is no theft.
REUSE_GRACE = timedelta(seconds=10)


@dataclass(frozen=True)
class Pair:
    """What a sign-in gives: a short access token and a refresh token that works once."""

    access: str
    refresh: str


@transaction.atomic
def open_guest(locale: str = locales.DEFAULT) -> str:
    """Make a guest and return their bearer token. The locale says in which words, and whose lines, a card
    comes; nothing else about them is known or kept.
    """
    guest = User.objects.create_guest(locale=locale)
    session = AuthSession.objects.create(user=guest, kind=AuthSession.Kind.GUEST)
    token = tokens.new_guest_token()
    GuestToken.objects.create(token_hash=tokens.guest_hash(token), session=session)
    return token


def open_password(user: User, now: datetime, *, second_factor: bool = True) -> Pair:
    """Open a session for a person who proved who they are, and how far."""
    session = AuthSession(user=user, kind=AuthSession.Kind.PASSWORD, second_factor=second_factor)
    session.expires_at = now + timedelta(days=settings.REFRESH_TOKEN_EXPIRE_DAYS)
    pair = _pair(user.pk, session.pk, now)
    session.refresh_hash = tokens.refresh_hash(pair.refresh)
    session.save(force_insert=True)
    return pair


def open_browser(
    user: User,
    now: datetime,
    *,
    kind: AuthSession.Kind = AuthSession.Kind.BROWSER,
    second_factor: bool = False,
) -> AuthSession:
    """Open the session behind a browser's sign-in, or an app's."""
    ends = now + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return AuthSession.objects.create(user=user, kind=kind, expires_at=ends, second_factor=second_factor)


def issue_pair(session: AuthSession, now: datetime) -> Pair:
    """Return tokens for a session that has just been opened; a pair it had before is dead for refreshing."""
    pair = _pair(session.user_id, session.pk, now)
    AuthSession.objects.filter(pk=session.pk).update(refresh_hash=tokens.refresh_hash(pair.refresh))
    return pair


def refresh(token: str, now: datetime) -> Pair | None:
    """Return a new pair for a refresh token, which dies; None if it is not live.

    A refresh token that was used before is in two hands: its session ends, unless it was renewed just now.
    """
    session_id = tokens.refresh_session(token)
    if session_id is None:
        return None
    session = AuthSession.objects.select_related("user").filter(pk=session_id).first()
    if session is None or not session.alive(now) or not session.user.admitted(now):
        return None
    pair = _pair(session.user_id, session.pk, now)
    # One statement both checks and replaces: of two uses of one token exactly one succeeds.
    renewed = AuthSession.objects.filter(
        pk=session.pk, ended_at=None, refresh_hash=tokens.refresh_hash(token)
    ).update(
        refresh_hash=tokens.refresh_hash(pair.refresh),
        expires_at=now + timedelta(days=settings.REFRESH_TOKEN_EXPIRE_DAYS),
    )
    if renewed:
        return pair
    if tokens.refresh_is_ours(token):
        _used_twice(session.pk, now)
    return None


def _used_twice(session_id: UUID, now: datetime) -> None:
    """End a session whose refresh token came again, once its last renewal is older than the grace."""
    longest = timedelta(days=settings.REFRESH_TOKEN_EXPIRE_DAYS)
    expires_at = AuthSession.objects.values_list("expires_at", flat=True).filter(pk=session_id).first()
    if expires_at is None or now - (expires_at - longest) >= REUSE_GRACE:
        end(session_id, now)


def end(session_id: UUID, now: datetime) -> None:
    """End one session, and what apps were let do from it: no token, ticket or socket of theirs is left."""
    for session in AuthSession.objects.filter(Q(pk=session_id) | Q(opened_by=session_id)):
        AuthSession.objects.filter(pk=session.pk, ended_at=None).update(ended_at=now, refresh_hash="")
        if session.kind == AuthSession.Kind.OAUTH:
            held = Token.objects.filter(user_id=session.user_id, client_id=session.client)
            held.filter(data__session=str(session.pk)).delete()
        transaction.on_commit(partial(publish.kick, session.user_id, Close.SIGNED_OUT, session=session.pk))


def end_others(person_id: UUID, kept: UUID | None, now: datetime) -> None:
    """End every session of a person but one, and what was opened from it."""
    others = AuthSession.objects.filter(user_id=person_id, ended_at=None)
    others = others.exclude(pk=kept) if kept else others
    for session_id in others.exclude(opened_by=kept, opened_by__isnull=False).values_list("pk", flat=True):
        end(session_id, now)


def end_all(person_id: UUID, now: datetime, close_code: int) -> None:
    """End every session of a person, and close all their sockets with `close_code`."""
    AuthSession.objects.filter(user_id=person_id, ended_at=None).update(ended_at=now, refresh_hash="")
    Token.objects.filter(user_id=person_id).delete()
    transaction.on_commit(lambda: publish.kick(person_id, close_code))


def _pair(person_id: UUID, session_id: UUID, now: datetime) -> Pair:
    return Pair(tokens.new_access_token(person_id, session_id, now), tokens.new_refresh_token(session_id))
