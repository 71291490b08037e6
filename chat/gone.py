"""Letting a message go: nobody is shown its text, and it is destroyed once no moderator needs it."""

from collections.abc import Collection

from moderation import cases
from moderation.backlog import rows
from streams import publish
from streams.models import Event
from streams.refs import Gone, Stored, StreamRef
from streams.transaction import Tx, from_row


def let_go(tx: Tx, stored: Stored, gone: Gone) -> None:
    """Mark a message as gone; its text is erased unless an open case or report needs it. In a transaction."""
    let_go_all(tx, stored.stream, [stored], gone)


def let_go_all(tx: Tx, stream: StreamRef, messages: Collection[Stored], gone: Gone) -> None:
    """Mark messages of one stream as gone, and with them the events that showed them again.

    A text that is still to be scored goes once it is: else taking it back would hide it from screening.
    """
    ids = [stored.event_id for stored in messages]
    needed = cases.text_needed(ids) | rows.needed(ids)
    for stored in messages:
        tx.set_gone(stored, gone, erase=stored.event_id not in needed)
    if hide_restored(tx, stream, messages, gone):
        tx.after_commit(lambda: publish.forget(stream))


def hide_restored(tx: Tx, stream: StreamRef, messages: Collection[Stored], gone: Gone) -> bool:
    """Take the text out of the `message.restored` of messages that went again; tell whether there was any."""
    found = Event.objects.filter(  # by author, which the log is indexed by
        stream_id=stream.id,
        member__in={stored.member for stored in messages},
        client_id__isnull=True,
        kind="message.restored",
        target__in=[stored.event_id for stored in messages],
    )
    restored = [from_row(row, stream) for row in found]
    for event in restored:
        tx.set_gone(event, gone, erase=True)
    return bool(restored)


def erase_released(tx: Tx, event_ids: frozenset[str]) -> None:
    """Destroy texts that went while moderators needed them, once nobody does. In a transaction.

    What is still to be scored goes with its score.
    """
    free = event_ids - rows.needed(event_ids)
    for row in Event.objects.filter(pk__in=free, gone__isnull=False).select_related("stream"):
        ref = StreamRef(row.stream.pk, row.stream.name, row.stream.epoch)
        stored = from_row(row, ref)
        if stored.gone == "retracted" and stored.seq is not None:
            continue  # a moderator may still restore it; it expires with its room
        tx.set_gone(stored, stored.gone, erase=True)
