"""What a score that came after its message leads to: one transaction, which strikes its row off too."""

import contextlib
from datetime import timedelta
from functools import partial

from moderation import cases, ports
from moderation.backlog import rows
from moderation.backlog.rows import Owed
from moderation.models import CaseFlag, SoftHit
from moderation.policy.asking import Known, late
from moderation.policy.verdict import Level, Verdict
from protocol.errors import NotFound
from runtime import metrics
from streams.commit import Item, write_now
from streams.refs import StreamRef
from streams.transaction import StreamGoneError, Tx


def settle(owed: Owed, verdict: Verdict) -> None:
    """Record a late verdict: open or join the case, give the card, take harm out of view. Synchronous.

    Once for each message, whoever else has scored it: the one whose transaction strikes its row off.
    """
    try:
        write_now(Item((*_streams(owed), cases.queue_stream()), partial(_settle, owed, verdict)))
    except StreamGoneError:
        rows.strike_off([owed.event_id])  # the room went, and the message with it


def _streams(owed: Owed) -> tuple[StreamRef, ...]:
    try:
        return ports.room_actions().streams_of(owed.stream, owed.member_id)
    except NotFound:
        return (owed.stream,)


def _settle(owed: Owed, verdict: Verdict, tx: Tx) -> None:
    if not rows.taken(owed.event_id):
        return
    stored = tx.find(owed.stream, owed.event_id)
    if stored is None:
        return
    flags = list(CaseFlag.objects.filter(event_id=owed.event_id).exclude(source=CaseFlag.Source.REPORT))
    strictest = max((Level(flag.level) for flag in flags), key=lambda one: one.rank, default=None)
    known = Known(strictest, SoftHit.objects.filter(event_id=owed.event_id).exists())
    doing = late(verdict, known, visible=stored.seq is not None and stored.gone is None)
    late_ms = max(0, (tx.now - stored.at) // timedelta(milliseconds=1))
    for flag in flags:
        _note_score(flag, verdict, late_ms)
    if doing.flag:
        _flag(tx, owed, verdict, late_ms)
    if doing.retract:
        ports.room_actions().retract(tx, owed.stream, owed.event_id, now=tx.now)
    if stored.gone is not None:
        rows.free_text(tx, owed.event_id)


def _note_score(flag: CaseFlag, verdict: Verdict, late_ms: int) -> None:
    """Put the score beside the flag that the rules had raised without it."""
    if flag.scoring != CaseFlag.Scoring.UNSCORED:
        return
    flag.scoring = CaseFlag.Scoring.SCORED
    flag.scores = dict(verdict.scores) if verdict.scores is not None else None
    flag.model_version = verdict.model_version
    flag.late_ms = late_ms
    flag.save(update_fields=["scoring", "scores", "model_version", "late_ms"])


def _flag(tx: Tx, owed: Owed, verdict: Verdict, late_ms: int) -> None:
    flagged = cases.flag(
        tx,
        room=owed.stream,
        room_slug=owed.room,
        member_id=owed.member_id,
        event_id=owed.event_id,
        verdict=verdict,
        now=tx.now,
        late_ms=late_ms,
    )
    if flagged.card:
        with contextlib.suppress(NotFound):  # erased meanwhile: nobody is there to give it to
            ports.room_actions().send_card(tx, owed.stream, owed.member_id, now=tx.now)
    if verdict.level is not None:
        tx.after_commit(metrics.late_flags.labels(level=verdict.level.value).inc)
        tx.after_commit(partial(metrics.late_seconds.observe, late_ms / 1_000))
