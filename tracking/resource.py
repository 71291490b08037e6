"""What makes a kind of entry a resource: its path, its category of grants, its table and its words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from rest_framework import serializers

from accounts.principals import Principal
from tracking.entries import Entry
from tracking.fields import Prose, Zone


class EntryFields(serializers.Serializer[Any]):
    """What every entry carries on the wire."""

    id = serializers.UUIDField(read_only=True)
    user = serializers.UUIDField(source="user_id", read_only=True)
    author = serializers.UUIDField(source="author_id", read_only=True, allow_null=True)
    time_zone = Zone()
    note = Prose(required=False, allow_null=True, allow_blank=True)

    def settled(self, given: Mapping[str, Any], name: str) -> Any:
        """Return what `name` will be once `given` is stored: what was not named stays."""
        return given[name] if name in given else getattr(self.instance, name, None)


@dataclass(frozen=True)
class Resource:
    """One resource. `told` names the fields that `activity.logged` carries to whoever may view them."""

    path: str
    category: str
    model: type[Entry]
    fields: type[EntryFields]
    told: tuple[str, ...] = ()
    changeable: frozenset[str] | None = None  # what a change may name; None is all that may be given
    # Called in the transaction that stored entries, or deleted one (then with none), for what else follows.
    after: Callable[[UUID, list[Any], datetime], None] | None = None
    # Which of a person's rows a viewer of the category may not see all the same; None is no row.
    hidden: Callable[[Principal, UUID, datetime], Q | None] | None = None

    @property
    def thing(self) -> str:
        """What audit rows call it."""
        return self.category.replace("-", "_")

    def visible(self, viewer: Principal, owner: UUID, now: datetime) -> QuerySet[Any]:
        """Return those of a person's rows that somebody sees who may see the category."""
        rows = self.model._default_manager.filter(user_id=owner)
        hidden = self.hidden(viewer, owner, now) if self.hidden else None
        return rows if hidden is None else rows.exclude(hidden)

    def change_asked(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return what of a change's body counts."""
        return {name: data[name] for name in data if self.changeable is None or name in self.changeable}

    def made(self, given: Mapping[str, Any], *, owner: UUID, author: UUID, zone: str, now: datetime) -> Entry:
        """Return a new row, not saved; without a time zone of its own it has `zone`."""
        entry = self.model(user_id=owner, author_id=author, time_zone=zone, created_at=now)
        self.fill(entry, given)
        return entry

    def fill(self, entry: Entry, given: Mapping[str, Any]) -> None:
        """Set what is given, and what follows from it."""
        for name, value in given.items():
            if name != "time_zone" or value is not None:
                setattr(entry, name, value)
        entry.settle()
