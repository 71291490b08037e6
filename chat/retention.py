"""How long the text of a room is kept, and its end. The numbers stand here alone."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import takewhile

from django.db.models import QuerySet

from chat import gone
from chat.models import Fingerprint, Room
from streams import publish
from streams.body import ERASED
from streams.commit import Item, write_now
from streams.models import Event
from streams.refs import StreamRef
from streams.transaction import Tx, from_row

KEPT_FOR: dict[str, timedelta | None] = {
    Room.Retention.HOURS: timedelta(hours=24),
    Room.Retention.DAYS: timedelta(days=30),
    Room.Retention.KEPT: None,
}
ME_KEPT_FOR = timedelta(days=30)  # what a person's own streams said, of every socket
BATCH = 200  # messages in one transaction: a room's senders wait no longer than for a page


def cutoff(retention: str, now: datetime) -> datetime | None:
    """Return the time before which messages of such a room have expired; None where none ever does."""
    kept_for = KEPT_FOR[retention]
    return now - kept_for if kept_for is not None else None


def expire_all(now: datetime) -> int:
    """Expire what is due in every room; return how many messages that were. Synchronous."""
    done = 0
    for retention in KEPT_FOR:
        before = cutoff(retention, now)
        if before is not None:
            for room in Room.objects.filter(retention=retention).select_related("stream"):
                done += expire(room.ref, before)
    return done


def expire(room: StreamRef, before: datetime) -> int:
    """Expire a room's messages older than `before`, in batches; return how many. Held ones stay. Synchronous.

    What an open case or report needs stays readable to its moderators and goes when that closes.
    """
    done = 0
    while due := _due(room, before):
        done += write_now(Item((room,), partial(_expire, room, due)))
        publish.forget(room)
    return done


def expire_me(now: datetime) -> int:
    """Empty what people's own streams said more than 30 days ago; return how many events. Synchronous.

    An event keeps its place and its kind, so that cursors stay good.
    """
    # Such an event tells its day alone: it goes once all of that day is old.
    before = (now - ME_KEPT_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    after, done = "", 0
    while rows := list(_old_of_me(before, after)):
        for row in rows:
            row.gone, row.body = "expired", ERASED
        Event.objects.bulk_update(rows, ["gone", "body"])
        for stream in {row.stream for row in rows}:
            publish.forget(StreamRef(stream.pk, stream.name, stream.epoch))
        after, done = rows[-1].event_id, done + len(rows)
    return done


def _old_of_me(before: datetime, after: str) -> QuerySet[Event]:
    """Return the next events to empty, in the order of their ids."""
    rows = Event.objects.filter(event_id__gt=after, at__lt=before, gone__isnull=True)
    mine = rows.filter(stream__name__startswith="me:").select_related("stream")
    return mine.order_by("event_id")[:BATCH]


def _due(room: StreamRef, before: datetime) -> list[int]:
    """Return the next messages' seqs, in order and up to the first that is too young."""
    mark = Room.objects.values_list("expired_seq", flat=True).get(pk=room.id)
    rows = Event.objects.filter(stream_id=room.id, seq__gt=mark, kind="message").order_by("seq")
    found = takewhile(lambda row: row[1] < before, rows.values_list("seq", "at")[:BATCH])
    return [seq for seq, _ in found if seq is not None]


def _expire(room: StreamRef, seqs: Sequence[int], tx: Tx) -> int:
    rows = list(Event.objects.filter(stream_id=room.id, seq__in=seqs))
    messages = [from_row(row, room) for row in rows if row.gone not in ("removed", "expired")]
    gone.let_go_all(tx, room, messages, "expired")
    Fingerprint.objects.filter(pk__in=[row.pk for row in rows]).delete()
    Room.objects.filter(pk=room.id).update(expired_seq=seqs[-1])
    return len(messages)
