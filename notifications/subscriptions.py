"""A person's browsers that want to be woken."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.audit.record import Scalar, Standing, record
from accounts.models import User
from notifications.models import PushSubscription
from protocol.errors import Conflict, NotFound
from runtime.keyring import keyed_hash

BROWSERS_PER_PERSON = 20


@transaction.atomic
def subscribe(person_id: UUID, given: Mapping[str, Any], now: datetime) -> tuple[PushSubscription, bool]:
    """Keep a browser's subscription; return it, and whether it is new. Raises Conflict for one too many.

    A browser has one endpoint, and whoever signed in last is whom it wakes.
    """
    User.objects.select_for_update().get(pk=person_id)
    hashed = keyed_hash("push", given["endpoint"])
    PushSubscription.objects.filter(endpoint_hash=hashed).exclude(user_id=person_id).delete()
    row = PushSubscription.objects.select_for_update().filter(endpoint_hash=hashed).first()
    made = row is None
    if row is None:
        if PushSubscription.objects.filter(user_id=person_id).count() >= BROWSERS_PER_PERSON:
            raise Conflict(f"One person has at most {BROWSERS_PER_PERSON} browsers.")
        row = PushSubscription(user_id=person_id, endpoint_hash=hashed, created_at=now)
    row.details = {"endpoint": given["endpoint"], "keys": dict(given["keys"])}
    row.expires_at = _moment(given.get("expirationTime"))
    row.save()
    _record("made" if made else "changed", person_id, row)
    return row, made


@transaction.atomic
def unsubscribe(person_id: UUID, subscription_id: UUID) -> None:
    """Forget one browser. Raises NotFound for one that is not the person's."""
    row = PushSubscription.objects.filter(pk=subscription_id, user_id=person_id).first()
    if row is None:
        raise NotFound
    _record("ended", person_id, row)
    row.delete()


def _moment(milliseconds: float | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)


def _record(verb: str, person_id: UUID, row: PushSubscription) -> None:
    detail: dict[str, Scalar] = {"as": Standing.SELF, "subscription": row.pk}
    record(f"subscription.{verb}", actor=person_id, subject=person_id, detail=detail, shown=True)
