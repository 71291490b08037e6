"""Doing something about a case and going on holding it, and undoing the last thing done."""

from functools import partial
from typing import Any

from accounts.principals import Principal
from moderation import numbers
from moderation.casework import effects, notifying, paging, staff, telling
from moderation.casework.changing import Change, change, read, streams_around, words
from moderation.casework.claiming import on_duty, put_back
from moderation.casework.effects import Given
from moderation.models import CaseAct
from moderation.state import DEEDS, Action, Move
from protocol.errors import BadField, Conflict
from runtime import clock

# A room apart from others for a member and a moderator is not built yet: it is refused, and not pretended.
AT_HAND = frozenset(Action) - {Action.PRIVATE_ROOM}


def parsed(action: str, allowed: frozenset[Action] = frozenset(Action)) -> Action:
    """Return the action of that word. Raises BadField."""
    if action not in {one.value for one in allowed & AT_HAND}:
        raise BadField("action", "Must be one of the actions.")
    return Action(action)


def act(case_id: str, fence: int, given: Given, by: Principal) -> dict[str, Any]:
    """Do something about a case one holds. Raises OffDuty, NotFound, StaleFence, BadField, Conflict."""
    case = read(case_id)
    effects.check(given)
    if given.action is Action.NOTIFY:
        change(case_id, by, partial(_may, fence=fence))
        notifying.notify(case, by.person_id, f"{case_id}:{fence}")
    return change(case_id, by, partial(_act, fence=fence, given=given), streams=streams_around(case))


def _may(ch: Change, *, fence: int) -> None:
    on_duty(ch.by)
    ch.check_fence(fence)


def _act(ch: Change, *, fence: int, given: Given) -> dict[str, Any]:
    _may(ch, fence=fence)
    if given.action is Action.HAND_OVER:
        return _hand_over(ch, given)
    messages, former = effects.run(ch, given)
    do_note(ch, given, messages, former, decided=False)
    ch.case.lease_until = ch.now + numbers.LEASE  # whoever acts is there
    ch.tell_queue("case.updated")
    return {"lease_until": clock.rfc3339(ch.case.lease_until)}


def do_note(
    ch: Change, given: Given, messages: tuple[str, ...], former: dict[str, Any], *, decided: bool
) -> CaseAct:
    """Write down what was done, keep what undoing needs, and tell its person why where they must know."""
    line = ch.note(
        "case.acted",
        fence=ch.case.fence,
        from_state=str(ch.case.state),
        reason_code=given.action.value,
        reason=given.reason or "",
        detail=words(
            {
                "action": given.action.value,
                "messages": list(messages),
                "until": clock.rfc3339(given.until) if given.until else None,
                "to": given.to,
            }
        ),
    )
    row = CaseAct.objects.create(
        case=ch.case,
        n=line.n,
        action=given.action.value,
        messages=list(messages),
        former=former,
        by_id=ch.by.person,
        decided=decided,
        at=ch.now,
    )
    if DEEDS[given.action].told:
        telling.tell_why(ch, row, given)
    return row


def _hand_over(ch: Change, given: Given) -> dict[str, Any]:
    """Put the case back, for somebody named or for anyone; no reason is asked for."""
    if given.to is not None:
        paging.page_one(ch.case, staff.named(given.to).pk, "hand_over")
    put_back(ch, Move.RELEASE, "hand_over")
    return {}


def undo(case_id: str, fence: int, by: Principal) -> dict[str, Any]:
    """Undo the last act on a case one holds. Raises OffDuty, NotFound, StaleFence, Conflict."""
    case = read(case_id)
    return change(case_id, by, partial(_undo, fence=fence), streams=streams_around(case))


def _undo(ch: Change, *, fence: int) -> dict[str, Any]:
    _may(ch, fence=fence)
    last = CaseAct.objects.filter(case=ch.case, undone_at=None).order_by("-n").first()
    if last is None:
        raise Conflict("There is nothing to undo.")
    take_back(ch, last)
    ch.tell_queue("case.updated")
    return {"action": last.action}


def take_back(ch: Change, act: CaseAct) -> None:
    """Undo one act and write it down. Raises Conflict for what cannot be undone."""
    effects.undo(ch, Action(act.action), act.messages, act.former)
    act.undone_at = ch.now
    act.save(update_fields=["undone_at"])
    detail = {"action": act.action, "line": act.n, "messages": list(act.messages)}
    ch.note("case.undone", fence=ch.case.fence, detail=detail, from_state=str(ch.case.state))
