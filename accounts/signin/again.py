"""Showing again who is there, for who has neither a password nor a second factor here: a code by letter.

allauth has nothing to ask such a person and takes them for shown, so whoever holds their open browser could
set a password and keep the account. Having just come in by the other house is proof as well.
"""

import secrets
from datetime import datetime, timedelta
from typing import Final

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from accounts import factors
from accounts.audit.record import record
from accounts.letters import post
from accounts.models import User
from runtime import clock, counting
from runtime.keyring import keyed_hash

KEPT: Final = "again"  # where a browser's session keeps what code it waits for: a keyed hash, and until when
DIGITS: Final = 8  # with ten wrong ones in five minutes, 1 in 30,000 a day
GOOD_FOR: Final = timedelta(minutes=10)
LETTERS, LETTERS_MINUTES = 5, 60
PROOFS: Final = frozenset({"socialaccount", "code"})  # allauth's words for how somebody came in or showed it


class NoWay(Exception):
    """There is no confirmed address to write to, or another way to show who is there."""


class TooManyLetters(Exception):
    """Enough letters are on their way to this person."""


def needed(request: HttpRequest) -> bool:
    """Return whether the caller has to show again who they are by a way that allauth does not know."""
    user = request.user
    if not isinstance(user, User) or get_reauthentication_flows(user):
        return False
    known = get_authentication_records(request, user)
    shown = [float(one["at"]) for one in known if one["method"] in PROOFS]
    return clock.now().timestamp() - max(shown, default=0.0) >= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def write(request: HttpRequest, now: datetime) -> None:
    """Send the caller a code; one sent before is dead. Raises `NoWay` and `TooManyLetters`."""
    user = request.user
    assert isinstance(user, User)
    if get_reauthentication_flows(user) or not EmailAddress.objects.filter(user=user, verified=True).exists():
        raise NoWay
    if not counting.note("again-letters", LETTERS, LETTERS_MINUTES, _limited(user)).allowed:
        raise TooManyLetters
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    request.session[KEPT] = {"hash": _hash(user, code), "until": (now + GOOD_FOR).timestamp()}
    with transaction.atomic():
        post.show_again(user.pk, code)
        record("code.asked", actor=user.pk, subject=user.pk)


def take(request: HttpRequest, code: str, now: datetime) -> bool:
    """Return whether the code is the one sent; a right one is used up. Raises `RateLimited`."""
    user = request.user
    assert isinstance(user, User)
    factors.refuse_guessing(user)
    kept = request.session.get(KEPT) or {}
    good = constant_time_compare(kept.get("hash", ""), _hash(user, "".join(code.split())))
    if not good or now.timestamp() >= kept["until"]:
        factors.note_wrong(user)
        record("sign_in.refused", actor=None, subject=user.pk, detail={"by": "letter-again"})
        return False
    del request.session[KEPT]
    record_authentication(request, user, "code", reauthenticated=True)
    return True


def _hash(user: User, code: str) -> str:
    return keyed_hash("again-code", str(user.pk), code)


def _limited(user: User) -> str:
    return keyed_hash("limit-letters", str(user.pk))
