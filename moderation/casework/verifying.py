"""Finding what was edited, deleted or put into the record of cases behind the house's back."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from tink import TinkError

from accounts.audit.models import Entry
from accounts.audit.record import open_entry
from accounts.audit.verify import CHUNK, Finding
from moderation.casework.record import mac_of
from moderation.models import CaseEvent


def check() -> Iterator[Finding]:
    """Give a finding for each line that is not as the audit says, and for each it knows of that is gone.

    The number is the line's own within its case, or its row's in the audit.
    """
    yield from _lines()
    yield from _entries()


def _lines() -> Iterator[Finding]:
    last: UUID | None = None
    while True:
        rows = CaseEvent.objects.order_by("id")
        lines = list((rows.filter(id__gt=last) if last else rows)[:CHUNK])
        if not lines:
            return
        entries = Entry.objects.in_bulk([_entry_of(line) for line in lines], field_name="uid")
        for line in lines:
            entry = entries.get(_entry_of(line))
            if entry is None:
                yield Finding("line of a case put in", line.n)
            elif not _as_written(line, _kept(entry)):
                yield Finding("line of a case edited", line.n)
        last = lines[-1].pk


def _as_written(line: CaseEvent, kept: dict[str, object]) -> bool:
    try:
        mac = mac_of(line)
    except TinkError:
        return False
    return kept.get("line") == str(line.pk) and kept.get("mac") == mac == line.seal_hash


def _entries() -> Iterator[Finding]:
    last = 0
    while True:
        rows = list(Entry.objects.filter(kind__startswith="case.", id__gt=last).order_by("id")[:CHUNK])
        if not rows:
            return
        named = {entry.pk: str(_kept(entry).get("line", "")) for entry in rows}
        known = _known(line for line in named.values() if line)
        for entry in rows:
            if named[entry.pk] and named[entry.pk] not in known:
                yield Finding("line of a case deleted", entry.pk)
        last = rows[-1].pk


def _known(lines: Iterable[str]) -> set[str]:
    found = CaseEvent.objects.filter(pk__in=list(lines)).values_list("pk", flat=True)
    return {str(pk) for pk in found}


def _kept(entry: Entry) -> dict[str, object]:
    try:
        return open_entry(entry).detail
    except TinkError:
        return {}  # an edited row of the audit is found by its own check


def _entry_of(line: CaseEvent) -> UUID:
    try:
        return UUID(hex=line.seal_prev)
    except ValueError:
        return UUID(int=0)
