"""One transaction over some streams: what an item's function may do to the log."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from ulid import ULID

from streams import body, sql
from streams.models import Event
from streams.refs import Gone, Line, Stored, StreamRef

T = TypeVar("T")
Key = tuple[int, str, str]  # stream id, member, client id


class StreamGoneError(Exception):
    """An item named a stream that is not there (erased, or of another database)."""


def new_event_id(now: datetime) -> str:
    """Return a ULID of fresh chance: the library counts on within a millisecond, which would join streams."""
    milliseconds = int(now.timestamp() * 1000)
    return str(ULID(milliseconds.to_bytes(6, "big") + os.urandom(10)))


@dataclass(slots=True)
class _Lock:
    ref: StreamRef
    head: int
    version: int
    moved: bool = False


@dataclass(slots=True)
class Batch:
    """What one committed transaction did to one stream, for its followers."""

    ref: StreamRef
    version: int
    lines: list[Line]


class Tx:
    """The log within one database transaction; all streams an item named are locked.

    Appends are kept in memory until `flush`, which writes all of them at once.
    """

    def __init__(self, refs: Sequence[StreamRef], keys: Sequence[Key], now: datetime) -> None:
        self.now = now.replace(microsecond=now.microsecond // 1000 * 1000)  # the wire's precision
        locked = sql.lock_streams(sorted({ref.id for ref in refs}))
        self._locks: dict[int, _Lock] = {}
        for ref in refs:
            if ref.id in locked:
                head, version, _ = locked[ref.id]
                self._locks.setdefault(ref.id, _Lock(ref, head, version))
        self._known = sql.known_keys(keys)
        self._new: dict[str, Stored] = {}
        self._lines: dict[int, list[Stored]] = {}
        self._fresh_keys: dict[Key, str] = {}
        self._gathered: dict[Callable[[Any, datetime], None], list[Any]] = {}

    def require(self, refs: Sequence[StreamRef]) -> None:
        """Raise `StreamGoneError` unless all these streams exist and are locked."""
        for ref in refs:
            if ref.id not in self._locks:
                raise StreamGoneError(ref.id)

    def head(self, stream: StreamRef) -> int:
        """Return the last seq of a named stream."""
        return self._locks[stream.id].head

    def version(self, stream: StreamRef) -> int:
        """Return the authorisation version of a named stream."""
        return self._locks[stream.id].version

    def bump(self, stream: StreamRef) -> None:
        """Say that who may do or see what in the stream has changed."""
        lock = self._locks[stream.id]
        lock.version += 1
        lock.moved = True

    def append(
        self,
        stream: StreamRef,
        kind: str,
        fields: Mapping[str, Any],
        *,
        member: str | None = None,
        client_id: str | None = None,
        target: str | None = None,
        pending: bool = False,
        guard: str | None = None,
    ) -> Stored:
        """Put one event at the head of a named stream, or beside the log while it is `pending`.

        A `guard` is asked about anew whenever somebody reads it; it stands on a person's own stream alone.
        """
        if guard is not None and stream.wire != "me":
            raise ValueError("only a person's own stream has guarded events")
        when = body.coarse(self.now) if stream.wire == "me" else self.now  # see `body.at_rest`
        stored = Stored(
            new_event_id(when), stream, None, kind, self.now, member, client_id, target, dict(fields)
        )
        stored.guard = guard
        if not pending:
            self._number(stored)
        else:
            self._locks[stream.id]  # the caller must have named it
        self._new[stored.event_id] = stored
        if member is not None and client_id is not None:
            self._fresh_keys[(stream.id, member, client_id)] = stored.event_id
        return stored

    def _number(self, stored: Stored) -> None:
        lock = self._locks[stored.stream.id]
        lock.head += 1
        lock.moved = True
        stored.seq = lock.head
        self._lines.setdefault(stored.stream.id, []).append(stored)

    def existing(self, stream: StreamRef, member: str, client_id: str) -> Stored | None:
        """Return what is stored under a client id. The item must have named the key as its `dedup`."""
        key = (stream.id, member, client_id)
        fresh = self._fresh_keys.get(key)
        if fresh is not None:
            return self._new[fresh]
        known = self._known.get(key)
        return self.find(stream, known) if known is not None else None

    def find(self, stream: StreamRef, event_id: str) -> Stored | None:
        """Return one event of the stream, held ones too; None where there is none."""
        if event_id in self._new:
            stored = self._new[event_id]
            return stored if stored.stream.id == stream.id else None
        row = Event.objects.filter(event_id=event_id, stream_id=stream.id).first()
        return from_row(row, stream) if row is not None else None

    def release(self, stored: Stored, **extra: Any) -> Stored:
        """Give a pending event its place at the head, with `extra` fields; its time is now."""
        stored.at = self.now
        stored.fields |= extra
        self._number(stored)
        self._rewrite(stored)
        return stored

    def set_gone(self, stored: Stored, gone: Gone | None, *, erase: bool = False) -> None:
        """Mark an event as gone (or as there again); `erase` also destroys its body's text."""
        stored.gone = gone
        if erase:
            stored.fields.pop("text", None)
        self._rewrite(stored)

    def set_fields(self, stored: Stored, fields: Mapping[str, Any]) -> None:
        """Replace an event's own fields."""
        stored.fields = dict(fields)
        self._rewrite(stored)

    def _rewrite(self, stored: Stored) -> None:
        if stored.event_id in self._new:
            return
        kept = body.at_rest(stored)
        Event.objects.filter(pk=stored.event_id).update(
            seq=stored.seq, at=kept.at, gone=stored.gone, body=kept.body
        )

    def gather(self, write: Callable[[Sequence[T], datetime], None], row: T) -> None:
        """Have `write(rows, now)` called once for the whole transaction, with what all its items gathered.

        For rows beside the log that every message has: one statement for a batch, as the log's own.
        """
        self._gathered.setdefault(write, []).append(row)

    def after_commit(self, act: Callable[[], None]) -> None:
        """Call `act` once the transaction is durable; never if it is not."""
        transaction.on_commit(act)

    def mark(self) -> tuple[int, int, int]:
        """Return a value that changes as soon as anything is appended, bumped or gathered."""
        moves = sum(lock.head + lock.version for lock in self._locks.values())
        return len(self._new), moves, sum(len(rows) for rows in self._gathered.values())

    def flush(self) -> list[Batch]:
        """Write all appends and heads; return what the followers of each stream must be told."""
        sql.insert_events([(stored, body.at_rest(stored)) for stored in self._new.values()])
        for write, rows in self._gathered.items():
            write(rows, self.now)
        moved = [(i, lock.head, lock.version) for i, lock in self._locks.items() if lock.moved]
        sql.move_heads(moved)
        return [
            Batch(self._locks[i].ref, version, [body.line(s) for s in self._lines.get(i, ())])
            for i, _, version in moved
        ]


def from_row(row: Event, ref: StreamRef) -> Stored:
    """Return a row as a value, its body opened."""
    return body.opened(row, ref)
