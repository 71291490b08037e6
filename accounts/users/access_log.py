"""Who looked at one's data, as one is told: by what they are to one, seldom by a name."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.audit.models import Entry
from accounts.audit.record import Opened, Standing, open_entry, person_hash
from accounts.circles import reading
from runtime import clock, keyring


def entries(person_id: UUID) -> QuerySet[Entry]:
    """Return the rows that a person's access log tells of."""
    return Entry.objects.filter(subject_hash=person_hash(person_id), shown=True)


def of_others(person_id: UUID) -> QuerySet[Entry]:
    """Return those of the rows that are not the person's own looks."""
    return entries(person_id).exclude(actor_hash=person_hash(person_id))


def told(rows: Sequence[Entry]) -> list[dict[str, Any]]:
    """Return rows as their subject is told: `at`, `what`, `who` (what they are to one), `name` or None."""
    opened = [(row, open_entry(row)) for row in rows]
    members = {str(one.detail["member"]) for _, one in opened if "member" in one.detail}
    names = reading.names(members)
    return [
        {
            "at": clock.rfc3339(row.at),
            "what": row.kind,
            "who": one.detail.get("as"),
            "name": _name(one, names),
        }
        for row, one in opened
    ]


def _name(opened: Opened, names: dict[str, str]) -> str | None:
    standing = opened.detail.get("as")
    if standing == Standing.FAMILY:
        return names.get(str(opened.detail.get("member")))
    if standing == Standing.MODERATOR and opened.actor and opened.subject:
        # The same moderator is the same to one person, and another to the next: nobody can compare.
        digest = keyring.keyed_hash("moderator-name", str(opened.actor), str(opened.subject))
        return f"Moderator {digest[:4].upper()}"
    return None
