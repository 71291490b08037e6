"""Sending letters: asked for in the transaction of what they tell, written by a job after it.

The request that asks does the same whoever exists, so neither its answer nor its time tells. Jobs carry ids;
an address that is nobody's row goes sealed, as does a code, and links are made where they are sent: no key is
in the outbox.
"""

import base64
from collections.abc import Mapping
from email.utils import parseaddr
from uuid import UUID

from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from accounts.letters.render import Letter, letter
from accounts.letters.texts import Kind
from accounts.models import User
from runtime import records
from runtime.jobs import enqueue, job

AAD = b"letter-address"
# What allauth calls the changes it tells of.
NOTICES = {
    "password_changed": Kind.PASSWORD_CHANGED,
    "password_set": Kind.PASSWORD_CHANGED,
    "password_reset": Kind.PASSWORD_CHANGED,
    "email_changed": Kind.EMAIL_CHANGED,
    "email_deleted": Kind.EMAIL_CHANGED,
    "totp_activated": Kind.FACTOR_ADDED,
    "webauthn_added": Kind.FACTOR_ADDED,
    "totp_deactivated": Kind.FACTOR_REMOVED,
    "webauthn_removed": Kind.FACTOR_REMOVED,
    "recovery_codes_generated": Kind.CODES_MADE,
    "account_connected": Kind.SOCIAL_ADDED,
    "account_disconnected": Kind.SOCIAL_REMOVED,
}


def greet(person_id: UUID) -> None:
    """Write to a new account's address: to verify it, or to whoever has it already."""
    enqueue("accounts.greet", key=f"greet:{person_id}", person_id=str(person_id))


def verify(address_id: int) -> None:
    """Send an address the link that verifies it."""
    enqueue("accounts.verify_address", address_id=address_id)


def recover(email: str) -> None:
    """Send whoever has verified this address a link to choose a new password."""
    enqueue("accounts.recover", address=_sealed(email))


def notify(change: str, person_id: UUID, email: str | None) -> None:
    """Tell a person of a change to their account, at their verified address or the one given."""
    kind = NOTICES.get(change)
    if kind is not None:
        address = _sealed(email) if email else None
        enqueue("accounts.notice", kind=str(kind.value), person_id=str(person_id), address=address)


def show_again(person_id: UUID, code: str) -> None:
    """Send a person a code that shows who they are, at their verified address."""
    enqueue("accounts.show_again", person_id=str(person_id), code=_sealed(code))


def invite(email: str, locale: str, link: str, key: UUID) -> None:
    """Write to who is invited into a circle, now; the same `key` twice is the same letter."""
    made = letter(Kind.INVITED, locale, "", link)
    _mail(made, email, {"Message-ID": message_id(key), "Auto-Submitted": "auto-generated"})


def message_id(key: UUID) -> str:
    """Return a letter's Message-ID: its key, at the house's own domain; a second is seen as the same."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{key}@{domain}>"


@job("accounts.greet")
def send_greeting(person_id: str) -> None:
    """Let a new account's address be verified, and tell whoever else has it."""
    address = EmailAddress.objects.filter(user_id=UUID(person_id), primary=True).first()
    if address is None:
        return
    others = EmailAddress.objects.filter(email=address.email).exclude(pk=address.pk).select_related("user")
    living = [one for one in others if one.user.deleted_at is None]
    if living:
        owner = next((one for one in living if one.verified), living[0]).user
        _send(Kind.TAKEN, owner, address.email, _page("/reset-password/"))
    if not any(one.verified for one in living):
        _send_verification(address)


@job("accounts.verify_address")
def send_verification(address_id: int) -> None:
    """Send the link that verifies an address."""
    address = EmailAddress.objects.filter(pk=address_id).select_related("user").first()
    if address is not None:
        _send_verification(address)


@job("accounts.recover")
def send_recovery(address: str) -> None:
    """Send each account that verified the address a link to choose a new password."""
    email = _opened(address)
    for row in EmailAddress.objects.filter(email=email, verified=True).select_related("user"):
        user = row.user
        if user.deleted_at is None and user.is_active:
            key = f"{user_pk_to_url_str(user)}-{PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)}"
            _send(Kind.RECOVER, user, row.email, _page(f"/reset-password/{key}"))


@job("accounts.notice")
def send_notice(kind: str, person_id: str, address: str | None = None) -> None:
    """Tell of a change to an account."""
    user = User.objects.filter(pk=UUID(person_id), deleted_at=None).first()
    if user is None:
        return
    to = _opened(address) if address else _verified_address(user)
    if to:
        link = _page("/reset-password/") if kind == Kind.PASSWORD_CHANGED else ""
        _send(Kind(kind), user, to, link)


@job("accounts.show_again")
def send_code(person_id: str, code: str) -> None:
    """Send a code to a person's verified address, if there is one yet."""
    user = User.objects.filter(pk=UUID(person_id), deleted_at=None).first()
    if user is not None and (to := _verified_address(user)):
        _mail(letter(Kind.AGAIN, user.locale, user.username or "", code=_opened(code)), to)


def _verified_address(user: User) -> str | None:
    rows = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk")
    found: str | None = rows.values_list("email", flat=True).first()
    return found


def _send_verification(address: EmailAddress) -> None:
    if not address.verified:
        key = EmailConfirmationHMAC.create(address).key
        _send(Kind.VERIFY, address.user, address.email, _page(f"/verify-email/{key}"))


def _send(kind: Kind, user: User, to: str, link: str) -> None:
    _mail(letter(kind, user.locale, user.username or "", link), to)


def _mail(made: Letter, to: str, headers: Mapping[str, str] | None = None) -> None:
    mail = EmailMultiAlternatives(made.subject, made.plain, None, [to], headers=dict(headers or {}))
    mail.attach_alternative(made.html, "text/html")
    mail.send()


def _page(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"


def _sealed(text: str) -> str:
    # Under a record key: a job may wait for hours, and no change of keys seals it anew.
    return base64.b64encode(records.of("identity").encrypt(text.encode(), AAD)).decode()


def _opened(sealed: str) -> str:
    return records.of("identity").decrypt(base64.b64decode(sealed), AAD).decode()
