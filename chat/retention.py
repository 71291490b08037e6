"""How long the text of a room is kept, and its end. The numbers stand here alone."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import takewhile

from chat import gone
from chat.models import Fingerprint, Room
from streams import publish
from streams.commit import Item, write_now
from streams.models import Event
from streams.refs import StreamRef
from streams.transaction import Tx, from_row

KEPT_FOR: dict[str, timedelta | None] = {
    Room.Retention.HOURS: timedelta(hours=24),
    Room.Retention.DAYS: timedelta(days=30),
    Room.Retention.KEPT: None,
}
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
