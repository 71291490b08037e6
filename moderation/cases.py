"""Opening a case: one per episode of a member in a room, in the transaction of the message that asks for
it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from accounts import sealed
from moderation import numbers, ports
from moderation.casework import paging, record
from moderation.erasure import empty_note
from moderation.models import Case, CaseFlag, Duty, Report, SoftHit
from moderation.policy.verdict import Level, Reason, Verdict
from runtime import clock, metrics
from streams import log
from streams.refs import StreamRef
from streams.transaction import Tx

QUEUE = "queue"


@dataclass(frozen=True, slots=True)
class Flagged:
    """What a flag did. `case_id` is empty for a soft hit that reached nobody; `card` says to send one now."""

    case_id: str
    created: bool = False
    rose: bool = False
    due_at: datetime | None = None
    card: bool = False


@dataclass(frozen=True, slots=True)
class _Flag:
    """One flag before it has a case."""

    room: StreamRef
    slug: str
    member_id: str
    event_id: str
    level: Level
    source: str
    row: dict[str, Any]
    language: str


_queue: list[StreamRef] = []


def queue_stream() -> StreamRef:
    """Return the stream of the moderators' queue, made where it was not there; kept in memory from then on.

    Within a transaction it is not kept: that may yet be rolled back.
    """
    if _queue:
        return _queue[0]
    stream = log.ensure(QUEUE)
    if not connection.in_atomic_block:
        _queue.append(stream)
    return stream


def forget_queue_stream(**_: object) -> None:
    """Read the queue's stream anew next time (after a flush or a migration)."""
    _queue.clear()


def flag(
    tx: Tx,
    *,
    room: StreamRef,
    room_slug: str,
    member_id: str,
    event_id: str,
    verdict: Verdict,
    now: datetime,
    late_ms: int | None = None,
) -> Flagged:
    """Open or join the episode's case for a flagged message, and say so on `queue`.

    To be called inside an item that names the queue's stream, whenever `verdict.recorded`. `late_ms` says how
    long after the message its score came.
    """
    level = verdict.level
    row = _row_of(verdict) | {"late_ms": late_ms}
    if level is None:
        return _soft_hit(tx, room, room_slug, member_id, event_id, verdict, row, now)
    found = _Flag(room, room_slug, member_id, event_id, level, Case.Source.PIPELINE, row, verdict.language)
    return _join_or_open(tx, found, now, card=verdict.card)


def report(
    tx: Tx,
    *,
    room: StreamRef,
    room_slug: str,
    member_id: str,
    event_id: str,
    reason: str,
    note: str | None,
    reporter: str,
    now: datetime,
) -> Flagged:
    """Record a person's report of `member_id`'s message; it opens or joins that member's case.

    Reporting the same message again changes nothing.
    """
    known = Report.objects.filter(event_id=event_id, reporter=reporter).select_related("case").first()
    if known is not None:
        return Flagged(known.case_id, due_at=known.case.due_at)
    row = {"source": CaseFlag.Source.REPORT, "category": reason}
    level = numbers.REPORT_LEVELS.get(reason, Level.C)
    found = _Flag(room, room_slug, member_id, event_id, level, Case.Source.REPORT, row, "und")
    flagged = _join_or_open(tx, found, now, card=False)
    Report.objects.create(
        case_id=flagged.case_id,
        event_id=event_id,
        stream_id=room.id,
        reporter=reporter,
        reason=reason,
        note=note or "",
        at=now,
    )
    return flagged


def _soft_hit(
    tx: Tx,
    room: StreamRef,
    slug: str,
    member_id: str,
    event_id: str,
    verdict: Verdict,
    row: dict[str, Any],
    now: datetime,
) -> Flagged:
    reasons = [reason.to_dict() for reason in verdict.reasons]
    hit = SoftHit.objects.create(
        stream_id=room.id, member_id=member_id, event_id=event_id, reasons=reasons, at=now
    )
    recent = SoftHit.objects.filter(
        stream_id=room.id, member_id=member_id, at__gt=now - numbers.SOFT_HITS_WITHIN, case__isnull=True
    )
    ids = list(recent.order_by("at").values_list("pk", flat=True))
    if len(ids) < numbers.SOFT_HITS_TO_CASE:
        return Flagged("")
    level = numbers.SOFT_HITS_LEVEL
    found = _Flag(room, slug, member_id, hit.event_id, level, Case.Source.PIPELINE, row, verdict.language)
    flagged = _join_or_open(tx, found, now, card=level in numbers.CARD_LEVELS)
    SoftHit.objects.filter(pk__in=ids).update(case_id=flagged.case_id)
    return flagged


def _join_or_open(tx: Tx, found: _Flag, now: datetime, *, card: bool) -> Flagged:
    case = (
        Case.objects.select_for_update()
        .filter(
            stream_id=found.room.id,
            member_id=found.member_id,
            last_flag_at__gt=now - numbers.EPISODE,
        )
        .order_by("-last_flag_at")
        .first()
    )
    if case is None:
        return _open(tx, found, now, card=card)
    return _join(tx, case, found, now, card=card)


def _open(tx: Tx, found: _Flag, now: datetime, *, card: bool) -> Flagged:
    case = Case(
        level=found.level,
        rank=found.level.rank,
        source=found.source,
        stream_id=found.room.id,
        stream_name=found.room.name,
        room=found.slug,
        member_id=found.member_id,
        language=found.language,
        opened_at=now,
        due_at=now + numbers.CLAIM_WITHIN[found.level],
        last_flag_at=now,
        flag_count=1,
    )
    _note_card(case, found.level, now, card=card)
    case.save(force_insert=True)
    _add_flag(case, found, now)
    _record(case, "case.opened", found, now, from_state="")
    _call_if_alone(case, now)
    tx.append(queue_stream(), "case.opened", {"case": case_wire(case)})
    tx.after_commit(metrics.cases_opened.labels(level=found.level.value).inc)
    return Flagged(case.id, created=True, rose=True, due_at=case.due_at, card=card)


def _join(tx: Tx, case: Case, found: _Flag, now: datetime, *, card: bool) -> Flagged:
    """Add a flag to a case: its level only rises, and one that was decided or closed is open again."""
    before = case.state
    again = before in (Case.State.DECIDED, Case.State.CLOSED)
    rose = found.level.rank > case.rank
    if rose:
        case.level, case.rank = found.level, found.level.rank
    due = now + numbers.CLAIM_WITHIN[found.level]
    if again:
        _reopen(case, due)
    elif rose or due < case.due_at:
        case.due_at = min(case.due_at, due)
    case.flag_count += 1
    case.last_flag_at = now
    if case.language == "und":
        case.language = found.language
    show = card and _card_is_due(case, found.level)
    _note_card(case, found.level, now, card=show)
    case.save()
    kind = "case.reopened" if again else "case.updated"
    _add_flag(case, found, now)
    _record(case, kind, found, now, from_state=before)
    if again or rose:
        _call_if_alone(case, now)
    tx.append(queue_stream(), kind, {"case": case_wire(case)})
    return Flagged(case.id, rose=rose, due_at=case.due_at, card=show)


def _call_if_alone(case: Case, now: datetime) -> None:
    """Have the on-call paged where no moderator is on duty; conduct waits for the morning."""
    if case.level != Level.C and not on_duty(now):
        paging.page_on_call(case)


def _reopen(case: Case, due: datetime) -> None:
    """Put a decided or closed case back in the queue; its old decision stays as it was made."""
    case.state = Case.State.OPEN
    case.reopened += 1
    case.due_at = due
    case.closed_at = None
    case.confirm_by = None
    case.breached_at = case.escalated_at = None
    case.escalated_to, case.paged, case.effects_pending = "", [], 0
    case.holder = None
    case.holder_name = ""
    case.lease_until = None


def _card_is_due(case: Case, level: Level) -> bool:
    """Once an episode, and again only if the level rose above the one last answered with a card."""
    return not case.card_level_sent or level.rank > Level(case.card_level_sent).rank


def _note_card(case: Case, level: Level, now: datetime, *, card: bool) -> None:
    if card:
        case.card_level_sent = level
        case.card_sent_at = now


def _row_of(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as columns of a flag."""
    reasons: tuple[Reason, ...] = verdict.reasons
    if verdict.scores is not None:
        scoring = CaseFlag.Scoring.SCORED
    else:
        scoring = CaseFlag.Scoring.UNSCORED if verdict.unscored else CaseFlag.Scoring.NOT_ASKED
    by_rules = any(reason.score is None for reason in reasons)
    return {
        "source": CaseFlag.Source.RULES if by_rules else CaseFlag.Source.CLASSIFIER,
        "category": reasons[0].category if reasons else "",
        "visibility": verdict.visibility.value,
        "reasons": [reason.to_dict() for reason in reasons],
        "quiet": [reason.to_dict() for reason in verdict.quiet],
        "rule_versions": {reason.rule: reason.version for reason in reasons},
        "rules_version": verdict.rules_version,
        "model_version": verdict.model_version,
        "scores": dict(verdict.scores) if verdict.scores is not None else None,
        "scoring": scoring,
    }


def _add_flag(case: Case, found: _Flag, now: datetime) -> None:
    CaseFlag.objects.create(
        case=case, event_id=found.event_id, level=found.level, language=found.language, at=now, **found.row
    )


def _record(case: Case, kind: str, found: _Flag, now: datetime, *, from_state: str) -> None:
    record.write(
        case,
        kind,
        now,
        by="member" if found.source == Case.Source.REPORT else "system",
        from_state=from_state,
        detail={"event_id": found.event_id, "level": found.level.value, "case_level": str(case.level)},
        rules_version=found.row.get("rules_version", ""),
        model_version=found.row.get("model_version", ""),
        scores=found.row.get("scores"),
    )
    Case.objects.filter(pk=case.pk).update(event_count=case.event_count)


def case_wire(case: Case) -> dict[str, Any]:
    """Return a case as the queue's events carry it: never text."""
    return {
        "id": case.id,
        "level": str(case.level),
        "state": str(case.state),
        "room": case.room,
        "opened_at": clock.rfc3339(case.opened_at),
        "due_at": clock.rfc3339(case.due_at),
        "flags": case.flag_count,
        "holder": case.holder_name or None,
    }


def text_needed(event_ids: Iterable[str]) -> set[str]:
    """Return those messages whose text the moderators of an open case or report must still be able to
    read."""
    ids = list(event_ids)
    flagged = CaseFlag.objects.filter(event_id__in=ids).exclude(case__state=Case.State.CLOSED)
    reported = Report.objects.filter(event_id__in=ids, state=Report.State.OPEN)
    return set(flagged.values_list("event_id", flat=True)) | set(reported.values_list("event_id", flat=True))


def release_texts(tx: Tx, case: Case) -> frozenset[str]:
    """Close a closed case's reports and say which texts nobody needs any more; return their event ids.

    Called in the transaction that closes the case; chat then erases those that were removed or have expired.
    """
    Report.objects.filter(case=case).update(state=Report.State.CLOSED)
    _empty_notes_of_erased(case)
    ids = set(CaseFlag.objects.filter(case=case).values_list("event_id", flat=True))
    ids |= set(Report.objects.filter(case=case).values_list("event_id", flat=True))
    free = frozenset(ids - text_needed(ids))
    if free:
        ports.texts_released(tx, free)
    return free


def _empty_notes_of_erased(case: Case) -> None:
    """Destroy the notes of reporters who were erased while the case was open."""
    reports = list(Report.objects.filter(case=case))
    known = sealed.known_members(report.reporter for report in reports)
    for report in reports:
        if report.reporter not in known:
            empty_note(report)


def on_duty(now: datetime | None = None) -> bool:
    """Return True if any moderator is on duty now; else a flagged sender is told so and the on-call is
    paged."""
    moment = now or clock.now()
    return Duty.objects.filter(
        Q(socket_seen_at__gt=moment - numbers.DUTY_AFTER_SOCKET)
        | Q(http_seen_at__gt=moment - numbers.DUTY_AFTER_HTTP),
        on=True,
    ).exists()
