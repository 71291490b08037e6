"""Taking a case, holding it and putting it back.

A claim is one conditional UPDATE that raises the fence, and a line of the record that is unique for the case
and the fence: two holders at once would need the database to break both.
"""

from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Case as When
from django.db.models import F, IntegerField, Q, QuerySet, Value
from django.db.models import When as If

from accounts.principals import Principal
from moderation import numbers, state
from moderation.cases import case_wire, queue_stream
from moderation.casework import staff
from moderation.casework.changing import Change, change, room_of, standing_of
from moderation.models import Case
from moderation.policy.verdict import Level
from moderation.state import Actor, Move, State
from protocol.errors import AlreadyClaimed, BadField, Forbidden, NotFound, OffDuty
from runtime import clock
from streams import log
from streams.commit import Item, write_now
from streams.transaction import Tx

Fields = dict[str, Any]


def claim(case_id: str, by: Principal, *, followed: bool = False) -> Fields:
    """Take one case; who holds it already gets the same fence again.

    `followed` says that the room is now followed on a socket. Raises OffDuty, NotFound, Forbidden,
    AlreadyClaimed with who holds it, and Conflict for a decided one.
    """
    return change(case_id, by, partial(_claim, followed=followed))


def _claim(ch: Change, *, followed: bool) -> Fields:
    if ch.standing.held(ch.now) and ch.case.holder_id == ch.by.person and (ch.by.on_duty or ch.by.clinician):
        return _held(ch.case)
    others = staff.seniors_there(ch.now)
    move = state.claim_by(ch.by, ch.standing, ch.now, others=others)
    if ch.standing.lapsed(ch.now):
        expire(ch)
        ch.case.save()  # the UPDATE looks at the row
    take(ch, move, followed)
    return _held(ch.case)


def next_case(by: Principal, *, followed: bool = False) -> Fields:
    """Take the most urgent case that the caller may take; with none, `case` is None. Raises OffDuty."""
    return write_now(Item((queue_stream(),), partial(_next, by, followed)))


def _next(by: Principal, followed: bool, tx: Tx) -> Fields:
    actor = staff.actor(by, tx.now)
    on_duty(actor)
    others = staff.seniors_there(tx.now)
    free = in_order(_free_for(actor, tx.now, others=others), tx.now)
    case = free.select_for_update(skip_locked=True).first()
    if case is None:
        return {"case": None}
    ch = Change(tx, case, actor)
    move = state.claim_by(actor, ch.standing, tx.now, others=others)
    if ch.standing.lapsed(tx.now):
        expire(ch)
        ch.case.save()  # the UPDATE looks at the row
    take(ch, move, followed)
    ch.case.save()
    return _held(ch.case)


def _free_for(actor: Actor, now: datetime, *, others: bool) -> "QuerySet[Case]":
    """Return the cases of which `state.claim_by` lets the actor take each."""
    free = Q(state=State.ESCALATED)
    if actor.moderator:
        if not (actor.supervisor or actor.clinician):
            free &= Q(escalated_at=F("breached_at")) if not others else Q(pk__in=[])
        free |= Q(state=State.OPEN) | Q(state=State.CLAIMED, lease_until__lte=now)
    return Case.objects.filter(free).exclude(not_for_id=actor.person)


def in_order(cases: "QuerySet[Case]", now: datetime) -> "QuerySet[Case]":
    """Return cases in the queue's order: level, then time left, then the oldest."""
    rises = If(level__in=[level.value for level in state.RISES], due_at__lte=now, then=Value(Level.L3.rank))
    urgency = When(rises, default=F("rank"), output_field=IntegerField())
    return cases.alias(urgency=urgency).order_by("-urgency", "due_at", "opened_at", "id")


def take(ch: Change, move: Move, followed: bool) -> None:
    """Give the case to the actor: the conditional UPDATE, then its line. Raises AlreadyClaimed."""
    case, before = ch.case, ch.case.state
    after = state.to_state(move, State(before))
    taken = Case.objects.filter(pk=case.pk, fence=case.fence, state=case.state).update(
        fence=F("fence") + 1,
        state=after.value,
        holder_id=ch.by.person,
        holder_name=ch.by.name,
        claimed_at=ch.now,
        lease_until=ch.now + numbers.LEASE,
    )
    if not taken:
        raise AlreadyClaimed(case.holder_name, case.lease_until)
    count = case.event_count
    case.refresh_from_db()
    case.event_count = count
    case.waiting_for, case.waiting_on, case.waiting_until, case.snoozed_until = "", None, None, None
    case.escalated_to, case.paged = "", []
    case.state = before
    ch.move(move, fence=case.fence, claim_fence=case.fence, detail={"followed": followed})


def _held(case: Case) -> Fields:
    """Return what the holder is told: the case, the fence, the lease, and where the room stands."""
    room = room_of(case)
    assert case.lease_until is not None
    return {
        "case": case_wire(case),
        "fence": case.fence,
        "lease_until": clock.rfc3339(case.lease_until),
        "stream": room.wire if room else None,
        "epoch": room.epoch if room else None,
        "head": log.heads([room.id])[room.id].seq if room else None,
    }


def renew(case_id: str, fence: int, by: Principal) -> Fields:
    """Hold a case for another lease. Raises OffDuty, NotFound, StaleFence."""

    def step(ch: Change) -> Fields:
        on_duty(ch.by)
        ch.check_fence(fence)
        ch.case.lease_until = ch.now + numbers.LEASE
        return {"lease_until": clock.rfc3339(ch.case.lease_until)}

    return change(case_id, by, step)


def on_duty(actor: Actor) -> None:
    """Raise OffDuty for a moderator who is not on duty; clinicians have no duty of their own."""
    if actor.moderator and not actor.on_duty:
        raise OffDuty


def release(case_id: str, fence: int | None, by: Principal, *, reason: str = "released") -> Fields:
    """Put a case back: its holder by the fence, a supervisor without one. A decided one is opened again then.

    Raises NotFound, StaleFence, Forbidden, Conflict where it is nobody's.
    """

    def step(ch: Change) -> Fields:
        if fence is not None:
            ch.check_fence(fence)
            put_back(ch, Move.RELEASE, reason)
        elif not ch.by.supervisor:
            if ch.case.holder_id == ch.by.person:
                raise BadField("fence", "Name the fence you hold it by.")
            raise Forbidden("Only a supervisor takes a case from its holder.")
        elif ch.standing.state in state.TABLE[Move.REOPEN].origins:
            reopen(ch, "supervisor")
        else:
            put_back(ch, Move.TAKE_BACK, "supervisor")
        return {}

    return change(case_id, by, step)


def put_back(ch: Change, move: Move, reason: str) -> None:
    """Return a case to the queue. Raises Conflict where it is not held."""
    fence = ch.case.fence
    state.to_state(move, ch.standing.state)
    ch.let_go()
    ch.move(move, fence=fence, reason_code=reason)


def expire(ch: Change) -> None:
    """Return a case whose lease ran out; written down as the system's doing."""
    mine, ch.actor = ch.actor, None
    put_back(ch, Move.EXPIRE, "lease_expired")
    ch.actor = mine


def expire_if_lapsed(case_id: str) -> bool:
    """Return a case to the queue if its lease ran out; tell whether it did."""

    def step(ch: Change) -> bool:
        if not ch.standing.lapsed(ch.now):
            return False
        expire(ch)
        return True

    try:
        return change(case_id, None, step)
    except NotFound:
        return False


def reopen(ch: Change, reason: str, *, not_for: Any = None) -> None:
    """Put a decided or closed case back in the queue; its old decision stays as it was made."""
    case = ch.case
    case.reopened += 1
    case.due_at = ch.now + numbers.CLAIM_WITHIN[Level(case.level)]
    case.closed_at = case.confirm_by = case.breached_at = case.escalated_at = None
    case.escalated_to, case.paged, case.effects_pending = "", [], 0
    if not_for is not None:
        case.not_for_id = not_for
    ch.let_go()
    ch.move(Move.REOPEN, reason_code=reason)


def held_by(person: Any, now: datetime) -> list[Case]:
    """Return the cases that a member of staff holds under a lease that runs."""
    rows = Case.objects.filter(state=State.CLAIMED, holder_id=person, lease_until__gt=now)
    return [case for case in rows.order_by("claimed_at") if standing_of(case).held(now)]
