"""Writing what is to leave the house: one delivery per channel and browser, with the job that sends it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from notifications.models import Delivery, PushSubscription
from notifications.recipients import Channel
from runtime.jobs import enqueue
from runtime.keyring import keyed_hash


class Basis(StrEnum):
    """Why something may be sent; it is asked again in the transaction that claims it."""

    GRANT = "grant"  # a member may view the category
    CONTACT = "contact"  # a person named this contact for their safety
    OWN = "own"  # the person wanted it themselves


@dataclass(frozen=True)
class Outgoing:
    """One telling that leaves the house.

    `recipient` is the user it goes to, or None for a contact outside the house, whose `address` is given.
    `basis_id` is the member, or what stands for how a contact is named now.
    `variables` are the texts' own, kept encrypted; `key` makes it unique for its channel. One that rings for
    an `alarm` is not sent once somebody has answered it.
    """

    key: str
    kind: str
    person: UUID
    channel: Channel
    basis: Basis
    due: datetime
    basis_id: UUID | None = None
    category: str = ""
    recipient: UUID | None = None
    address: str | None = None
    urgent: bool = False
    variables: Mapping[str, Any] = field(default_factory=dict)
    alarm: str | None = None


def send_later(outgoing: Outgoing, now: datetime) -> list[UUID]:
    """Write what is to be sent, in the caller's transaction; return the deliveries' keys.

    A web push becomes one delivery per browser. What was written under the same key before is not again.
    """
    rows = [_row(outgoing, subscription, now) for subscription in _browsers(outgoing, now)]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    ours = set(Delivery.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    made = [row for row in rows if row.pk in ours]
    for row in made:
        schedule(row, now)
    return [row.pk for row in made]


def schedule(row: Delivery, now: datetime) -> None:
    """Have a queued delivery tried when it is due."""
    wait = max(0.0, (row.due_at - now).total_seconds())
    enqueue(
        "notifications.deliver",
        key=f"deliver:{row.pk}:{row.turn}",
        delay_s=wait,
        delivery=str(row.pk),
        turn=row.turn,
    )


def _browsers(outgoing: Outgoing, now: datetime) -> list[PushSubscription | None]:
    if outgoing.channel is not Channel.WEB_PUSH:
        return [None]
    return list(live_subscriptions(outgoing.recipient, now)) if outgoing.recipient else []


def live_subscriptions(user_id: UUID, now: datetime) -> "list[PushSubscription]":
    """Return the browsers of a person that have not lapsed."""
    rows = PushSubscription.objects.filter(user_id=user_id).order_by("created_at")
    return [row for row in rows if row.expires_at is None or row.expires_at > now]


def delivery_key(key: str, channel: Channel, browser: UUID | None = None) -> str:
    """Return the key of the delivery of a telling by a channel, to find it by."""
    return keyed_hash("delivery", key, channel, str(browser) if browser else "")


def _row(outgoing: Outgoing, subscription: PushSubscription | None, now: datetime) -> Delivery:
    return Delivery(
        id=uuid4(),
        person_id=outgoing.person,
        recipient_id=outgoing.recipient,
        subscription=subscription,
        channel=outgoing.channel,
        basis=outgoing.basis,
        basis_id=outgoing.basis_id,
        key=delivery_key(outgoing.key, outgoing.channel, subscription.pk if subscription else None),
        body={
            "kind": outgoing.kind,
            "category": outgoing.category,
            "urgent": outgoing.urgent,
            "variables": dict(outgoing.variables),
            "alarm": outgoing.alarm,
        },
        address=outgoing.address,
        due_at=outgoing.due,
        created_at=now,
    )
