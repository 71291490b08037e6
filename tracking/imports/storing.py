"""Storing what was found in a file: checked as the doors check, and nothing twice."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from django.utils.dateparse import parse_datetime
from rest_framework.serializers import Serializer

from runtime.http.checking import checked
from runtime.http.problems import Problem
from runtime.keyring import keyed_hash
from tracking.catalogue import BY_CATEGORY
from tracking.entries import Entry
from tracking.imports.items import Found, Item, Measured, Refused, Skipped
from tracking.imports.report import Report
from tracking.models import HealthMetric
from tracking.numbers import EARLIEST, LATEST
from tracking.resources.health_goals import HEALTH_GOALS, keep_steps
from tracking.storing import insert

METRICS = "health-metrics"
SEEN_AT_MOST = 500_000  # sources that a dry run remembers, in some 40 MB


@dataclass
class Shelf:
    """Where the finds of one file go: whose days they are, and since when the house knows."""

    owner: UUID
    form: str
    zone: str
    now: datetime
    dry_run: bool = False
    _seen: set[int] = field(default_factory=set)

    def put(self, items: Sequence[Item], report: Report) -> None:
        """Store what is new, in the caller's transaction, and count everything."""
        drawers: dict[str, list[Entry]] = defaultdict(list)
        for item in items:
            report.seen += 1
            if isinstance(item, Skipped):
                report.skipped += 1
            elif isinstance(item, Refused):
                report.refuse(item)
            else:
                self._sort(item, drawers, report)
        for category, entries in drawers.items():
            fresh = self._fresh(category, entries)
            report.added += len(fresh)
            report.skipped += len(entries) - len(fresh)
            if not self.dry_run:
                insert(BY_CATEGORY[category].model, fresh)
                if category == HEALTH_GOALS.category:
                    keep_steps(self.owner, fresh, self.now)

    def _sort(self, item: Found | Measured, drawers: dict[str, list[Entry]], report: Report) -> None:
        if isinstance(item, Measured):
            drawers[METRICS].append(self._measured(item))
            return
        try:
            entry = self._entry(item)
        except Problem as problem:
            wrong = [Refused(item.line, error.get("field"), error["code"]) for error in problem.errors]
            report.refuse(*wrong or [Refused(item.line, None, "invalid")])
        else:
            drawers[item.category].append(entry)

    def _measured(self, item: Measured) -> Entry:
        entry = HealthMetric(user_id=self.owner, author_id=self.owner, time_zone=self.zone)
        for name, value in item.values.items():
            setattr(entry, name, value)
        entry.settle()
        entry.source_key = self._key(METRICS, item.source)
        entry.created_at = self._logged(entry)
        return entry

    def _entry(self, item: Found) -> Entry:
        """Return the row of a find, not saved. Raises the problem that names what is wrong with it."""
        resource = BY_CATEGORY[item.category]
        given = checked(self._fields[item.category], item.given)
        entry = resource.made(given, owner=self.owner, author=self.owner, zone=self.zone, now=self.now)
        told = str(item.kept.get("told", ""))
        entry.source_key = self._key(item.category, item.source or (told, _canonical(given)))
        entry.created_at = self._logged(entry)
        self._restore(entry, item.kept)
        return entry

    @cached_property
    def _fields(self) -> Mapping[str, Serializer[Any]]:
        return {category: resource.fields() for category, resource in BY_CATEGORY.items()}

    def _key(self, category: str, source: Iterable[str]) -> str:
        return keyed_hash("import", self.form, category, repr(tuple(source)))

    def _logged(self, entry: Entry) -> datetime:
        """Return when an entry counts as logged: then, not now. A file of last year is no news of today."""
        at: datetime | None = getattr(entry, entry.WHEN)
        return self.now if at is None else min(at, self.now)

    def _restore(self, entry: Entry, kept: Mapping[str, Any]) -> None:
        """Give an entry back what an archive of this house knows of it."""
        if "user" in kept and kept.get("author") != kept["user"]:
            entry.author_id = None
        if (key := _uuid(kept.get("id"))) is not None:
            entry.pk = key
        for name in ("created_at", "read_at"):
            if (at := _time(kept.get(name), self.now)) is not None and hasattr(type(entry), name):
                setattr(entry, name, at)
        entry.settle()

    def _fresh(self, category: str, entries: list[Entry]) -> list[Entry]:
        """Return those that are not stored yet, each once; an id that is taken elsewhere is not kept."""
        rows = BY_CATEGORY[category].model._default_manager
        keys = {entry.source_key for entry in entries}
        known = set(rows.filter(user_id=self.owner, source_key__in=keys).values_list("source_key", flat=True))
        taken = dict(rows.filter(pk__in=[entry.pk for entry in entries]).values_list("pk", "user_id"))
        fresh: list[Entry] = []
        for entry in entries:
            key = entry.source_key or ""
            if key in known or taken.get(entry.pk) == self.owner or not self._first(key):
                continue
            known.add(key)
            if entry.pk in taken:
                entry.pk = uuid4()
            taken[entry.pk] = self.owner
            fresh.append(entry)
        return fresh

    def _first(self, key: str) -> bool:
        """Return whether a dry run, which stores nothing, has not met the key before."""
        if not self.dry_run:
            return True
        number = int(key[:15], 16)
        if number in self._seen:
            return False
        if len(self._seen) < SEEN_AT_MOST:
            self._seen.add(number)
        return True


def _canonical(given: Mapping[str, Any]) -> str:
    told = {name: value for name, value in given.items() if value is not None}
    return repr(sorted((name, _plain(value)) for name, value in told.items()))


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(text)
    except (AttributeError, TypeError, ValueError):
        return None


def _time(text: Any, now: datetime) -> datetime | None:
    """Return a moment that has been; None for anything else."""
    try:
        moment = parse_datetime(text)
    except (TypeError, ValueError):
        return None
    return moment if moment and moment.tzinfo and EARLIEST <= moment < min(now, LATEST) else None
