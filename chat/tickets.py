"""The tickets of those who wait for a match: the person sealed, found by a keyed hash. Synchronous."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from chat.models import MatchTicket
from runtime import keyring

VOUCH_EVERY = timedelta(seconds=10)
STALE_AFTER = timedelta(seconds=35)  # three vouchings missed: the process that knew the person is gone


def person_hash(person_id: UUID) -> str:
    """Return what finds a person's ticket."""
    return keyring.keyed_hash("match-ticket", str(person_id))


def put(person_id: UUID, *, topic: str, language: str, role: str, now: datetime) -> None:
    """Write a person's ticket in place of an earlier one. In a transaction.

    Who asks for the same again, after a reconnect perhaps, has waited since they first asked.
    """
    key = person_hash(person_id)
    same = MatchTicket.objects.filter(person_hash=key, topic=topic, language=language, role=role)
    if same.filter(seen_at__gt=now - STALE_AFTER).update(seen_at=now):
        return
    MatchTicket.objects.filter(person_hash=key).delete()
    MatchTicket.objects.create(
        person_hash=key,
        person=keyring.identity().encrypt(person_id.bytes, _bound_to(key)),
        topic=topic,
        language=language,
        role=role,
        since=now,
        seen_at=now,
    )


def drop(person_id: UUID) -> None:
    """Take a person's ticket away, if there is one."""
    MatchTicket.objects.filter(person_hash=person_hash(person_id)).delete()


def vouch(people: Sequence[UUID], now: datetime) -> list[MatchTicket]:
    """Say that these people are still connected; return the tickets they have."""
    mine = list(MatchTicket.objects.filter(person_hash__in=[person_hash(person_id) for person_id in people]))
    due = [ticket.pk for ticket in mine if now - ticket.seen_at >= VOUCH_EVERY]
    if due:
        MatchTicket.objects.filter(pk__in=due).update(seen_at=now)
    return mine


def waiting(topic: str, language: str, now: datetime) -> list[MatchTicket]:
    """Return the tickets of a topic and language that somebody vouches for, the oldest first."""
    rows = MatchTicket.objects.filter(topic=topic, language=language, seen_at__gt=now - STALE_AFTER)
    return list(rows.order_by("since", "pk"))


def sweep(now: datetime) -> None:
    """Delete tickets nobody vouches for any more."""
    MatchTicket.objects.filter(seen_at__lte=now - STALE_AFTER).delete()


def person_of(ticket: MatchTicket) -> UUID:
    """Return whose ticket it is: for the server's own work."""
    return UUID(bytes=keyring.identity().decrypt(bytes(ticket.person), _bound_to(ticket.person_hash)))


def _bound_to(key: str) -> bytes:
    return f"match-ticket:{key}".encode()
