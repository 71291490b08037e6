"""What every change of a case goes through: its streams, its row under a lock, the rules, the record.

The queue's stream is locked first, so that changes of cases come one after the other and the queue tells of
them in the order in which they happened.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from accounts import sealed
from accounts.principals import Principal, me_stream
from moderation import ports, state
from moderation.cases import case_wire, queue_stream
from moderation.casework import record, staff
from moderation.models import Case, CaseEvent
from moderation.state import Actor, Move, Standing, State
from protocol.errors import NotFound
from streams import log
from streams.commit import Item, write_now
from streams.refs import StreamRef
from streams.transaction import Tx

T = TypeVar("T")


@dataclass
class Change:
    """A case in the transaction that changes it. `actor` is None for the system."""

    tx: Tx
    case: Case
    actor: Actor | None

    @property
    def now(self) -> datetime:
        """The transaction's time."""
        return self.tx.now

    @property
    def by(self) -> Actor:
        """Whoever of the staff does it."""
        assert self.actor is not None
        return self.actor

    @property
    def standing(self) -> Standing:
        """The case as rules see it."""
        return standing_of(self.case)

    def check_fence(self, fence: int) -> None:
        """Raise OffDuty or StaleFence unless the actor may write under this fence."""
        state.check_fence(self.by, self.standing, fence, self.now)

    def note(self, kind: str, **said: Any) -> CaseEvent:
        """Add a line to the record."""
        return record.write(self.case, kind, self.now, actor=self.actor, **said)

    def move(self, move: Move, **said: Any) -> CaseEvent:
        """Move the case, write it down and tell the queue. Raises Conflict. Set the other fields before."""
        before = State(self.case.state)
        self.case.state = state.to_state(move, before).value
        line = self.note(
            state.TABLE[move].event, from_state=before.value, to_state=str(self.case.state), **said
        )
        self.tell_queue(state.TABLE[move].event)
        return line

    def tell_queue(self, kind: str) -> None:
        """Say on the queue how the case now stands."""
        self.tx.append(queue_stream(), kind, {"case": case_wire(self.case)})

    def let_go(self) -> None:
        """Nobody holds the case any more."""
        self.case.holder = None
        self.case.holder_name = ""
        self.case.lease_until = None
        self.case.waiting_for = ""
        self.case.waiting_on = None
        self.case.waiting_until = None
        self.case.snoozed_until = None


def standing_of(case: Case) -> Standing:
    """Return a case as rules see it."""
    return Standing(
        state=State(case.state),
        fence=case.fence,
        holder=case.holder_id,
        holder_name=case.holder_name,
        lease_until=case.lease_until,
        waiting_until=case.waiting_until,
        not_for=case.not_for_id,
        by_breach=case.escalated_at is not None and case.escalated_at == case.breached_at,
    )


def locked(case_id: str, seen_by: Actor | None = None) -> Case:
    """Return a case with its row locked. Raises NotFound, also for who may not see it."""
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None or (seen_by is not None and not state.may_see(seen_by, standing_of(case))):
        raise NotFound
    return case


def change(
    case_id: str,
    by: Principal | None,
    step: Callable[[Change], T],
    *,
    streams: tuple[StreamRef, ...] = (),
) -> T:
    """Make one change of a case in a transaction of its own; None for `by` is the system.

    `streams` are those it appends to besides the queue's. What `step` changed of the case is saved.
    """
    return write_now(Item((queue_stream(), *streams), partial(_change, case_id, by, step)))


def _change(case_id: str, by: Principal | None, step: Callable[[Change], T], tx: Tx) -> T:
    actor = staff.actor(by, tx.now) if by is not None else None
    # A clinician's escalation or claim of a case they cannot see is no case at all to them.
    changing = Change(tx, locked(case_id, actor), actor)
    outcome = step(changing)
    changing.case.save()
    return outcome


def room_of(case: Case) -> StreamRef | None:
    """Return the stream of a case's room; None where the room is gone. Synchronous."""
    return log.get(case.stream_name)


def person_of(case: Case) -> UUID | None:
    """Return whose member a case is about, for the server's own work; None where they were erased."""
    try:
        return sealed.person_of(case.member_id)
    except sealed.UnknownMember:
        return None


def persons_me(case: Case) -> StreamRef | None:
    """Return the own stream of the person a case is about; None where they were erased."""
    person = person_of(case)
    return log.ensure(me_stream(person, "chat")) if person is not None else None


def streams_around(case: Case) -> tuple[StreamRef, ...]:
    """Return what an action on a case's member may append to, besides the queue."""
    room = room_of(case)
    found: tuple[StreamRef, ...] = ()
    if room is not None:
        try:
            found = ports.room_actions().streams_of(room, case.member_id)
        except NotFound:
            found = (room,)
    me = persons_me(case)
    return found if me is None or me in found else (*found, me)


def read(case_id: str) -> Case:
    """Return a case as it is, without a lock. Raises NotFound."""
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise NotFound
    return case


def words(detail: Mapping[str, Any]) -> dict[str, Any]:
    """Return a detail without what is None."""
    return {name: value for name, value in detail.items() if value is not None}
