"""What moderation does without being asked: clocks, pages, closing, and telling contacts."""

from collections.abc import Callable, Iterable

from moderation.casework import deciding, duty, escalating, notifying, paging, waiting
from moderation.casework.changing import read
from moderation.casework.claiming import expire_if_lapsed
from moderation.models import Case, CaseAct, CaseTalk
from moderation.numbers import TALK_KEPT
from moderation.state import State
from protocol.errors import Conflict, Forbidden, NotFound
from runtime import clock
from runtime.jobs import PermanentFailure, every, job

CLOCKS_S = 5  # the shortest number it keeps is 30 s
AT_ONCE = 200  # cases of one kind in one turn; the rest comes five seconds later


@every(seconds=CLOCKS_S, name="moderation.clocks")
def keep_clocks() -> int:
    """Do what is due: leases, waiting, breaches, confirmations, duty; return how much there was."""
    now = clock.now()
    cases = Case.objects
    lapsed = cases.filter(state=State.CLAIMED, lease_until__lte=now)
    waited = cases.filter(state=State.WAITING, waiting_until__lte=now)
    unconfirmed = cases.filter(state=State.DECIDED, confirm_by__lte=now, confirmed_at=None)
    done = _each(expire_if_lapsed, lapsed.values_list("pk", flat=True)[:AT_ONCE])
    done += _each(waiting.past_deadline, waited.values_list("pk", flat=True)[:AT_ONCE])
    done += _each(deciding.unconfirmed, unconfirmed.values_list("pk", flat=True)[:AT_ONCE])
    done += duty.lapse(now)
    done += _each(escalating.overdue, escalating.overdue_ones(now))
    return done


def _each(act: Callable[[str], bool], case_ids: Iterable[str]) -> int:
    return sum(act(case_id) for case_id in list(case_ids))


@job("moderation.page")
def page(case: str, role: str | None, person: str | None, why: str, mark: str) -> None:
    """Page a role or one member of staff for a case."""
    paging.deliver(case, why, role=role, person=person, mark=mark)


@job("moderation.close")
def close(case: str) -> None:
    """Close a decided case of which every effect is confirmed."""
    deciding.close(case)


@job("moderation.notify")
def notify(case: str, act: str) -> None:
    """Have the contacts told, as it was decided; what cannot be done for good goes to the level above."""
    row = CaseAct.objects.get(pk=act)
    try:
        notifying.notify(read(case), row.by_id, f"{case}:{act}")
    except (Conflict, Forbidden, NotFound) as refused:
        deciding.effect_failed(case, "notify_refused")
        raise PermanentFailure(refused.code) from refused
    deciding.effect_done(case)


@every(seconds=3_600, name="moderation.forget_talk")
def forget_talk() -> int:
    """Empty what moderators and people wrote each other once a case is closed for long; return how many."""
    old = CaseTalk.objects.filter(case__state=State.CLOSED, case__closed_at__lt=clock.now() - TALK_KEPT)
    count = 0
    for row in old.iterator():
        if row.text:
            row.text = ""
            row.save(update_fields=["text"])
            count += 1
    return count
