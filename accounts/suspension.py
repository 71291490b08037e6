"""Closing the house to somebody, and opening it again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from protocol.errors import Close
from streams import publish


def suspend(person_id: UUID, now: datetime, until: datetime | None = None) -> None:
    """Close the house to a person until `until` (None: until lifted); their sockets close with 4003.

    Their tokens and tickets are refused meanwhile and live again afterwards.
    """
    User.objects.filter(pk=person_id).update(suspended_at=now, suspended_until=until)
    transaction.on_commit(lambda: publish.kick(person_id, Close.BANNED))


def lift(person_id: UUID) -> None:
    """Open the house to a person again."""
    User.objects.filter(pk=person_id).update(suspended_at=None, suspended_until=None)
