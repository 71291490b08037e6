"""Sending one delivery: claim it under consent, hand it over, write down what came of it.

Between any two of the three a process may die. The job is done again then, and what was handed over may be
handed over once more under the same key, by which providers and inboxes tell that it is the same.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from notifications import consent, retry
from notifications.models import Delivery, PushSubscription
from notifications.outgoing import schedule
from notifications.recipients import Channel
from notifications.states import State, Step, after, before
from notifications.transports.choose import transport
from notifications.transports.port import Parcel, Receipt, SendFailed
from notifications.transports.texts import render
from runtime import clock, metrics

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=15)  # longer than any job's own lease: only what no job holds any more is swept
NOTHING = {"body": None, "address": None}  # what an ended delivery keeps of what it said


class HeldElsewhere(Exception):
    """Somebody else is at this delivery just now; ask again."""


@dataclass(frozen=True)
class Claim:
    """A delivery that may be sent now; `fence` tells its holder from a later one."""

    pk: UUID
    fence: int
    attempts: int
    channel: Channel
    parcel: Parcel
    subscription: UUID | None


def deliver(delivery: UUID, turn: int) -> None:
    """Send one delivery if it is still this job's turn and it may be sent. Raises `HeldElsewhere`."""
    claim = claim_one(delivery, turn, clock.now())
    if claim is None:
        return
    try:
        receipt = hand_over(claim)
    except SendFailed as failure:
        put_down(claim, failure, clock.now())
    else:
        settle(claim, receipt, clock.now())


def claim_one(delivery: UUID, turn: int, now: datetime) -> Claim | None:
    """Claim a delivery for one turn, in a transaction that asks for consent again.

    Returns None where there is nothing to do: sent, withdrawn, or put off until quiet hours end. Each turn
    has one job; one that finds its delivery claimed already is done again because its first worker died.
    """
    with transaction.atomic():
        waiting = Delivery.objects.filter(pk=delivery, turn=turn, state__in=before(Step.CLAIMED))
        row = waiting.select_for_update(skip_locked=True).first()
        if row is None:
            if waiting.exists():
                raise HeldElsewhere
            return None
        found = consent.verdict(row, now)
        if found.later is not None:
            _wait(row, found.later, now)
            return None
        if found.address is None:
            _end(row, Step.WITHDRAWN, found.word, now)
            return None
        row.attempts += 1
        row.fence += 1
        row.state, row.lease_until = State.SENDING, now + LEASE
        row.save(update_fields=["state", "fence", "attempts", "lease_until"])
        return Claim(
            pk=row.pk,
            fence=row.fence,
            attempts=row.attempts,
            channel=Channel(row.channel),
            parcel=_parcel(row, found.address),
            subscription=row.subscription_id,
        )


def _parcel(row: Delivery, address: str) -> Parcel:
    body: dict[str, Any] = row.body
    reader = (
        row.recipient_id or row.person_id
    )  # a contact outside the house is written to as the person speaks
    locale = User.objects.values_list("locale", flat=True).get(pk=reader)
    return Parcel(
        key=row.pk,
        address=address,
        text=render(row.channel, body["kind"], locale, body["variables"]),
        kind=body["kind"],
        urgent=body["urgent"],
        push=row.subscription.details if row.subscription else None,
    )


def hand_over(claim: Claim) -> Receipt:
    """Give the parcel to its provider. Raises `SendFailed`."""
    return transport(claim.channel).send(claim.parcel)


def settle(claim: Claim, receipt: Receipt, now: datetime) -> bool:
    """Write down that the provider took it; return whether this holder still had it."""
    done = _held(claim).update(
        state=State.DELIVERED if receipt.arrived else State.SENT,
        provider_id=receipt.provider_id,
        lease_until=None,
        error="",
        ended_at=now,
        **NOTHING,
    )
    metrics.notices.labels(claim.channel, "sent").inc()
    return bool(done)


@transaction.atomic
def put_down(claim: Claim, failure: SendFailed, now: datetime) -> None:
    """Write down a failure: for good, or until the next try, whose job is written with it."""
    row = _held(claim).select_for_update().first()
    if row is None:
        return  # taken over meanwhile
    pause = None if failure.permanent else retry.pause(row.attempts, random.random(), failure.retry_after_s)
    if failure.gone and claim.subscription is not None:
        PushSubscription.objects.filter(pk=claim.subscription).delete()
        row.subscription = None
    again = pause is not None
    log.warning(
        "delivery_failed", channel=claim.channel, attempts=row.attempts, error=failure.word, again=again
    )
    if pause is None:
        _end(row, Step.REFUSED, failure.word, now)
        return
    row.error = failure.word
    _wait(row, now + pause, now)


def _held(claim: Claim) -> Any:
    return Delivery.objects.filter(pk=claim.pk, fence=claim.fence, state=State.SENDING)


def _wait(row: Delivery, until: datetime, now: datetime) -> None:
    """Put a delivery back, with the job that tries it then."""
    row.state, row.due_at, row.lease_until = State.QUEUED, until, None
    row.turn += 1
    row.save(update_fields=["state", "due_at", "lease_until", "error", "turn"])
    schedule(row, now)


def _end(row: Delivery, step: Step, word: str, now: datetime) -> None:
    state = after(State(row.state), step)
    assert state is not None
    row.state, row.error, row.ended_at, row.lease_until = state, word, now, None
    row.body, row.address = None, None
    row.save()
    metrics.notices.labels(row.channel, "withdrawn" if step is Step.WITHDRAWN else "failed").inc()


def report(delivery: UUID, step: Step, now: datetime, word: str = "") -> bool:
    """Take a provider's word on what became of a delivery; return whether that changed anything.

    What is told twice, late or out of order changes nothing.
    """
    outcome = {Step.ARRIVED: State.DELIVERED, Step.BOUNCED: State.FAILED}[step]
    moved = Delivery.objects.filter(pk=delivery, state__in=before(step)).update(
        state=outcome, error=word[:32], ended_at=now, lease_until=None, **NOTHING
    )
    return bool(moved)


def sweep(now: datetime) -> int:
    """Give a new job to every delivery whose own is gone; return how many there were."""
    late = Q(state=State.QUEUED, due_at__lt=now - LEASE) | Q(state=State.SENDING, lease_until__lt=now)
    count = 0
    for pk in list(Delivery.objects.filter(late).values_list("pk", flat=True)[:1_000]):
        with transaction.atomic():
            row = Delivery.objects.filter(late, pk=pk).select_for_update(skip_locked=True).first()
            if row is None:
                continue
            if row.state == State.SENDING and retry.pause(row.attempts, 0.0) is None:
                _end(row, Step.REFUSED, "lost", now)
                continue
            _wait(row, now, now)
            count += 1
    return count
