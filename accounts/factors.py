"""The second factor: time-based codes and recovery codes, each of which works once, and security keys.

They are kept in allauth's table, so that every door asks the same rows; that a code is used up is written in
its row and not in a cache, which may forget.
"""

import base64
import hmac
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.db import transaction

from accounts import totp
from accounts.models import User
from protocol.errors import RateLimited
from runtime import counting, keyring, records

DRIFT = 1  # steps either way: phones' clocks
# Six digits, three of which are right at any time: ten wrong ones in five minutes are 1 in 100 a day.
WRONG_CODES = 10
WRONG_CODES_MINUTES = 5
AAD = b"second-factor"
Type = Authenticator.Type


def seal(text: str) -> str:
    """Return a secret as it may be stored: under a record key, for its column is not ours to seal anew."""
    return base64.b64encode(records.of("identity").encrypt(text.encode(), AAD)).decode()


def unseal(sealed: str) -> str:
    """Return a stored secret. Raises `tink.TinkError` where it was tampered with."""
    return records.of("identity").decrypt(base64.b64decode(sealed), AAD).decode()


def set_secret(user: User, secret: str) -> None:
    """Give a person a TOTP secret (base32). Codes of the old one are dead; used ones stay used."""
    row = Authenticator.objects.filter(user=user, type=Type.TOTP).first()
    row = row or Authenticator(user=user, type=Type.TOTP, data={})
    row.data = {**row.data, "secret": seal(secret)}
    row.save()


def has_factor(user: User) -> bool:
    """Return whether the person has a second factor; recovery codes alone are none."""
    return others_than(user, [])


def others_than(user: User, leaving: list[Authenticator]) -> bool:
    """Return whether a person has a second factor besides those."""
    rest = Authenticator.objects.filter(user=user).exclude(pk__in=[row.pk for row in leaving])
    return bool(rest.exclude(type=Type.RECOVERY_CODES).exists())


def spend(user: User, code: str, now: datetime) -> Authenticator | None:
    """Return what `code` belongs to, if it is right at `now`, and use it up, with every earlier one.

    Raises `RateLimited` after ten wrong ones within five minutes.
    """
    refuse_guessing(user)
    given = "".join(code.split())
    for row in Authenticator.objects.filter(user=user).exclude(type=Type.WEBAUTHN):
        right = _spend_totp(row, given, now) if row.type == Type.TOTP else _spend_recovery(row, given)
        if right:
            return row
    note_wrong(user)
    return None


def spend_code(user: User, code: str, now: datetime) -> bool:
    """Return whether `code` is right at `now`; a right one is used up. Raises `RateLimited`."""
    return spend(user, code, now) is not None


def refuse_guessing(user: User) -> None:
    """Raise `RateLimited` after ten wrong codes of a person within five minutes, whatever they were for."""
    wait_s = counting.wait_s("wrong-codes", WRONG_CODES, WRONG_CODES_MINUTES, _guesser(user))
    if wait_s:
        raise RateLimited(retry_after_ms=round(wait_s * 1_000))


def note_wrong(user: User) -> None:
    """Count a wrong code."""
    counting.note("wrong-codes", WRONG_CODES, WRONG_CODES_MINUTES, _guesser(user))


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step whose code this is, within the drift that is allowed, or None."""
    current = totp.step_at(now.timestamp())
    given = "".join(code.split()).encode()
    for step in range(current - DRIFT, current + DRIFT + 1):
        if hmac.compare_digest(totp.code_for(secret, step).encode(), given):
            return step
    return None


def mark_used(authenticator: Authenticator, step: int) -> bool:
    """Use up the code of a time step and every earlier one; return whether it was still good."""
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(pk=authenticator.pk).first()
        if row is None or row.data.get("last_step", 0) >= step:
            return False
        row.data["last_step"] = step
        row.save(update_fields=["data"])
    authenticator.data = row.data  # whoever saves the copy in hand must not put it back
    return True


def count_use(authenticator: Authenticator, count: int) -> bool:
    """Note the count that a security key signed with; return False where it did not go up.

    Then two hold the same secret: one is a copy (WebAuthn, 6.1.1). Keys that do not count say 0 for ever.
    """
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(pk=authenticator.pk).first()
        if row is None:
            return False
        counted = "sign_count" in row.data
        before: int = row.data["sign_count"] if counted else row.wrap().authenticator_data.counter
        if (count or before) and count <= before:
            return False
        row.data["sign_count"] = count
        row.save(update_fields=["data"])
    return True


def _spend_totp(row: Authenticator, code: str, now: datetime) -> bool:
    step = step_of(unseal(row.data["secret"]), code, now)
    return step is not None and mark_used(row, step)


def _spend_recovery(row: Authenticator, code: str) -> bool:
    return bool(RecoveryCodes(row).validate_code(code))


def _guesser(user: User) -> str:
    return keyring.keyed_hash("limit-codes", str(user.pk))
