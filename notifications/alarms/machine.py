"""An alarm as a state machine. Pure: `now` is an argument, and a decision is returned as a `Change`.

An alarm sounds when it is raised and again and again until somebody answers; every so often the next contact
is called. Who acknowledges it takes it on until its cause ends; who snoozes it quietens it for everyone.
State is a fold of the changes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from notifications.alarms.numbers import SAME_SNOOZE, Pace
from protocol.errors import Conflict


class State(StrEnum):
    """Where an alarm stands, and the word that tells it."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    ESCALATED = "escalated"
    CLEARED = "cleared"


SOUNDING: Final = frozenset({State.RAISED, State.ESCALATED})
ANSWERED: Final = frozenset({State.ACKNOWLEDGED, State.SNOOZED})

_ANY: Final = frozenset(State)
# What may follow what; an absent cell is a change that is not made.
MAY: Final[Mapping[State, frozenset[State]]] = MappingProxyType(
    {
        State.RAISED: _ANY,
        State.ESCALATED: _ANY,
        State.SNOOZED: _ANY - {State.ESCALATED},
        State.ACKNOWLEDGED: frozenset({State.CLEARED}),
        State.CLEARED: frozenset(),
    }
)


@dataclass(frozen=True)
class Change:
    """One thing that happened to an alarm: what it is from then on. `actor` is a member of a circle."""

    state: State
    at: datetime
    actor: UUID | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Alarm:
    """An alarm after all its changes.

    `sounded` counts soundings since it was last quiet; `called_at` is when somebody was last called; `actor`
    is who answered, and `until` when a snooze is over.
    """

    state: State
    raised_at: datetime
    sounded_at: datetime
    called_at: datetime
    sounded: int = 1
    actor: UUID | None = None
    until: datetime | None = None
    changes: int = 1


def fold(changes: Iterable[Change]) -> Alarm:
    """Return what an alarm's changes come to, in their order. Raises `ValueError` for none or a wrong one."""
    alarm = None
    for change in changes:
        alarm = step(alarm, change)
    if alarm is None:
        raise ValueError("an alarm begins by being raised")
    return alarm


def step(alarm: Alarm | None, change: Change) -> Alarm:
    """Return the alarm after one more change. Raises `ValueError` for one that cannot follow."""
    at = change.at
    if alarm is None:
        if change.state is not State.RAISED:
            raise ValueError("an alarm begins by being raised")
        return Alarm(State.RAISED, at, at, at)
    if change.state not in MAY[alarm.state]:
        raise ValueError(f"{change.state} cannot follow {alarm.state}")
    after = replace(
        alarm, state=change.state, actor=change.actor, until=change.until, changes=alarm.changes + 1
    )
    match change.state:
        case State.ESCALATED:
            return replace(after, sounded_at=at, called_at=at, sounded=alarm.sounded + 1)
        case State.RAISED if alarm.state is State.SNOOZED:
            return replace(after, sounded_at=at, called_at=at, sounded=1)
        case State.RAISED:
            return replace(after, sounded_at=at, sounded=alarm.sounded + 1)
        case State.CLEARED:
            return replace(after, actor=None, until=None)
    return after


def repeats_at(alarm: Alarm, pace: Pace) -> datetime | None:
    """Return when it sounds again if nobody answers; None if it does not."""
    after = pace.repeats[min(alarm.sounded, len(pace.repeats)) - 1]
    return alarm.sounded_at + after if alarm.state in SOUNDING else None


def escalates_at(alarm: Alarm, pace: Pace, someone_left: bool) -> datetime | None:
    """Return when the next contact will be called if nobody answers; None if nobody will be."""
    return alarm.called_at + pace.escalates if someone_left and alarm.state in SOUNDING else None


def due(alarm: Alarm, pace: Pace, ends_at: datetime | None, someone_left: bool) -> datetime | None:
    """Return when something is to be done next by the clock; None for nothing.

    `ends_at` is when its cause ends by itself; `someone_left`, whether a contact was not called yet.
    """
    if alarm.state is State.CLEARED:
        return None
    moments = [ends_at, escalates_at(alarm, pace, someone_left), repeats_at(alarm, pace), alarm.until]
    return min((one for one in moments if one is not None), default=None)


def tick(
    alarm: Alarm, pace: Pace, ends_at: datetime | None, someone_left: bool, now: datetime
) -> Change | None:
    """Return what the clock does to the alarm at `now`: at most one change, however late one looks."""
    if alarm.state is State.CLEARED:
        return None
    if ends_at is not None and now >= ends_at:
        return Change(State.CLEARED, now)
    calls_at = escalates_at(alarm, pace, someone_left)
    if calls_at is not None and now >= calls_at:
        return Change(State.ESCALATED, now)
    sounds_at = repeats_at(alarm, pace) or alarm.until  # only what is snoozed has an `until`
    return Change(State.RAISED, now) if sounds_at is not None and now >= sounds_at else None


def acknowledge(alarm: Alarm, actor: UUID, now: datetime) -> Change | None:
    """Return the change by which somebody takes it on; None where somebody has, or where it is over."""
    if State.ACKNOWLEDGED not in MAY[alarm.state]:
        return None
    return Change(State.ACKNOWLEDGED, now, actor)


def snooze(alarm: Alarm, actor: UUID, until: datetime, now: datetime) -> Change | None:
    """Return the change by which somebody quietens it; None where it is quiet for as long already.

    A snooze is never made shorter. Raises Conflict where there is nothing to quieten.
    """
    if State.SNOOZED not in MAY[alarm.state]:
        over = alarm.state is State.CLEARED
        raise Conflict("This alarm is over." if over else "Somebody has taken this alarm on.")
    if alarm.until is not None and alarm.until >= until - SAME_SNOOZE:
        return None
    return Change(State.SNOOZED, now, actor, until)


def end(alarm: Alarm, now: datetime) -> Change | None:
    """Return the change by which it is over; None where it is."""
    return Change(State.CLEARED, now) if State.CLEARED in MAY[alarm.state] else None
