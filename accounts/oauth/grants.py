"""What a person let an app do is a sign-in of its own, opened by the one they said so in.

It ends with that one, with a new password, an erasure or a suspension; every token of the app asks it. A
code, and a refresh token, is spent once: coming again it is in two hands, and ends the sign-in.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.idp.oidc.models import Client, Token
from django.conf import settings

from accounts import scopes, sessions
from accounts.audit.record import record
from accounts.models import AuthSession, User
from accounts.oauth.adapter import OIDCAdapter
from accounts.principals import Principal, of_session
from runtime.keyring import keyed_hash

KIND = AuthSession.Kind.OAUTH
CODE_LASTS = timedelta(seconds=60)
USED = "ur"  # a row that remembers a spent refresh token; allauth knows no such type


def allow(user: User, client_id: str, code: str, opened_by: AuthSession, now: datetime) -> None:
    """Open the sign-in that a code stands for; call in a transaction."""
    AuthSession.objects.create(
        user=user,
        kind=KIND,
        client=client_id,
        opened_by=opened_by,
        second_factor=opened_by.second_factor,
        expires_at=now + CODE_LASTS,
        refresh_hash=_code_hash(code),
    )
    record("app.allowed", actor=user.pk, subject=user.pk, detail={"client": client_id})


def spend_code(client_id: str, code: str, now: datetime) -> AuthSession | None:
    """Return the sign-in of a code that was not used, and use it up; call in a transaction."""
    used = _spent_hash(code)
    rows = AuthSession.objects.filter(kind=KIND, client=client_id, ended_at=None, expires_at__gt=now)
    if not rows.filter(refresh_hash=_code_hash(code)).update(refresh_hash=used):
        return None
    found = AuthSession.objects.select_related("user").filter(kind=KIND, refresh_hash=used).first()
    return found if found is not None and of_session(found, now) is not None else None


def end_twice_used_code(client_id: str, code: str, now: datetime) -> None:
    """End what a code opened that comes a second time."""
    rows = AuthSession.objects.filter(kind=KIND, client=client_id, refresh_hash=_spent_hash(code))
    for session_id in rows.values_list("pk", flat=True):
        sessions.end(session_id, now)


def of_refresh(client_id: str, value: str, now: datetime) -> AuthSession | None:
    """Return the living sign-in of a refresh token. One spent before ends it, past a short grace."""
    hashed = OIDCAdapter().hash_token(value)
    row = Token.objects.filter(type__in=(Token.Type.REFRESH_TOKEN, USED), hash=hashed).first()
    if row is None or row.client_id != client_id:
        return None
    session = session_of(row)
    if session is None or of_session(session, now) is None:
        return None
    if row.type == USED:
        if now - row.created_at >= sessions.REUSE_GRACE:
            sessions.end(session.pk, now)
        return None
    return session


def bind(answer: dict[str, Any], session: AuthSession, spent: str, now: datetime) -> None:
    """Tie the tokens just given to their sign-in, and remember the refresh token they replace."""
    adapter = OIDCAdapter()
    lasts = now + timedelta(days=settings.REFRESH_TOKEN_EXPIRE_DAYS)
    for name in ("access_token", "refresh_token"):
        for row in Token.objects.filter(hash=adapter.hash_token(str(answer.get(name, "")))):
            row.data = {**(row.data or {}), "session": str(session.pk)}
            row.save(update_fields=["data"])
    if spent:
        Token.objects.create(
            type=USED,
            hash=adapter.hash_token(spent),
            client_id=session.client,
            user_id=session.user_id,
            data={"session": str(session.pk)},
            created_at=now,
            expires_at=lasts,
        )
    AuthSession.objects.filter(pk=session.pk).update(expires_at=lasts)


def open_for_owner(client: Client, now: datetime) -> AuthSession | None:
    """Return a sign-in in which a program acts for the person it belongs to; None where there is none."""
    owner = client.owner
    if not isinstance(owner, User) or not owner.admitted(now):
        return None
    record("sign_in", actor=owner.pk, subject=owner.pk, detail={"by": "client", "client": client.id})
    # Whoever made the client at the console decided what it may; its secret stands for the second factor.
    return AuthSession.objects.create(
        user=owner,
        kind=KIND,
        client=client.id,
        second_factor=True,
        expires_at=now + timedelta(minutes=settings.ACCESS_TOKEN_EXPIRE_MINUTES),
    )


def session_of(token: Token) -> AuthSession | None:
    """Return the sign-in a token is tied to, ended or not."""
    key = (token.data or {}).get("session")
    return AuthSession.objects.select_related("user").filter(pk=UUID(key)).first() if key else None


def token_of(value: str) -> Token | None:
    """Return the row of an access token that has not expired."""
    return Token.objects.lookup(Token.Type.ACCESS_TOKEN, value)


def principal_of(value: str, now: datetime) -> Principal | None:
    """Return whom an app's access token lets it act for, and what it may; None if it is not live."""
    token = token_of(value)
    session = session_of(token) if token is not None else None
    principal = of_session(session, now) if session is not None else None
    if token is None or principal is None:
        return None
    held = frozenset(token.get_scopes()) & frozenset(scopes.ALL)
    return Principal(
        principal.person_id,
        principal.session_id,
        principal.roles if scopes.MODERATION in held else frozenset(),
        principal.is_guest,
        principal.locale,
        held,
    )


def _code_hash(code: str) -> str:
    return keyed_hash("oauth-code", code)


def _spent_hash(code: str) -> str:
    return keyed_hash("oauth-code-spent", code)
