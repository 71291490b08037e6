"""Where a case stands, who may move it, what a moderator can do about it, and when somebody is paged. Pure.

Every rule is a row of a table; what I/O there is asks here first and then writes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from moderation import numbers
from moderation.policy.verdict import Level
from protocol.errors import AlreadyClaimed, Conflict, Forbidden, OffDuty, StaleFence


class State(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    WAITING = "waiting"
    ESCALATED = "escalated"
    DECIDED = "decided"
    CLOSED = "closed"


class Who(StrEnum):
    """Who can be the mover of a case."""

    ON_DUTY = "on_duty"  # a moderator on duty
    HOLDER = "holder"  # by the fence they hold
    MODERATOR = "moderator"  # any, holding nothing
    SUPERVISOR = "supervisor"
    CLINICIAN = "clinician"
    SYSTEM = "system"


class Move(StrEnum):
    """What can happen to a case."""

    CLAIM = "claim"
    CLAIM_ESCALATED = "claim_escalated"
    RELEASE = "release"
    EXPIRE = "expire"  # the lease ran out
    TAKE_BACK = "take_back"  # a supervisor puts it back
    WAIT = "wait"
    RESUME = "resume"  # a reply or the deadline; to its holder, on duty
    RETURN = "return"  # the same, its holder not on duty
    ESCALATE = "escalate"
    BREACH = "breach"  # nobody claimed it in time
    DECIDE = "decide"
    CLOSE = "close"
    FAIL = "fail"  # its effects failed for good, or nobody confirmed
    REOPEN = "reopen"  # a new flag, an appeal, a supervisor


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table: from where, to where, who, and the queue's event that tells of it."""

    origins: frozenset[State]
    to: State
    who: frozenset[Who]
    event: str


def _step(origins: Iterable[State], to: State, who: Iterable[Who], event: str) -> Step:
    return Step(frozenset(origins), to, frozenset(who), f"case.{event}")


_LIVE = (State.OPEN, State.CLAIMED, State.WAITING)
_DONE = (State.DECIDED, State.CLOSED)

TABLE: Final[Mapping[Move, Step]] = MappingProxyType(
    {
        Move.CLAIM: _step([State.OPEN], State.CLAIMED, [Who.ON_DUTY], "claimed"),
        Move.CLAIM_ESCALATED: _step(
            [State.ESCALATED], State.CLAIMED, [Who.SUPERVISOR, Who.CLINICIAN], "claimed"
        ),
        Move.RELEASE: _step([State.CLAIMED], State.OPEN, [Who.HOLDER], "released"),
        Move.EXPIRE: _step([State.CLAIMED], State.OPEN, [Who.SYSTEM], "released"),
        Move.TAKE_BACK: _step([State.CLAIMED, State.WAITING], State.OPEN, [Who.SUPERVISOR], "released"),
        Move.WAIT: _step([State.CLAIMED], State.WAITING, [Who.HOLDER], "waiting"),
        Move.RESUME: _step([State.WAITING], State.CLAIMED, [Who.SYSTEM], "claimed"),
        Move.RETURN: _step([State.WAITING], State.OPEN, [Who.SYSTEM], "released"),
        Move.ESCALATE: _step(_LIVE, State.ESCALATED, [Who.MODERATOR, Who.HOLDER], "escalated"),
        Move.BREACH: _step(_LIVE, State.ESCALATED, [Who.SYSTEM], "escalated"),
        Move.DECIDE: _step([State.CLAIMED], State.DECIDED, [Who.HOLDER], "decided"),
        Move.CLOSE: _step([State.DECIDED], State.CLOSED, [Who.SYSTEM], "closed"),
        Move.FAIL: _step([State.DECIDED], State.ESCALATED, [Who.SYSTEM], "escalated"),
        Move.REOPEN: _step(_DONE, State.OPEN, [Who.SYSTEM, Who.SUPERVISOR], "reopened"),
    }
)


def to_state(move: Move, state: State) -> State:
    """Return the state after a move. Raises Conflict where it is not made from there."""
    step = TABLE[move]
    if state not in step.origins:
        raise Conflict(f"A case that is {state} cannot be {_SAID[move]}.")
    return step.to


_SAID: Final = MappingProxyType(
    {
        Move.CLAIM: "claimed", Move.CLAIM_ESCALATED: "claimed", Move.RELEASE: "released",
        Move.EXPIRE: "released", Move.TAKE_BACK: "taken back", Move.WAIT: "set to wait",
        Move.RESUME: "resumed", Move.RETURN: "returned", Move.ESCALATE: "escalated",
        Move.BREACH: "escalated", Move.DECIDE: "decided", Move.CLOSE: "closed", Move.FAIL: "escalated",
        Move.REOPEN: "reopened",
    }
)  # fmt: skip


# -- who ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of staff, as much of them as rules ask for."""

    person: UUID
    name: str
    moderator: bool = False
    supervisor: bool = False
    clinician: bool = False
    on_duty: bool = False

    @property
    def role(self) -> str:
        """The word for the record: the strongest role they have here."""
        return "supervisor" if self.supervisor else "moderator" if self.moderator else "clinician"


@dataclass(frozen=True, slots=True)
class Standing:
    """A case, as much of it as rules ask for."""

    state: State
    fence: int = 0
    holder: UUID | None = None
    holder_name: str = ""
    lease_until: datetime | None = None
    waiting_until: datetime | None = None
    not_for: UUID | None = None
    by_breach: bool = False  # escalated by the clock and by nobody

    def held(self, now: datetime) -> bool:
        """Whether somebody holds it under a lease that runs."""
        return (
            self.state is State.CLAIMED
            and self.holder is not None
            and self.lease_until is not None
            and now < self.lease_until
        )

    def lapsed(self, now: datetime) -> bool:
        """Whether a lease ran out that nobody has taken away yet."""
        return self.state is State.CLAIMED and not self.held(now)


def may_see(actor: Actor, case: Standing) -> bool:
    """Return whether the actor may look at a case: a clinician at escalated ones, and at what they hold."""
    if actor.moderator:
        return True
    return actor.clinician and (case.state is State.ESCALATED or case.holder == actor.person)


def claim_by(actor: Actor, case: Standing, now: datetime, *, others: bool = True) -> Move:
    """Return how the actor may claim a case now.

    `others` says whether a supervisor or clinician is on duty: where the clock escalated a case and none is,
    a moderator may take it, because a rule that leaves nobody would leave the person alone.
    Raises OffDuty, Forbidden, AlreadyClaimed, Conflict.
    """
    if actor.moderator and not actor.on_duty:
        raise OffDuty
    if case.not_for == actor.person:
        raise Forbidden("This case goes to somebody else: you have decided it before.")
    if case.held(now):
        raise AlreadyClaimed(case.holder_name, case.lease_until)
    if case.state is State.WAITING:
        if case.holder == actor.person:
            return Move.RESUME
        raise AlreadyClaimed(case.holder_name, case.waiting_until)
    if case.state is State.ESCALATED:
        if actor.supervisor or actor.clinician or (case.by_breach and not others):
            return Move.CLAIM_ESCALATED
        raise Forbidden("This case was handed to the level above.")
    if not actor.moderator:
        raise Forbidden("Clinicians take escalated cases.")
    if case.state is State.OPEN or case.lapsed(now):
        return Move.CLAIM
    raise Conflict("This case is decided.")


def check_fence(actor: Actor, case: Standing, fence: int, now: datetime) -> None:
    """Raise StaleFence unless the actor holds the case, now and by this very fence."""
    if not case.held(now) or case.holder != actor.person or case.fence != fence:
        raise StaleFence


# -- what can be done --------------------------------------------------------------------------


class Action(StrEnum):
    """What a moderator can do about a case."""

    NONE = "none"
    CARD = "card"
    WRITE = "write"
    HOLD = "hold"
    RELEASE = "release"
    RETRACT = "retract"
    RESTORE = "restore"
    SLOW_MODE = "slow_mode"
    MUTE = "mute"
    REMOVE = "remove"
    SUSPEND = "suspend"
    NOTIFY = "notify"
    ASK_CONSENT = "ask_consent"
    PRIVATE_ROOM = "private_room"
    HAND_OVER = "hand_over"
    SECOND_OPINION = "second_opinion"
    FALSE_POSITIVE = "false_positive"
    WRONG_LEVEL = "wrong_level"
    MISSED_EARLIER = "missed_earlier"


class Inverse(StrEnum):
    """What undoes an action."""

    NOTHING = "nothing"  # it is not undone: what was said is said
    UNHOLD = "unhold"
    RETRACT = "retract"
    RESTORE = "restore"
    FORMER_PACE = "former_pace"
    UNMUTE = "unmute"
    READMIT = "readmit"
    UNSUSPEND = "unsuspend"
    FORMER_LABEL = "former_label"


@dataclass(frozen=True, slots=True)
class Deed:
    """What an action is: its inverse, what it asks for, and whether its person is told why.

    `grave` ones cannot be undone and bear on somebody: they need a reason in one's own words.
    """

    inverse: Inverse = Inverse.NOTHING
    messages: bool = False
    text: bool = False
    grave: bool = False
    lasts: timedelta | None = None  # where no `until` is given; None: until undone, or it takes none
    told: bool = False  # its person gets a statement of reasons, and may appeal


DEEDS: Final[Mapping[Action, Deed]] = MappingProxyType(
    {
        Action.NONE: Deed(),
        Action.CARD: Deed(),
        Action.WRITE: Deed(text=True),
        Action.HOLD: Deed(Inverse.UNHOLD, told=True),
        Action.RELEASE: Deed(Inverse.RETRACT, messages=True),
        Action.RETRACT: Deed(Inverse.RESTORE, messages=True, told=True),
        Action.RESTORE: Deed(Inverse.RETRACT, messages=True),
        Action.SLOW_MODE: Deed(Inverse.FORMER_PACE),
        Action.MUTE: Deed(Inverse.UNMUTE, lasts=numbers.MUTE_LASTS, told=True),
        Action.REMOVE: Deed(Inverse.READMIT, lasts=numbers.REMOVAL_LASTS, told=True),
        Action.SUSPEND: Deed(Inverse.UNSUSPEND, told=True),
        Action.NOTIFY: Deed(grave=True),
        Action.ASK_CONSENT: Deed(),
        Action.PRIVATE_ROOM: Deed(),
        Action.HAND_OVER: Deed(),
        Action.SECOND_OPINION: Deed(),
        Action.FALSE_POSITIVE: Deed(Inverse.FORMER_LABEL),
        Action.WRONG_LEVEL: Deed(Inverse.FORMER_LABEL),
        Action.MISSED_EARLIER: Deed(Inverse.FORMER_LABEL),
    }
)
# What a case can be decided with: not with what only makes sense while one goes on holding it.
DECIDING: Final = frozenset(Action) - {Action.HAND_OVER, Action.SECOND_OPINION, Action.ASK_CONSENT}


def needs_second(level: Level) -> bool:
    """Return whether a decision at this level waits for a second moderator's word."""
    return level is Level.L4


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that waits for its second person."""

    by: UUID | None
    action: str
    confirm_by: datetime | None
    confirmed: bool


def check_confirm(actor: Actor, state: State, decided: Decided, action: str, now: datetime) -> None:
    """Raise unless the actor may confirm the decision with this action: another moderator, in time."""
    if not actor.on_duty:
        raise OffDuty
    if state is not State.DECIDED or decided.confirm_by is None or decided.confirmed:
        raise Conflict("There is no decision here that waits for a second person.")
    if decided.by == actor.person:
        raise Forbidden("A second moderator confirms; you have decided this.")
    if decided.action != action:
        raise Conflict("Confirm the very action that was decided.")
    if now >= decided.confirm_by:
        raise Conflict("The time to confirm this is over.")


# -- clocks ------------------------------------------------------------------------------------


def place(
    level: Level, due_at: datetime, opened_at: datetime, now: datetime
) -> tuple[int, datetime, datetime]:
    """Return a case's place in the queue, the least first: level, then time left, then age.

    No threshold hides a case. One whose level pages nobody rises by a level when its time is over.
    """
    return (-urgency(level, overdue=now >= due_at), due_at, opened_at)


def urgency(level: Level, *, overdue: bool) -> int:
    """Return the rank a level has in the queue."""
    return Level.L3.rank if overdue and level in RISES else level.rank


RISES: Final = frozenset({Level.L2})


class Pager(StrEnum):
    """Whom a case that nobody takes is brought to."""

    SUPERVISOR = "supervisor"
    CLINICIAN = "clinician"


def pagers(level: Level, due_at: datetime, now: datetime) -> tuple[Pager, ...]:
    """Return who should have been paged by now for a case that nobody has claimed."""
    if level is Level.L4:
        began = due_at - numbers.CLAIM_WITHIN[Level.L4]
        found = []
        if now >= began + numbers.PAGE_SUPERVISOR_AFTER:
            found.append(Pager.SUPERVISOR)
        if now >= began + numbers.PAGE_CLINICIAN_AFTER:
            found.append(Pager.CLINICIAN)
        return tuple(found)
    if level in (Level.L3, Level.H) and now >= due_at:
        return (Pager.SUPERVISOR,)
    return ()


def above(actor: Actor | None, already: str) -> Pager:
    """Return the level above: whom an escalation goes to. None is the system."""
    if already or (actor is not None and actor.supervisor):
        return Pager.CLINICIAN
    return Pager.SUPERVISOR


@dataclass(frozen=True, slots=True)
class Presence:
    """When a member of staff was last seen, while on duty."""

    on: bool
    socket_seen_at: datetime | None
    http_seen_at: datetime | None


def is_on_duty(seen: Presence, now: datetime) -> bool:
    """Return whether somebody who went on duty still is: a closed laptop is not."""
    if not seen.on:
        return False
    by_socket = seen.socket_seen_at is not None and now - seen.socket_seen_at < numbers.DUTY_AFTER_SOCKET
    by_http = seen.http_seen_at is not None and now - seen.http_seen_at < numbers.DUTY_AFTER_HTTP
    return by_socket or by_http
