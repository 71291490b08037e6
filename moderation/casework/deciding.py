"""Deciding a case, the second person's word on an L4, and closing it once every effect is confirmed."""

from functools import partial
from typing import Any

from accounts.principals import Principal
from moderation import numbers, state
from moderation.cases import release_texts
from moderation.casework import effects, escalating
from moderation.casework.acting import do_note
from moderation.casework.changing import Change, change, read, streams_around
from moderation.casework.claiming import on_duty
from moderation.casework.effects import Given
from moderation.models import Case
from moderation.policy.verdict import Level
from moderation.state import Action, Decided, Move, Pager, State
from protocol.errors import BadField, NotFound
from runtime import clock
from runtime.jobs import enqueue


def decide(case_id: str, fence: int | None, given: Given, by: Principal) -> dict[str, Any]:
    """Decide a case one holds, by the fence; or confirm an L4's decision as a second moderator, without one.

    Raises OffDuty, NotFound, StaleFence, BadField, Forbidden, Conflict.
    """
    case = read(case_id)
    if fence is None:
        return change(case_id, by, partial(_confirm, action=given.action))
    effects.check(given)
    return change(case_id, by, partial(_decide, fence=fence, given=given), streams=streams_around(case))


def _decide(ch: Change, *, fence: int, given: Given) -> dict[str, Any]:
    on_duty(ch.by)
    ch.check_fence(fence)
    case = ch.case
    level = Level(case.level)  # as it was when it was decided: a label may put it lower
    messages, former = effects.run(ch, given)
    act = do_note(ch, given, messages, former, decided=True)
    case.decision = given.action.value
    case.decision_reason = (given.reason or "")[:64]
    case.decision_until = given.until
    case.decided_by_id = ch.by.person
    case.decided_at = ch.now
    case.label = case.label or Case.Label.CORRECT
    second = state.needs_second(level)
    case.confirm_by = ch.now + numbers.CONFIRM_WITHIN if second else None
    case.confirmed_by, case.confirmed_at = None, None
    case.effects_pending = 1 if given.action is Action.NOTIFY else 0
    ch.let_go()
    ch.move(
        Move.DECIDE,
        fence=fence,
        reason_code=case.decision_reason,
        detail={"action": given.action.value, "act": act.n, "second": second},
    )
    if case.effects_pending:
        enqueue("moderation.notify", key=f"notify:{act.pk}", case=case.pk, act=str(act.pk))
    elif not second:
        close_soon(ch)
    return {"confirm_by": clock.rfc3339(case.confirm_by)} if case.confirm_by else {}


def _confirm(ch: Change, *, action: Action) -> dict[str, Any]:
    case = ch.case
    decided = Decided(case.decided_by_id, case.decision, case.confirm_by, case.confirmed_at is not None)
    if ch.standing.held(ch.now) and case.holder_id == ch.by.person:
        raise BadField("fence", "Name the fence you hold it by.")
    state.check_confirm(ch.by, ch.standing.state, decided, action.value, ch.now)
    case.confirmed_by_id, case.confirmed_at = ch.by.person, ch.now
    ch.note("case.confirmed", detail={"action": action.value}, from_state=str(case.state))
    ch.tell_queue("case.updated")
    if not case.effects_pending:
        close_soon(ch)
    return {}


def close_soon(ch: Change) -> None:
    """Have a decided case closed after this commit, by the system."""
    enqueue("moderation.close", key=f"close:{ch.case.pk}:{ch.case.event_count}", case=ch.case.pk)


def close(case_id: str) -> bool:
    """Close a decided case of which every effect is confirmed; tell whether it was."""
    case = read(case_id)

    def step(ch: Change) -> bool:
        waits = ch.case.confirm_by is not None and ch.case.confirmed_at is None
        if ch.standing.state is not State.DECIDED or ch.case.effects_pending or waits:
            return False
        ch.case.closed_at = ch.now
        ch.move(Move.CLOSE)
        ch.case.save()
        release_texts(ch.tx, ch.case)
        return True

    return change(case_id, None, step, streams=streams_around(case))


def effect_done(case_id: str) -> None:
    """One effect out of the house is confirmed."""

    def step(ch: Change) -> None:
        if ch.standing.state is not State.DECIDED or not ch.case.effects_pending:
            return
        ch.case.effects_pending -= 1
        ch.note("case.effect_done", from_state=str(ch.case.state))
        if not ch.case.effects_pending and (ch.case.confirm_by is None or ch.case.confirmed_at is not None):
            close_soon(ch)

    change(case_id, None, step)


def effect_failed(case_id: str, reason: str) -> None:
    """One effect failed for good: the level above must look."""

    def step(ch: Change) -> None:
        if ch.standing.state is State.DECIDED:
            ch.case.effects_pending = 0
            ch.case.confirm_by = None
            escalating.lift(ch, Move.FAIL, Pager.SUPERVISOR, reason)

    change(case_id, None, step)


def unconfirmed(case_id: str) -> bool:
    """Escalate a decision that no second person confirmed in time; tell whether it was so."""

    def step(ch: Change) -> bool:
        due = ch.case.confirm_by
        if (
            ch.standing.state is not State.DECIDED
            or due is None
            or ch.case.confirmed_at is not None
            or ch.now < due
        ):
            return False
        ch.case.confirm_by = None
        escalating.lift(ch, Move.FAIL, Pager.SUPERVISOR, "unconfirmed")
        return True

    try:
        return change(case_id, None, step)
    except NotFound:
        return False
