"""From a file to stored entries: batch by batch, each with its count in one transaction."""

import io
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, cast

from django.db import transaction

from accounts.models import User
from runtime import clock
from tracking import editions
from tracking.imports import formats
from tracking.imports.items import Found, Item, Measured, Refused, Unreadable
from tracking.imports.report import Report
from tracking.imports.storing import Shelf
from tracking.numbers import IMPORT_BATCH, IMPORT_LOOK

BUFFER = 262_144


class Position(io.RawIOBase):
    """A file that says how far it has been read, of how much: however it is buffered above."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size
        self.furthest = 0

    @property
    def progress(self) -> float:
        """How much was read, from 0 to 1."""
        return min(1.0, self.furthest / self._size) if self._size else 0.0

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def seekable(self) -> bool:
        """Return that one can go back in it."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the place."""
        return self._file.tell()

    def readinto(self, into: Any) -> int:
        """Read the next bytes."""
        data = self._file.read(len(into))
        into[: len(data)] = data
        self.furthest = max(self.furthest, self._file.tell())
        return len(data)


# Called in the transaction of each batch with the counts and the progress; what it raises undoes the batch.
Note = Callable[[Report, float], None]


def load(
    file: BinaryIO, size: int, category: str | None, shelf: Shelf, note: Note, report: Report | None = None
) -> Report:
    """Store all that a file holds and return what became of it; `report` says how far an earlier run came.

    What had been dealt with is read again and left alone, so a run that died leaves nothing out and counts
    nothing twice. Raises `Unreadable` for a file that is broken somewhere; `note` has what was found before.
    """
    report = report or Report()
    before = report.seen
    position = Position(file, size)
    buffered = cast(BinaryIO, io.BufferedReader(position, BUFFER))
    batches = Batches(buffered, shelf, category)
    for batch in batches:
        done = before - batches.begun
        if done >= len(batch):
            continue
        report = _stored(shelf, batch[max(0, done) :], report, note, position.progress)
    if batches.broken is not None:
        raise batches.broken
    return report


class Batches:
    """What a file holds, in lists of a size to be stored at once; `broken` says why they ended too soon."""

    def __init__(self, file: BinaryIO, shelf: Shelf, category: str | None) -> None:
        self._file = file
        self._shelf = shelf
        self._category = category
        self.begun = 0  # finds before the batch in hand
        self.broken: Unreadable | None = None

    def __iter__(self) -> Iterator[list[Item]]:
        """Return batch after batch."""
        batch: list[Item] = []
        entries = 0
        try:
            for item in formats.reader(self._file, self._shelf.form, self._category, self._shelf.zone):
                batch.append(item)
                entries += isinstance(item, Found | Measured)
                if entries >= IMPORT_BATCH or len(batch) >= IMPORT_LOOK:
                    yield batch
                    self.begun += len(batch)
                    batch, entries = [], 0
        except Unreadable as fault:
            self.broken = fault
        yield batch


def _stored(shelf: Shelf, batch: list[Item], report: Report, note: Note, progress: float) -> Report:
    with transaction.atomic():
        # Two files of one person, or one file twice, take turns: what one has stored the other one sees.
        User.objects.select_for_update(no_key=True).filter(pk=shelf.owner).first()
        after = report.copy()
        shelf.put(batch, after)
        note(after, progress)
        if after.added > report.added and not shelf.dry_run:
            editions.renew(shelf.owner, clock.now())
    return after


def fault_of(broken: Unreadable) -> Refused:
    """Return what the report says of a file that is broken."""
    return Refused(broken.line or 0, broken.field, broken.code)
