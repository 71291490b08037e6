"""Telling the family, in the transaction that stored it, that something was logged."""

from collections.abc import Sequence
from uuid import UUID

from notifications.announce import Happening, announce
from tracking.entries import Entry
from tracking.resource import Resource


def tell(resource: Resource, owner: UUID, author: UUID, entries: Sequence[Entry]) -> None:
    """Announce the entries that one request stored: once, by the latest of them, and how many there are."""
    latest = max(entries, key=lambda entry: (getattr(entry, resource.model.WHEN), entry.pk))
    shown = resource.fields(latest).data
    announce(
        Happening(
            kind="activity.logged",
            person=owner,
            category=resource.category,
            # An object of its own: `at` and `kind` are words of the event itself.
            fields={
                "entry": {name: shown[name] for name in ("id", *resource.told)},
                "entries": len(entries),
            },
            key=f"logged:{latest.pk}",
            author=author,
        )
    )
