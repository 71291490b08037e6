"""A person objects to what was decided about them, and somebody else looks again."""

from functools import partial
from typing import Any, Literal
from uuid import UUID

from accounts import sealed
from accounts.principals import Principal
from moderation import numbers, state, wording
from moderation.casework import staff
from moderation.casework.acting import take_back
from moderation.casework.changing import Change, change, persons_me, streams_around
from moderation.casework.claiming import on_duty, reopen, take
from moderation.casework.deciding import close_soon
from moderation.casework.effects import locale_of
from moderation.models import Appeal, CaseAct
from moderation.state import DEEDS, Action, Inverse, Move, State
from protocol.errors import Conflict, Forbidden, NotFound

Outcome = Literal["upheld", "overturned"]


def appeal(person_id: UUID, appeal_id: UUID, text: str) -> bool:
    """Take a person's objection; return whether it is new. Its case is open again, for another moderator.

    Raises NotFound for what was not decided about them, Conflict where it is too late or was said otherwise.
    """
    row = Appeal.objects.select_related("case").filter(pk=appeal_id).first()
    if row is None or sealed.member_in(person_id, row.case.stream_id) != row.case.member_id:
        raise NotFound
    return change(row.case_id, None, partial(_appeal, appeal_id=appeal_id, text=text))


def _appeal(ch: Change, *, appeal_id: UUID, text: str) -> bool:
    row = Appeal.objects.select_for_update().get(pk=appeal_id)
    if row.state != Appeal.State.OFFERED:
        if row.text != text:
            raise Conflict("You have objected to this already.")
        return False
    if ch.now > row.at + numbers.APPEAL_WITHIN:
        raise Conflict("It is too late to object to this.")
    row.state, row.text, row.appealed_at = Appeal.State.OPEN, text, ch.now
    row.save(update_fields=["state", "text", "appealed_at"])
    ch.note("case.appealed", by="member", from_state=str(ch.case.state), detail={"appeal": str(row.pk)})
    if ch.standing.state in state.TABLE[Move.REOPEN].origins:
        reopen(ch, "appeal", not_for=row.decided_by_id)
    return True


def decide(appeal_id: UUID, outcome: Outcome, reason: str, by: Principal) -> Appeal:
    """Say as another moderator whether a decision stands; one that does not is taken back.

    Raises OffDuty, NotFound, Forbidden for who decided first, Conflict for one decided already.
    """
    row = Appeal.objects.select_related("case").filter(pk=appeal_id).first()
    if row is None or row.state == Appeal.State.OFFERED:
        raise NotFound
    step = partial(_decide, appeal_id=appeal_id, outcome=outcome, reason=reason)
    return change(row.case_id, by, step, streams=streams_around(row.case))


def _decide(ch: Change, *, appeal_id: UUID, outcome: Outcome, reason: str) -> Appeal:
    row = Appeal.objects.select_for_update(of=("self",)).select_related("act").get(pk=appeal_id)
    if row.decided_by_id == ch.by.person:
        raise Forbidden("Somebody else looks at this again: you have decided it.")
    on_duty(ch.by)
    if row.state != Appeal.State.OPEN:
        raise Conflict("This appeal is decided.")
    if outcome == "overturned" and row.act is not None and _can_be_undone(row.act):
        take_back(ch, row.act)
    row.state, row.outcome_reason = outcome, reason
    row.outcome_by_id, row.outcome_at = ch.by.person, ch.now
    row.save(update_fields=["state", "outcome_reason", "outcome_by", "outcome_at"])
    ch.note(
        "case.appeal_decided",
        reason=reason,
        reason_code=outcome,
        from_state=str(ch.case.state),
        detail={"appeal": str(row.pk)},
    )
    _tell(ch, row, outcome, reason)
    _settle(ch, outcome)
    return row


def _can_be_undone(act: CaseAct) -> bool:
    undoable = DEEDS[Action(act.action)].inverse is not Inverse.NOTHING and not act.former.get("final")
    return undoable and act.undone_at is None


def _tell(ch: Change, row: Appeal, outcome: Outcome, reason: str) -> None:
    me = persons_me(ch.case)
    if me is None:
        return
    fields: dict[str, Any] = {
        "appeal": str(row.pk),
        "action": row.action,
        "text": wording.outcome(outcome, locale_of(ch.case)),
        "reason": reason,
        "room": ch.case.room,
        "outcome": outcome,
    }
    ch.tx.append(me, "decision", fields)


def _settle(ch: Change, outcome: Outcome) -> None:
    """Close what the appeal had opened, unless another appeal waits or somebody else has it in hand."""
    if Appeal.objects.filter(case=ch.case, state=Appeal.State.OPEN).exists():
        return
    if ch.standing.state is State.OPEN and staff.is_there(ch.by.person, ch.now):
        take(ch, Move.CLAIM, followed=False)
    if not ch.standing.held(ch.now) or ch.case.holder_id != ch.by.person:
        return
    fence = ch.case.fence
    ch.case.decided_at = ch.now
    ch.let_go()
    ch.move(Move.DECIDE, fence=fence, reason_code=f"appeal_{outcome}")
    close_soon(ch)
