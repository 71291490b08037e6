"""Reading the log, and making streams. Synchronous: call it through `streams.db.run`."""

import secrets
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection

from streams import body
from streams.models import Event, Stream
from streams.refs import Line, StreamRef

PAGE = 200  # events read at once by a pump: about one window of ordinary messages


class Head(NamedTuple):
    """Where a stream stands: its last seq, its authorisation version, and whose numbering it is."""

    seq: int
    version: int
    epoch: str


def new_room_name() -> str:
    """Return a name for a new room's stream."""
    return f"room:{secrets.token_hex(8)}"


def _ref(row: Stream) -> StreamRef:
    return StreamRef(row.pk, row.name, row.epoch)


def create(name: str) -> StreamRef:
    """Make a stream. Raises `IntegrityError` where the name is taken."""
    return _ref(Stream.objects.create(name=name, epoch=secrets.token_hex(4)))


def get(name: str) -> StreamRef | None:
    """Return the stream of that name, or None."""
    row = Stream.objects.filter(name=name).only("id", "name", "epoch").first()
    return _ref(row) if row is not None else None


def ensure(name: str) -> StreamRef:
    """Return the stream of that name, made now if it was not there."""
    found = get(name)
    if found is not None:
        return found
    Stream.objects.bulk_create([Stream(name=name, epoch=secrets.token_hex(4))], ignore_conflicts=True)
    return _ref(Stream.objects.only("id", "name", "epoch").get(name=name))


def heads(ids: Iterable[int]) -> dict[int, Head]:
    """Return where each stream stands that exists."""
    rows = Stream.objects.filter(pk__in=list(ids)).values_list("pk", "head", "version", "epoch")
    return {pk: Head(head, version, epoch) for pk, head, version, epoch in rows}


def renew_epochs() -> int:
    """Begin all numbering anew, and return of how many streams: the log is not what followers were given.

    For a database restored from a backup. Open sockets are closed with 4204, and no position from before is
    honoured.
    """
    return Stream.objects.update(epoch=secrets.token_hex(4))


def positions(asked: Sequence[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Return the event id at each (stream id, seq) that is stored."""
    if not asked:
        return {}
    values = ", ".join(["(%s, %s)"] * len(asked))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT stream_id, seq, event_id FROM streams_event"  # noqa: S608 - placeholders only
            f" WHERE (stream_id, seq) IN (VALUES {values})",
            [part for pair in asked for part in pair],
        )
        return {(row[0], row[1]): row[2] for row in cursor.fetchall()}


def page(
    ref: StreamRef, *, after: int | None = None, before: int | None = None, limit: int = PAGE
) -> list[Line]:
    """Return events in rising seq as they stand now: after a seq, before one, or the latest."""
    rows = Event.objects.filter(stream_id=ref.id, seq__isnull=False)
    if after is not None:
        found = list(rows.filter(seq__gt=after).order_by("seq")[:limit])
    else:
        if before is not None:
            rows = rows.filter(seq__lt=before)
        found = list(rows.order_by("-seq")[:limit])[::-1]
    return [body.line(body.opened(row, ref)) for row in found]


def move_mark(ref: StreamRef, seq: int) -> bool:
    """Move the read mark of a personal stream forward; tell whether it moved. Back changes nothing."""
    return Stream.objects.filter(pk=ref.id, read_seq__lt=seq).update(read_seq=seq) > 0


def mark(ref: StreamRef) -> int:
    """Return the read mark of a personal stream."""
    return Stream.objects.values_list("read_seq", flat=True).get(pk=ref.id)
