"""Tickets: what opens a socket. Sealed, 300 seconds, good for one `hello`."""

import base64
import binascii
import json
import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

import tink
from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import AuthSession, UsedTicket, User
from accounts.principals import Principal, by_session_id
from runtime import keyring

AAD = b"realtime-ticket"
MAX_TICKET = 2_048


class TicketRefused(Exception):
    """The ticket is forged, old, used, or its session is over. `reason` is for metrics, not for people.

    `suspended` is a reason of its own: such a person gets 4003 and not 4002.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def issue(principal: Principal, now: datetime) -> tuple[str, int]:
    """Return a ticket and the seconds it is good for.

    Authenticated encryption signs it; whom it names can be read by this house alone. The session's day of
    last use is noted, once a day.
    """
    _note_use(principal, now)
    expires = now + timedelta(seconds=settings.TICKET_SECONDS)
    claims = {
        "s": str(principal.session_id),
        "p": str(principal.person_id),
        "x": expires.timestamp(),
        "n": secrets.token_hex(8),
    }
    sealed = keyring.identity().encrypt(json.dumps(claims).encode(), AAD)
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode(), settings.TICKET_SECONDS


def _note_use(principal: Principal, now: datetime) -> None:
    if principal.session_id is None:
        return
    today = now.astimezone(UTC).date()
    stale = AuthSession.objects.filter(pk=principal.session_id).exclude(last_used=today)
    if stale.exists():  # asked first: an UPDATE waits for SQLite's one writer, even one of no row
        stale.update(last_used=today)


def redeem(ticket: str, now: datetime) -> Principal:
    """Return whom the ticket names and mark it used: one database write. Raises `TicketRefused`."""
    session_id, person_id, expires = _read(ticket)
    if now >= expires:
        raise TicketRefused("old")
    _mark_used(ticket, expires)
    principal = by_session_id(session_id, now)
    if principal is None or principal.person_id != person_id:
        raise TicketRefused(_why(person_id, now))
    return principal


def _read(ticket: str) -> tuple[UUID, UUID, datetime]:
    if not ticket or len(ticket) > MAX_TICKET:
        raise TicketRefused("bad")
    try:
        sealed = base64.b64decode(ticket + "=" * (-len(ticket) % 4), altchars=b"-_", validate=True)
        claims = json.loads(keyring.identity().decrypt(sealed, AAD))
        return UUID(claims["s"]), UUID(claims["p"]), datetime.fromtimestamp(claims["x"], UTC)
    except (tink.TinkError, binascii.Error, ValueError, KeyError, UnicodeError):
        raise TicketRefused("bad") from None


def _mark_used(ticket: str, expires: datetime) -> None:
    # base64 ignores some trailing bits: two spellings of one ticket must not be two tickets.
    raw = base64.b64decode(ticket + "=" * (-len(ticket) % 4), altchars=b"-_")
    try:
        with transaction.atomic():
            UsedTicket(ticket_hash=keyring.keyed_hash("ticket", raw.hex()), expires_at=expires).save(
                force_insert=True
            )
    except IntegrityError:
        raise TicketRefused("used") from None


def _why(person_id: UUID, now: datetime) -> str:
    user = User.objects.filter(pk=person_id).first()
    return "suspended" if user and user.suspended(now) else "ended"
