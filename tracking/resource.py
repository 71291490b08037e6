"""What makes a kind of entry a resource: its path, its category of grants, its table and its words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import Q, QuerySet
from rest_framework import serializers
from rest_framework.fields import empty, get_error_detail
from rest_framework.serializers import as_serializer_error

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

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return an entry as it is sent: as DRF does, which walks its fields anew for each row."""
        shown = {}
        for name, source, form in self._shown:
            value = getattr(instance, source)
            shown[name] = None if value is None else form(value)
        return shown

    @cached_property
    def _shown(self) -> list[tuple[str, str, Callable[[Any], Any]]]:
        return [
            (str(one.field_name), str(one.source), one.to_representation) for one in self._readable_fields
        ]

    def run_validation(self, data: Any = empty) -> Any:
        """Return what was given, validated: as DRF does, for as many entries as come in one request.

        Raises `ValidationError` and problems.
        """
        if not isinstance(data, Mapping) or self.validators:
            return super().run_validation(data)
        given = self._taken_of(data)
        try:
            return self.validate(given)
        except (serializers.ValidationError, DjangoValidationError) as wrong:
            raise serializers.ValidationError(as_serializer_error(wrong)) from None

    def _taken_of(self, data: Mapping[str, Any]) -> dict[str, Any]:
        given: dict[str, Any] = {}
        wrong: dict[str, Any] = {}
        for name, field in self._taken:
            try:
                if name in data:
                    given[name] = field.run_validation(data[name])
                elif not self.partial and (field.required or field.default is not empty):
                    given[name] = field.run_validation(empty)
            except (serializers.ValidationError, DjangoValidationError) as error:
                wrong[name] = (
                    get_error_detail(error) if isinstance(error, DjangoValidationError) else error.detail
                )
        if wrong:
            raise serializers.ValidationError(wrong)
        return given

    @cached_property
    def _taken(self) -> list[tuple[str, Any]]:
        """The fields that may be given, each under its own name."""
        return [(str(field.field_name), field) for field in self._writable_fields]

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
        known = {"user_id": owner, "author_id": author, "time_zone": zone, "created_at": now}
        known |= {name: value for name, value in given.items() if name != "time_zone" or value is not None}
        # By place and not by name, as rows come from the database: a third of the time.
        columns = self._columns
        make: Callable[..., Entry] = self.model
        entry = make(*[known[name] if name in known else default() for name, default in columns.items()])
        for name in known.keys() - columns.keys():  # what is encrypted with others in one column
            setattr(entry, name, known[name])
        entry.settle()
        return entry

    @cached_property
    def _columns(self) -> dict[str, Callable[[], Any]]:
        return {str(field.attname): field.get_default for field in self.model._meta.concrete_fields}

    def fill(self, entry: Entry, given: Mapping[str, Any]) -> None:
        """Set what is given, and what follows from it."""
        for name, value in given.items():
            if name != "time_zone" or value is not None:
                setattr(entry, name, value)
        entry.settle()
