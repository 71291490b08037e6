"""Bringing a case to the level above: by a moderator, or because nobody took it in time."""

from datetime import datetime
from typing import Any

from accounts.principals import Principal
from moderation import state
from moderation.casework import paging
from moderation.casework.changing import Change, change
from moderation.models import Case
from moderation.policy.verdict import Level
from moderation.state import Move, Pager, State
from protocol.errors import BadField, NotFound


def escalate(case_id: str, fence: int | None, by: Principal) -> dict[str, Any]:
    """Hand a case to the level above: its holder by the fence, any other moderator without one.

    Raises NotFound, StaleFence, BadField for a holder without a fence, Conflict where there is nothing to
    hand over.
    """

    def step(ch: Change) -> dict[str, Any]:
        if fence is not None:
            ch.check_fence(fence)
        elif ch.standing.held(ch.now) and ch.case.holder_id == ch.by.person:
            raise BadField("fence", "Name the fence you hold it by.")
        lift(ch, Move.ESCALATE, state.above(ch.by, ch.case.escalated_to), "escalated")
        return {}

    return change(case_id, by, step)


def lift(ch: Change, move: Move, to: Pager, reason: str) -> None:
    """Escalate a case to a role and page whoever holds it. Raises Conflict."""
    case, fence = ch.case, ch.case.fence
    state.to_state(move, ch.standing.state)
    ch.let_go()
    case.escalated_at = ch.now
    if move is Move.BREACH:
        case.breached_at = ch.now
    page(ch, to, reason)
    ch.move(move, fence=fence, reason_code=reason, detail={"to": to.value})


def page(ch: Change, to: Pager, why: str) -> None:
    """Note that a role is paged for a case, and have it done after the commit."""
    ch.case.escalated_to = to.value
    ch.case.paged = [*ch.case.paged, {"role": to.value, "why": why, "at": ch.now.isoformat()}]
    paging.page_role(ch.case, to, why)


def overdue(case_id: str) -> bool:
    """Escalate or page for a case that nobody took in time; return whether anything was due."""

    def step(ch: Change) -> bool:
        case, standing = ch.case, ch.standing
        if standing.state not in (State.OPEN, State.ESCALATED) or (
            standing.state is State.ESCALATED and not standing.by_breach
        ):
            return False
        done = {one["role"] for one in case.paged}
        due = [one for one in state.pagers(Level(case.level), case.due_at, ch.now) if one.value not in done]
        for one in due:
            if ch.standing.state is State.OPEN:
                lift(ch, Move.BREACH, one, "breach")
            else:
                page(ch, one, "breach")
                ch.note("case.paged", reason_code="breach", detail={"to": one.value})
        if not due and case.breached_at is None and ch.now >= case.due_at:
            case.breached_at = ch.now  # it rises in the queue, or stands in the daily report
            ch.note("case.breached")
            ch.tell_queue("case.updated")
            return True
        return bool(due)

    try:
        return change(case_id, None, step)
    except NotFound:
        return False


def overdue_ones(now: datetime) -> list[str]:
    """Return the cases for which the clock may have something to do."""
    open_ = Case.objects.filter(state=State.OPEN, due_at__lte=now)
    late = open_.filter(breached_at=None) | open_.filter(level__in=(Level.L4, Level.L3, Level.H))
    again = Case.objects.filter(
        state=State.ESCALATED, level=Level.L4, breached_at__isnull=False, due_at__lte=now
    ).exclude(escalated_to=Pager.CLINICIAN)
    return list((late | again).order_by("-rank", "due_at").values_list("pk", flat=True)[:200])
