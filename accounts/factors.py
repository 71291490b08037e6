"""The second factor: time-based codes, each of which works once."""

import hmac
from datetime import datetime

from django.db import transaction

from accounts import totp
from accounts.models import SecondFactor, User
from runtime import keyring

DRIFT = 1  # steps either way: phones' clocks


def set_secret(user: User, secret: str) -> None:
    """Give a person a TOTP secret (base32). Codes of the old one are dead; used ones stay used."""
    sealed = keyring.identity().encrypt(secret.encode(), _bound_to(user))
    SecondFactor.objects.update_or_create(user=user, defaults={"secret": sealed})


def has_factor(user: User) -> bool:
    """Return whether the person has a second factor."""
    return SecondFactor.objects.filter(user=user).exists()


def spend_code(user: User, code: str, now: datetime) -> bool:
    """Return whether `code` is right at `now`; a right one is used up, and so is every earlier one."""
    factor = SecondFactor.objects.filter(user=user).first()
    if factor is None:
        return False
    secret = keyring.identity().decrypt(bytes(factor.secret), _bound_to(user)).decode()
    given = "".join(code.split()).encode()
    current = totp.step_at(now.timestamp())
    for step in range(current - DRIFT, current + DRIFT + 1):
        if hmac.compare_digest(totp.code_for(secret, step).encode(), given):
            return _use(factor, step)
    return False


def _use(factor: SecondFactor, step: int) -> bool:
    with transaction.atomic():
        return bool(SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step))


def _bound_to(user: User) -> bytes:
    return f"second-factor:{user.pk}".encode()
