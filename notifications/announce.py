"""Saying, in the transaction of what happened, that somebody may have to be told of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from notifications.models import Announced
from runtime import clock
from runtime.jobs import enqueue
from runtime.keyring import keyed_hash


@dataclass(frozen=True)
class Happening:
    """What happened on whose days.

    `kind` is a kind of event of the family's `me`; `category` the grant that lets somebody know of it;
    `fields` what a viewer may see of it, ready for the wire (JSON, times as text). `key` makes it unique;
    `author` (a user) need not be told. An `urgent` one waits for no quiet hours; `only` names the users it is
    for, if not every follower; with `tell_person` the person themselves is told too. `by` is the user who did
    it, told to each by their name in that circle; `loud` names the users it may ring at, if not all.
    """

    kind: str
    person: UUID
    category: str
    fields: Mapping[str, Any]
    key: str
    author: UUID | None = None
    urgent: bool = False
    only: frozenset[UUID] | None = field(default=None)
    tell_person: bool = False
    by: UUID | None = None
    loud: frozenset[UUID] | None = None


def announce(happening: Happening) -> None:
    """Write the happening to the outbox in the caller's transaction; who is told is decided soon after.

    A key that was announced before changes nothing.
    """
    row = Announced(
        id=uuid4(),
        key=keyed_hash("announced", happening.key),
        person_id=happening.person,
        body=_body(happening),
        created_at=clock.now(),
    )
    Announced.objects.bulk_create([row], ignore_conflicts=True)
    known = Announced.objects.filter(key=row.key).values_list("pk", flat=True).first()
    if known == row.pk:
        enqueue("notifications.fan_out", key=f"fan_out:{row.pk}", announced=str(row.pk))


def _body(happening: Happening) -> dict[str, Any]:
    return {
        "kind": happening.kind,
        "category": happening.category,
        "fields": dict(happening.fields),
        "author": str(happening.author) if happening.author else None,
        "urgent": happening.urgent,
        "only": _ids(happening.only),
        "tell_person": happening.tell_person,
        "by": str(happening.by) if happening.by else None,
        "loud": _ids(happening.loud),
    }


def _ids(users: frozenset[UUID] | None) -> list[str] | None:
    return sorted(str(one) for one in users) if users is not None else None
