"""The rows of the backlog: owing a score, taking rows in hand, and striking them off."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q

from moderation import cases, numbers, ports
from moderation.backlog import sql
from moderation.backlog.models import ToScore
from moderation.classifiers.port import Sample, Turn
from runtime.jobs import pause_s
from streams.commit import Item, write_now
from streams.models import Event
from streams.refs import StreamRef
from streams.transaction import StreamGoneError, Tx, from_row

CONTEXT_WITHIN = 200  # events back that a sender's earlier messages are looked for, where no memory has them


@dataclass(frozen=True, slots=True)
class Owed:
    """One message that is owed a score, and what the model is to read of it."""

    event_id: str
    stream: StreamRef
    room: str
    member_id: str
    at: datetime
    sample: Sample
    unmatched: bool = False  # the rules in force had not a word to say of it


@dataclass(frozen=True, slots=True)
class Hands:
    """Whoever takes what this process owes, right after the commit. `lease_s` is how long it may take."""

    holder: str
    lease_s: float
    take: Callable[[Sequence[Owed]], None]
    has_room: Callable[[], bool]


_hands: Hands | None = None


def attach(hands: Hands | None) -> None:
    """Say who in this process takes what it owes; None: whoever looks for rows finds them."""
    global _hands
    _hands = hands


def owe(tx: Tx, owed: Owed) -> None:
    """Write in the message's own transaction that it is owed a score; all of a batch in one statement."""
    tx.gather(_write, owed)


def _write(owed: Sequence[Owed], now: datetime) -> None:
    hands = _hands if _hands is not None and _hands.has_room() else None
    holder = hands.holder if hands is not None else ""
    until = now + timedelta(seconds=hands.lease_s) if hands is not None else None
    each = [(one.event_id, one.stream.id, one.room, one.member_id, one.sample.language) for one in owed]
    sql.insert(each, now, holder, until)
    if hands is not None:
        transaction.on_commit(partial(hands.take, owed))


def needed(event_ids: Iterable[str]) -> set[str]:
    """Return those messages whose text is still to be scored: it may not be erased before.

    In a transaction, which keeps the answer true until it ends: whoever strikes one of them off meanwhile
    sees what that transaction did to it (`strike_off`).
    """
    rows = ToScore.objects.select_for_update().filter(pk__in=list(event_ids)).order_by("pk")
    return set(rows.values_list("pk", flat=True))


def claim(now: datetime, holder: str, lease_s: float, most: int) -> list[str]:
    """Take the oldest rows that nobody has in hand; return their ids. No two workers get the same one."""
    free = ToScore.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now)).order_by("pk")
    if not free.exists():  # a plain read: an idle worker takes no lock
        return []
    with transaction.atomic():
        ids = list(free.select_for_update(skip_locked=True).values_list("pk", flat=True)[:most])
        until = now + timedelta(seconds=lease_s)
        ToScore.objects.filter(pk__in=ids).update(holder=holder, lease_until=until)
    return ids


def let_go(holder: str, now: datetime) -> None:
    """Give back what a process has in hand: others, or itself later, may take it."""
    ToScore.objects.filter(holder=holder, lease_until__gt=now).update(holder="", lease_until=None)


def put_aside(event_id: str, holder: str, now: datetime) -> None:
    """Leave a row that could not be dealt with alone for a while, longer each time."""
    row = ToScore.objects.filter(pk=event_id, holder=holder)
    for attempts in row.values_list("attempts", flat=True):
        until = now + timedelta(seconds=pause_s(attempts + 1))
        row.update(holder="", lease_until=until, attempts=attempts + 1)


def read(event_ids: Sequence[str]) -> list[Owed]:
    """Return rows with what the model is to read, out of the log. Those with no text left are struck off."""
    rows = {row.pk: row for row in ToScore.objects.filter(pk__in=event_ids)}
    events = {row.pk: row for row in Event.objects.filter(pk__in=list(rows)).select_related("stream")}
    found: list[Owed] = []
    textless: list[str] = []
    for event_id, row in sorted(rows.items()):
        sample = _sample(events[event_id], row.language) if event_id in events else None
        if sample is None:
            textless.append(event_id)
            continue
        stream = _ref(events[event_id])
        found.append(Owed(event_id, stream, row.room, row.member_id, row.at, sample))
    if textless:
        ToScore.objects.filter(pk__in=textless).delete()
    return found


def _ref(event: Event) -> StreamRef:
    return StreamRef(event.stream.pk, event.stream.name, event.stream.epoch)


def _sample(event: Event, language: str) -> Sample | None:
    text = from_row(event, _ref(event)).fields.get("text")
    return Sample(text, _before(event), language) if isinstance(text, str) else None


def _before(event: Event) -> tuple[Turn, ...]:
    """Return what the sender had said before in the room, the oldest first: up to three messages."""
    rows = Event.objects.filter(stream_id=event.stream_id, seq__isnull=False)
    if event.seq is not None:
        rows = rows.filter(seq__lt=event.seq, seq__gte=event.seq - CONTEXT_WITHIN)
    else:  # a held one has no place: what was there at its time
        rows = rows.filter(at__lte=event.at)
    latest = list(rows.order_by("-seq")[:CONTEXT_WITHIN])
    own = [row for row in latest if row.member == event.member and row.kind == "message" and row.gone is None]
    texts = [from_row(row, _ref(event)).fields.get("text") for row in own[: numbers.CONTEXT_MESSAGES]]
    return tuple(Turn(text) for text in reversed(texts) if isinstance(text, str))


def taken(event_id: str) -> bool:
    """Strike a row off in the transaction of what its score leads to; False where another has done so."""
    return ToScore.objects.filter(pk=event_id).delete()[0] == 1


def strike_off(event_ids: Sequence[str]) -> int:
    """Strike off messages whose score leads to nothing; return how many. Not within a transaction.

    The texts of those that went meanwhile, and were kept for the score alone, go too. Rows that somebody else
    has locked stay: they come up again, and once more nothing comes of it.
    """
    with transaction.atomic():
        rows = ToScore.objects.select_for_update(skip_locked=True).filter(pk__in=event_ids)
        ids = list(rows.values_list("pk", flat=True))
        ToScore.objects.filter(pk__in=ids).delete()
    # Only now: a removal that kept a text for the score held the row until it was durable.
    for event in Event.objects.filter(pk__in=ids, gone__isnull=False).select_related("stream"):
        _release(_ref(event), event.pk)
    return len(ids)


def _release(stream: StreamRef, event_id: str) -> None:
    try:
        write_now(Item((stream,), lambda tx: free_text(tx, event_id)))
    except StreamGoneError:
        return  # the room went, and the text with it


def free_text(tx: Tx, event_id: str) -> None:
    """Destroy the text of a message that went, unless moderators still need it. In a transaction."""
    free = frozenset({event_id} - cases.text_needed([event_id]))
    if free:
        ports.texts_released(tx, free)


def overdue(before: datetime) -> list[str]:
    """Return some rows that have waited since before then, the oldest first."""
    rows = ToScore.objects.filter(at__lt=before).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:500])


def count() -> int:
    """Return how many messages wait for a score. One query."""
    return ToScore.objects.count()
