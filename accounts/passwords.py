"""The password door's judgement: who is this, and may they come in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.contrib.auth.hashers import make_password

from accounts.factors import has_factor, spend_code
from accounts.models import User


@dataclass(frozen=True)
class Outcome:
    """`user` where the door opens; else `why` it does not."""

    user: User | None
    why: Literal["", "unauthorized", "code_required"] = ""
    second_factor: bool = False


REFUSED = Outcome(None, "unauthorized")


def judge(username: str, password: str, code: str | None, now: datetime) -> Outcome:
    """Return whether a name, a password and (for staff, and whoever has one) a code open the door.

    An unknown name, a wrong password and a suspended person are told apart by neither answer nor time. Raises
    `RateLimited` for too many wrong codes behind a right password.
    """
    user = User.objects.filter(username__iexact=username).first()
    if user is None or not user.has_usable_password():
        make_password(password)  # as long as checking one takes
        return REFUSED
    # An older hash (bcrypt) is replaced by today's here, since the right password is at hand.
    if not user.check_password(password) or not user.admitted(now):
        return REFUSED
    if not has_factor(user):
        # Staff without a second factor cannot come in at all.
        return Outcome(None, "code_required") if user.role_set() else Outcome(user)
    if not code:
        return Outcome(None, "code_required")
    return Outcome(user, second_factor=True) if spend_code(user, code, now) else REFUSED
