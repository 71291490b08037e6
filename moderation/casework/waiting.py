"""Waiting for somebody's answer, with a deadline; the clock of the case runs on."""

from datetime import datetime
from typing import Any

from accounts.principals import Principal
from moderation import numbers
from moderation.casework import paging, staff
from moderation.casework.changing import Change, change
from moderation.casework.claiming import on_duty
from moderation.models import Case
from moderation.state import Move, State, to_state
from protocol.errors import BadField, NotFound
from runtime import clock

REPLY, SNOOZE = "reply", "snooze"  # what else `for` names is a colleague's pseudonym


def wait(case_id: str, fence: int, for_: str, until: datetime, by: Principal) -> dict[str, Any]:
    """Set a case to wait for the person's reply, a named colleague or a time.

    Raises OffDuty, NotFound, StaleFence, BadField for a deadline that is past or too far.
    """

    def step(ch: Change) -> dict[str, Any]:
        on_duty(ch.by)
        ch.check_fence(fence)
        if not ch.now < until <= ch.now + numbers.WAIT_MOST:
            raise BadField("until", "Must be within the next day.")
        _begin(ch, for_, until)
        ch.move(Move.WAIT, fence=fence, reason_code=ch.case.waiting_for or SNOOZE)
        return {"until": clock.rfc3339(until)}

    return change(case_id, by, step)


def _begin(ch: Change, for_: str, until: datetime) -> None:
    case = ch.case
    case.lease_until = None
    case.waiting_until = until
    if for_ == REPLY:
        case.waiting_for = Case.WaitingFor.REPLY
    elif for_ == SNOOZE:
        case.snoozed_until = until
    else:
        try:
            colleague = staff.named(for_)
        except NotFound:
            raise BadField("for", "Must be `reply`, `snooze` or a colleague's name.") from None
        case.waiting_for = Case.WaitingFor.COLLEAGUE
        case.waiting_on_id = colleague.pk
        paging.page_one(case, colleague.pk, "waits_for_you")


def go_on(ch: Change, reason: str) -> None:
    """End the waiting: to its holder with a new fence and lease if they are on duty, else to the queue."""
    case = ch.case
    if not staff.is_there(case.holder_id, ch.now):
        to_state(Move.RETURN, ch.standing.state)
        ch.let_go()
        ch.move(Move.RETURN, fence=case.fence, reason_code=reason)
        return
    case.waiting_for, case.waiting_on, case.waiting_until, case.snoozed_until = "", None, None, None
    case.fence += 1
    case.lease_until = ch.now + numbers.LEASE
    ch.move(Move.RESUME, fence=case.fence, claim_fence=case.fence, reason_code=reason)


def past_deadline(case_id: str) -> bool:
    """End the waiting of a case whose deadline passed; tell whether it had."""

    def step(ch: Change) -> bool:
        due = ch.case.waiting_until
        if ch.standing.state is not State.WAITING or due is None or ch.now < due:
            return False
        go_on(ch, "deadline")
        return True

    try:
        return change(case_id, None, step)
    except NotFound:
        return False
