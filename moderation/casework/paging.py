"""Paging staff: on their own stream at once, and by e-mail and web push besides."""

from datetime import datetime
from uuid import UUID, uuid4

from accounts.models import User
from accounts.roles import Role
from moderation.casework import staff
from moderation.models import Case
from moderation.state import Pager, State
from notifications import preferences, reach
from notifications.outgoing import Basis, Outgoing, send_later
from notifications.recipients import Channel, channels
from runtime import clock
from runtime.jobs import enqueue
from streams.commit import Item, write_now
from streams.transaction import Tx

KIND = "page"
ROLES = {Pager.SUPERVISOR: (Role.SUPERVISOR,), Pager.CLINICIAN: (Role.CLINICIAN,)}
GONE_ON = frozenset({State.DECIDED, State.CLOSED})  # nobody is called for what somebody has dealt with


def page_role(case: Case, to: Pager, why: str) -> None:
    """Have everyone of a role paged, in the caller's transaction."""
    _enqueue(case, why, uuid4().hex, role=to.value)


def page_one(case: Case, person: UUID, why: str) -> None:
    """Have one member of staff paged, in the caller's transaction."""
    _enqueue(case, why, uuid4().hex, person=str(person))


def page_on_call(case: Case) -> None:
    """Have the on-call paged because nobody is on duty, in the caller's transaction; once per opening."""
    _enqueue(case, "nobody_on_duty", f"on_call:{case.pk}:{case.reopened}", role=Pager.SUPERVISOR.value)


def _enqueue(case: Case, why: str, mark: str, *, role: str | None = None, person: str | None = None) -> None:
    key = f"page:{mark}"
    enqueue("moderation.page", key=key, case=case.pk, role=role, person=person, why=why, mark=mark)


def deliver(case_id: str, why: str, *, role: str | None, person: str | None, mark: str) -> int:
    """Page whom a job names; return how many. Done twice, it tells nobody twice outside the house."""
    now = clock.now()
    people = [UUID(person)] if person else staff.holders_of(ROLES[Pager(role or "")], now)
    streams = {one: staff.me_of(one) for one in people}

    def write(tx: Tx) -> int:
        case = Case.objects.filter(pk=case_id).first()
        if case is None or State(case.state) in GONE_ON:
            return 0
        for one in people:
            tx.append(streams[one], KIND, {"case": case_id, "why": why})
            _outside(one, f"{case_id}:{why}:{mark}", tx.now)
        return len(people)

    return write_now(Item(tuple(streams.values()), write))


def _outside(person: UUID, key: str, now: datetime) -> None:
    chosen = preferences.chosen_by([person]).get(person, {})
    there = reach.of(User.objects.get(pk=person), now)
    for channel in channels(KIND, chosen):
        if channel is Channel.IN_APP or channel not in there:
            continue
        send_later(
            Outgoing(
                key=f"{KIND}:{key}:{person}",
                kind=KIND,
                person=person,
                channel=channel,
                basis=Basis.OWN,
                due=now,
                recipient=person,
                urgent=True,
            ),
            now,
        )
