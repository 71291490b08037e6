"""Telling one contact, in the transaction that decides it: on a member's stream, or by a delivery."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.circles.guards import guard
from accounts.circles.models import Member
from accounts.circles.scene import face
from accounts.models import User
from notifications import preferences, reach
from notifications.outgoing import Basis, Outgoing, send_later
from notifications.recipients import Channel, channels
from notifications.safety import contacts, declining, plan, wording
from notifications.safety.deciding import Telling, Way
from notifications.safety.models import Contact, Notice
from runtime import clock
from runtime.keyring import keyed_hash
from streams.models import Event
from streams.refs import StreamRef
from streams.transaction import Tx

KIND = "safety.notice"


class MovedOn(Exception):
    """Somebody must be told whose stream was not named beforehand."""


def key_of(notice_id: UUID, contact_id: UUID) -> str:
    """Return what makes the telling of a notice to a contact the same, whatever the channel."""
    return f"{KIND}:{notice_id}:{contact_id}"


def standing(row: Notice, told: int) -> dict[str, Any]:
    """Return what the person is shown of their own notice on their stream; `told`, how many contacts."""
    return {
        "notice": str(row.pk),
        "state": row.state,
        "by": str(row.by),
        "level": str(row.level),
        "due_at": clock.rfc3339(row.due_at),
        "contacts": told,
    }


def tell(
    tx: Tx,
    person: User,
    contact: Contact,
    one: Telling,
    streams: Mapping[UUID, StreamRef],
    *,
    key: str,
    notice: UUID | None = None,
) -> None:
    """Tell a contact who may be told, as the rows under the caller's locks say.

    Raises `MovedOn` where a member's stream is not among `streams`.
    """
    if one.way is Way.MEMBER:
        _member(tx, person, contact, one, streams, key, notice)
    else:
        outside(person, contact, one, key, tx.now)


def outside(person: User, contact: Contact, one: Telling, key: str, now: datetime) -> None:
    """Write a delivery to a contact outside the house, in the caller's transaction."""
    variables: dict[str, Any] = {"name": plan.called(person), "link": declining.link(contact.naming)}
    if one.level is not None:
        variables["level"] = wording.said(one.level, person.locale)
    if one.words is not None:
        variables["words"] = one.words
    kind = f"{KIND}.{one.detail}"
    _send(person, one, kind, Channel(one.way), key, now, address=contact.address, variables=variables)


def _member(
    tx: Tx,
    person: User,
    contact: Contact,
    one: Telling,
    streams: Mapping[UUID, StreamRef],
    key: str,
    notice: UUID | None,
) -> None:
    """Put it on a member's stream, under the grant's guard, and tell them besides as they wish to be told."""
    reached = contacts.member_of(contact, tx.now)
    if reached is None:
        return
    stream = streams.get(reached.user.pk)
    if stream is None:
        raise MovedOn
    circle = reached.member.circle
    owner = Member.objects.get(circle=circle, user=person)
    author, mark = owner.pk.hex, keyed_hash("safety-telling", key)[:32]
    if Event.objects.filter(stream_id=stream.id, member=author, client_id=mark).exists():
        return  # the stream's lock is held: nobody writes it meanwhile
    seen = {
        "circle": str(circle.pk),
        "person": face(owner),
        "category": contacts.CATEGORY,
        "state": "sent",
        "detail": str(one.detail),
        **({"notice": str(notice)} if notice else {}),
        **({"level": str(one.level)} if one.level else {}),
        **({"words": one.words} if one.words else {}),
    }
    shut = guard(circle.pk, contacts.CATEGORY)
    tx.append(stream, KIND, seen, member=author, client_id=mark, guard=shut)
    chosen = preferences.chosen_by([reached.user.pk]).get(reached.user.pk, {})
    there = reach.of(reached.user, tx.now)
    for channel in channels(KIND, chosen):
        if channel is not Channel.IN_APP and channel in there:
            _send(person, one, KIND, channel, key, tx.now, recipient=reached.user.pk)


def _send(
    person: User, one: Telling, kind: str, channel: Channel, key: str, now: datetime, **given: Any
) -> None:
    send_later(
        Outgoing(
            key=key,
            kind=kind,
            person=person.pk,
            channel=channel,
            basis=Basis.CONTACT,
            basis_id=one.naming,
            category=contacts.CATEGORY,
            due=now,
            urgent=True,
            **given,
        ),
        now,
    )
