"""What one was told on one's own family stream: reading it back, and answering it. Synchronous."""

import json
from collections.abc import Callable, Set
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from accounts import guards
from accounts.principals import me_stream
from notifications.alarms import answering
from notifications.safety import seeing
from protocol.errors import BadField, NotFound
from runtime import clock
from streams import body, log, paging, publish
from streams.commit import Item, write_now
from streams.refs import Line, Stored, StreamRef
from streams.transaction import Tx

ALARM: Final = "alarm"
SAFETY: Final = "safety.notice"
ACKNOWLEDGED: Final = frozenset({ALARM, SAFETY, "activity.missed"})  # what waits for a word
GONE: Final = "hidden"

Notice = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """Which notices are asked for: the newest, or those next to a seq; from `since` until before `until`."""

    limit: int
    before: int | None = None
    after: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Page:
    """Notices, newest first, and whether there are older and newer ones."""

    notices: list[Notice]
    older: bool
    newer: bool


def page(person: UUID, asked: Asked) -> Page:
    """Return a page of what one was told, as one may see it now."""
    ref = log.get(me_stream(person, "family"))
    if ref is None:
        return Page([], older=False, newer=False)
    top = log.heads([ref.id])[ref.id].seq + 1
    floor = _first(ref, asked.since, top) if asked.since else 1
    ceiling = _first(ref, asked.until, top) if asked.until else top
    if asked.after is not None:
        lines = log.page(ref, after=max(asked.after, floor - 1), limit=asked.limit)
    else:
        lines = log.page(ref, before=min(asked.before or ceiling, ceiling), limit=asked.limit)
    taken = [line for line in lines if floor <= line.seq < ceiling]
    open_guards = paging.permitted(taken, lambda wanted: guards.allowed(person, wanted, clock.now()))
    return Page(
        [_shown(line, open_guards) for line in reversed(taken)],
        older=bool(taken) and taken[0].seq > floor,
        newer=bool(taken) and taken[-1].seq < ceiling - 1,
    )


def _first(ref: StreamRef, moment: datetime, top: int) -> int:
    """Return the seq of the first event at `moment` or later, `top` where there is none.

    An event's time is sealed, but times rise with the seqs: some fifteen events are opened.
    """
    low, high = 1, top
    while low < high:
        middle = (low + high) // 2
        (line,) = log.page(ref, after=middle - 1, limit=1)
        low, high = (middle + 1, high) if line.at < moment else (low, middle)
    return low


def acknowledge(person: UUID, event_id: str) -> Notice:
    """Say that one has seen a notice, or takes an alarm on. Twice is as once.

    Raises NotFound for what one cannot see, BadField for what waits for no word.
    """

    def act(tx: Tx, told: Stored) -> None:
        if told.kind == ALARM:
            answering.acknowledge(told.fields["alarm"], told.fields["circle"], person, tx.now)
        elif told.kind not in ACKNOWLEDGED:
            raise BadField("event_id", "Only an alarm, a safety notice and a missed log are acknowledged.")
        elif "acknowledged_at" not in told.fields:
            tx.set_fields(told, {**told.fields, "acknowledged_at": clock.rfc3339(tx.now)})
            if told.kind == SAFETY:
                seeing.seen(told.fields, person)
            tx.after_commit(lambda: publish.forget(told.stream))

    return _answer(person, event_id, act)


def snooze(person: UUID, event_id: str, minutes: int) -> Notice:
    """Quieten an alarm for everyone, for so many minutes; a snooze is never made shorter.

    Raises NotFound for what one cannot see, BadField for what is no alarm, Conflict for one that is over or
    that somebody has taken on.
    """

    def act(tx: Tx, told: Stored) -> None:
        if told.kind != ALARM:
            raise BadField("event_id", "Only an alarm can be snoozed.")
        answering.snooze(told.fields["alarm"], told.fields["circle"], person, minutes, tx.now)

    return _answer(person, event_id, act)


def read(person: UUID, event_id: str) -> Notice:
    """Move one's read mark forward to a notice, and say so to one's devices. Raises NotFound."""
    ref = _stream(person)

    def look(tx: Tx) -> Stored:
        return _seen(tx, ref, person, event_id)

    told = write_now(Item((ref,), look))
    assert told.seq is not None
    if log.move_mark(ref, told.seq):
        publish.signal(ref, "read", {"seq": told.seq})
    return _decoded(body.line(told))


def _answer(person: UUID, event_id: str, act: Callable[[Tx, Stored], None]) -> Notice:
    ref = _stream(person)
    return write_now(Item((ref,), partial(_act, ref, person, event_id, act)))


def _act(ref: StreamRef, person: UUID, event_id: str, act: Callable[[Tx, Stored], None], tx: Tx) -> Notice:
    told = _seen(tx, ref, person, event_id)
    act(tx, told)
    return _decoded(body.line(told))


def _seen(tx: Tx, ref: StreamRef, person: UUID, event_id: str) -> Stored:
    """Return an event that one may see now. Raises NotFound.

    Whoever takes a grant back holds the lock of this stream too, so the answer holds until the commit.
    """
    told = tx.find(ref, event_id) if event_id.isalnum() else None
    if told is None or told.seq is None or told.kind == GONE:
        raise NotFound
    if told.guard is not None and not guards.allowed(person, {told.guard}, tx.now):
        raise NotFound
    return told


def _stream(person: UUID) -> StreamRef:
    ref = log.get(me_stream(person, "family"))
    if ref is None:
        raise NotFound
    return ref


def _shown(line: Line, open_guards: Set[str]) -> Notice:
    if line.guard is not None and line.guard not in open_guards:
        common = ("event_id", "seq", "at")
        return {**{name: value for name, value in _decoded(line).items() if name in common}, "kind": GONE}
    return _decoded(line)


def _decoded(line: Line) -> Notice:
    """Return an event without the words of the socket that carries it."""
    event: Notice = json.loads(line.data)
    return {name: value for name, value in event.items() if name not in ("type", "stream")}
