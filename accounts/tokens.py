"""Bearer tokens: opaque ones for guests, JWTs and rotating refresh tokens for people."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import jwt
from django.conf import settings

from runtime.keyring import keyed_hash

GUEST_PREFIX = "g1_"
REFRESH_PREFIX = "r1_"
ISSUER = "hearth"
LEEWAY_S = 0
MAX_TOKEN = 4_096


@dataclass(frozen=True)
class AccessClaims:
    """What an access token says: whose, and by which session."""

    person_id: UUID
    session_id: UUID


def new_guest_token() -> str:
    """Return 256 random bits as a guest's bearer token."""
    return GUEST_PREFIX + secrets.token_urlsafe(32)


def looks_like_guest(token: str) -> bool:
    """Return whether the token has a guest token's form."""
    return token.startswith(GUEST_PREFIX)


def guest_hash(token: str) -> str:
    """Return what is stored of a guest token."""
    return keyed_hash("guest-token", token)


def new_refresh_token(session_id: UUID) -> str:
    """Return a refresh token; it names its session and is sealed, so that only a used one can end it."""
    body = f"{REFRESH_PREFIX}{session_id.hex}_{secrets.token_urlsafe(32)}"
    return f"{body}.{_seal_of(body)}"


def refresh_is_ours(token: str) -> bool:
    """Return whether this house issued the refresh token, now or earlier."""
    body, _, seal = token.rpartition(".")
    return hmac.compare_digest(seal.encode(), _seal_of(body).encode())


def _seal_of(body: str) -> str:
    return keyed_hash("refresh-seal", body)[:32]


def refresh_session(token: str) -> UUID | None:
    """Return the session that a refresh token names, or None if it has not the form of one."""
    if not token.startswith(REFRESH_PREFIX) or len(token) > MAX_TOKEN:
        return None
    try:
        return UUID(hex=token[len(REFRESH_PREFIX) :].partition("_")[0])
    except ValueError:
        return None


def refresh_hash(token: str) -> str:
    """Return what is stored of a refresh token."""
    return keyed_hash("refresh-token", token)


def new_access_token(person_id: UUID, session_id: UUID, now: datetime) -> str:
    """Return a signed JWT, good for `ACCESS_TOKEN_EXPIRE_MINUTES`."""
    claims = {
        "iss": ISSUER,
        "typ": "access",
        "sub": str(person_id),
        "sid": str(session_id),
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(minutes=settings.ACCESS_TOKEN_EXPIRE_MINUTES)).timestamp()),
        "jti": secrets.token_hex(8),
    }
    return jwt.encode(claims, _signing_key(), algorithm=settings.ALGORITHM)


def read_access(token: str) -> AccessClaims | None:
    """Return the claims of a JWT that is ours and not expired, or None.

    Only the configured algorithm is tried: `none` and a public key used as an HMAC secret both fail.
    """
    if len(token) > MAX_TOKEN:
        return None
    try:
        claims = jwt.decode(
            token,
            _verifying_key(),
            algorithms=[settings.ALGORITHM],
            issuer=ISSUER,
            leeway=LEEWAY_S,
            options={"require": ["exp", "iat", "sub", "sid", "iss"]},
        )
        if claims.get("typ") != "access":
            return None
        return AccessClaims(UUID(claims["sub"]), UUID(claims["sid"]))
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
        return None


def may_be_good(authorization: str) -> bool:
    """Tell, without asking the database, whether an `Authorization` header could be a live credential's."""
    kind, _, token = authorization.partition(" ")
    token = token.strip()
    if kind.lower() != "bearer" or not token or len(token) > MAX_TOKEN:
        return False
    return "." not in token or read_access(token) is not None  # what is opaque is known by its hash alone


def _signing_key() -> str:
    return settings.JWT_PRIVATE_KEY if settings.ALGORITHM == "RS256" else settings.SECRET_KEY


def _verifying_key() -> str:
    return settings.JWT_PUBLIC_KEY if settings.ALGORITHM == "RS256" else settings.SECRET_KEY
