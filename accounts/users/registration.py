"""Making an account, or making one of a guest."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.audit.record import record
from accounts.letters import post
from accounts.locales import DEFAULT
from accounts.models import AuthSession, User
from accounts.users import profiles
from protocol.errors import Conflict


@dataclass(frozen=True)
class Application:
    """What somebody gives to become a person with a name."""

    username: str
    email: str
    password: str | None = None  # None: they come in by another house
    profile: dict[str, Any] | None = None
    locale: str = DEFAULT  # as the browser asks; the profile's own goes before it, and a guest has one


def register(asked: Application, guest: UUID | None, now: datetime) -> User:
    """Return the new person; a guest becomes one and keeps their rooms, since it is the same row.

    A taken e-mail changes nothing here: a job writes to its owner. Raises Conflict for a taken username.
    """
    try:
        with transaction.atomic():
            user = _row_for(guest) if guest else User(locale=asked.locale)
            user.username, user.email, user.is_guest = asked.username, asked.email, False
            user.set_password(asked.password)
            user.save()
            if asked.profile:
                profiles.write(user, asked.profile)
            _limit_guest_sessions(user, now)
            # An address counts once it is verified: any number of accounts may wait for the same one.
            EmailAddress.objects.create(user=user, email=asked.email.lower(), primary=True)
            post.greet(user.pk)
            record("account.made", actor=user.pk, subject=user.pk, detail={"guest": guest is not None})
    except IntegrityError:
        raise Conflict("This username is taken.") from None
    return user


def _row_for(guest: UUID) -> User:
    user = User.objects.select_for_update().filter(pk=guest, is_guest=True).first()
    if user is None:
        raise Conflict("This guest has an account already.")
    return user


def _limit_guest_sessions(user: User, now: datetime) -> None:
    # A guest's token never ends, since it is all a guest has; one that opens an account must.
    ends = now + timedelta(days=settings.REFRESH_TOKEN_EXPIRE_DAYS)
    AuthSession.objects.filter(user=user, expires_at=None).update(expires_at=ends)
