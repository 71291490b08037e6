"""What a case is about: its messages, why they were flagged, what was said to the person, earlier episodes.

Looking is a line of the record.
"""

from collections.abc import Iterable
from typing import Any

from accounts.principals import Principal
from moderation import ports
from moderation.casework.changing import Change, change, room_of
from moderation.models import Case, CaseFlag, CaseTalk, Report
from runtime import clock
from streams.models import Event
from streams.refs import Stored
from streams.transaction import from_row

EPISODES = 20  # the latest


def context(case_id: str, by: Principal) -> dict[str, Any]:
    """Return a case's messages, reasons, talk and earlier episodes. Raises NotFound."""

    def step(ch: Change) -> dict[str, Any]:
        case = ch.case
        flags = list(CaseFlag.objects.filter(case=case).order_by("at"))
        reports = list(Report.objects.filter(case=case).order_by("at"))
        found = {
            "messages": _messages(case, flags, reports),
            "reasons": [_reason(flag) for flag in flags],
            "episodes": [_episode(one) for one in _earlier(case)],
            "talk": [_talk(one) for one in CaseTalk.objects.filter(case=case)],
            "reports": [_report(one) for one in reports],
            "member": case.member_id,
            "language": case.language,
        }
        ch.note("case.viewed", detail={"messages": len(found["messages"])})
        return found

    return change(case_id, by, step)


def _messages(case: Case, flags: Iterable[CaseFlag], reports: Iterable[Report]) -> list[dict[str, Any]]:
    """Return the flagged and reported messages, oldest first, with the text that is still kept for a case."""
    room = room_of(case)
    levels = {flag.event_id: flag.level for flag in flags}
    ids = list(dict.fromkeys([*levels, *(one.event_id for one in reports)]))
    if room is None:
        return [{"id": one, "flagged": one in levels} for one in ids]
    texts = ports.room_actions().text_of(ids)
    rows = Event.objects.filter(pk__in=ids, stream_id=room.id).order_by("event_id")
    return [_message(from_row(row, room), levels, texts) for row in rows]


def _message(stored: Stored, levels: dict[str, str], texts: dict[str, str]) -> dict[str, Any]:
    level = levels.get(stored.event_id)
    return {
        "id": stored.event_id,
        "seq": stored.seq,
        "at": clock.rfc3339(stored.at),
        "member": stored.fields.get("member"),
        "text": texts.get(stored.event_id),
        "visibility": _visibility(stored),
        "flagged": level is not None,
        "level": level,
    }


def _visibility(stored: Stored) -> str:
    if stored.gone is not None:
        return str(stored.gone)
    return "held" if stored.seq is None else "delivered"


def _reason(flag: CaseFlag) -> dict[str, Any]:
    return {
        "message": flag.event_id,
        "at": clock.rfc3339(flag.at),
        "level": flag.level,
        "category": flag.category,
        "source": flag.source,
        "reasons": flag.reasons,
        "nearest": flag.quiet,
        "scores": flag.scores,
        "scoring": flag.scoring,
        "late_ms": flag.late_ms,
        "rules_version": flag.rules_version,
        "model_version": flag.model_version,
    }


def _earlier(case: Case) -> Iterable[Case]:
    same = Case.objects.filter(stream_id=case.stream_id, member_id=case.member_id).exclude(pk=case.pk)
    return same.order_by("-opened_at")[:EPISODES]


def _episode(case: Case) -> dict[str, Any]:
    return {
        "case": case.pk,
        "level": case.level,
        "state": case.state,
        "opened_at": clock.rfc3339(case.opened_at),
        "closed_at": clock.rfc3339(case.closed_at) if case.closed_at else None,
        "decision": case.decision or None,
        "label": case.label or None,
        "flags": case.flag_count,
    }


def _talk(one: CaseTalk) -> dict[str, Any]:
    return {
        "by": one.name or None,
        "own": one.staff_id is None,
        "text": one.text,
        "at": clock.rfc3339(one.at),
    }


def _report(one: Report) -> dict[str, Any]:
    return {
        "message": one.event_id,
        "reason": one.reason,
        "note": one.note or None,
        "at": clock.rfc3339(one.at),
    }
