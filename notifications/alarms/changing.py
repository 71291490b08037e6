"""Writing one change of an alarm: its row, its log and its news, in the caller's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from notifications import ports
from notifications.alarms import calling, machine
from notifications.alarms.calling import Callee
from notifications.alarms.machine import SOUNDING, Change, State
from notifications.alarms.models import Alarm, AlarmChange
from notifications.alarms.numbers import CALM, URGENT, Pace
from notifications.announce import Happening, announce
from runtime import clock


@dataclass(frozen=True)
class Subject:
    """What an alarm is about, as it is kept sealed.

    `cause` is a word, perhaps with a part of its own behind a colon; `fields` what a viewer may see; `keys`
    what has raised it; `called`, who was called. One that is not `urgent` presses less and heeds quiet hours.
    """

    cause: str
    category: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    urgent: bool = True

    @property
    def pace(self) -> Pace:
        """How it presses while nobody answers."""
        return URGENT if self.urgent else CALM

    def kept(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "cause": self.cause,
            "category": self.category,
            "fields": dict(self.fields),
            "keys": list(self.keys),
            "called": list(self.called),
            "urgent": self.urgent,
        }


def subject_of(row: Alarm) -> Subject:
    """Return what an alarm is about."""
    body = row.body
    return Subject(
        body["cause"],
        body["category"],
        body["fields"],
        tuple(body["keys"]),
        tuple(body["called"]),
        body["urgent"],
    )


def standing(row: Alarm) -> machine.Alarm:
    """Return the alarm as its row says that it stands."""
    return machine.Alarm(
        state=State(row.state),
        raised_at=row.raised_at,
        sounded_at=row.sounded_at,
        called_at=row.called_at,
        sounded=row.sounded,
        actor=row.actor,
        until=row.until,
        changes=row.changes,
    )


def logged(alarm: UUID) -> list[Change]:
    """Return an alarm's log, oldest first; folded it is what the row says."""
    rows = AlarmChange.objects.filter(alarm=alarm).order_by("n")
    return [Change(State(row.state), row.at, row.actor, row.until) for row in rows]


def begin(row: Alarm) -> None:
    """Log and tell that an alarm was raised; its row was just made."""
    callees = _callees(row, row.raised_at)
    _call(row, [one for one in callees if one.user and not one.contact][:1], row.raised_at)
    row.due_at = _due(row, callees)
    row.save(update_fields=["body", "due_at"])
    _write(row, Change(State.RAISED, row.raised_at), None, callees)


def apply(row: Alarm, change: Change, *, by: UUID | None = None) -> None:
    """Change an alarm, whose row is locked; `by` is the user who did it."""
    callees = _callees(row, change.at)
    if change.state is State.ESCALATED:
        _call(row, calling.left(callees, subject_of(row).called)[:1], change.at)
    after = machine.step(standing(row), change)
    row.state, row.sounded_at, row.called_at = after.state, after.sounded_at, after.called_at
    row.sounded, row.actor, row.until, row.changes = after.sounded, after.actor, after.until, after.changes
    row.cleared_at = change.at if after.state is State.CLEARED else None
    row.due_at = _due(row, callees)
    row.save()
    _write(row, change, by, callees)


def touch(row: Alarm, now: datetime) -> None:
    """Keep what a new reading changed of what an alarm is about; that is no change of where it stands."""
    row.due_at = _due(row, _callees(row, now))
    row.save(update_fields=["body", "ends_at", "due_at"])


def _callees(row: Alarm, now: datetime) -> list[Callee]:
    return calling.in_order(row.person_id, subject_of(row).category, now)


def _call(row: Alarm, called: list[Callee], now: datetime) -> None:
    """Note who is called; a contact outside the circles is asked to check in at once."""
    subject = subject_of(row)
    for one in called:
        if one.contact:
            ports.check_in(row.person_id, one.contact, f"alarm:{row.pk}:{one.contact}", now)
    body = subject.kept()
    body["called"] = [*subject.called, *(one.key for one in called)]
    row.body = body


def _due(row: Alarm, callees: list[Callee]) -> datetime | None:
    subject = subject_of(row)
    left = bool(calling.left(callees, subject.called))
    return machine.due(standing(row), subject.pace, row.ends_at, left)


def _write(row: Alarm, change: Change, by: UUID | None, callees: list[Callee]) -> None:
    AlarmChange.objects.create(
        alarm=row.pk, n=row.changes, at=change.at, state=change.state, actor=change.actor, until=change.until
    )
    subject = subject_of(row)
    loud = calling.users_among(callees, subject.called) if change.state in SOUNDING else frozenset[UUID]()
    if change.state is State.ESCALATED:
        loud |= {row.person_id}  # who can say best that all is well
    announce(
        Happening(
            kind="alarm",
            person=row.person_id,
            category=subject.category,
            fields=_shown(row, change, callees),
            key=f"alarm:{row.pk}:{row.changes}",
            urgent=subject.urgent,
            tell_person=True,
            by=by,
            loud=loud,
        )
    )


def _shown(row: Alarm, change: Change, callees: list[Callee]) -> dict[str, Any]:
    """Return what an event carries: once it is over, nothing of what it was about."""
    subject = subject_of(row)
    fields: dict[str, Any] = {
        "alarm": str(row.pk),
        "state": str(change.state),
        "cause": subject.cause.partition(":")[0],
        "raised_at": clock.rfc3339(row.raised_at),
    }
    if change.state is not State.CLEARED:
        fields |= subject.fields
    if change.until is not None:
        fields["until"] = clock.rfc3339(change.until)
    someone_left = bool(calling.left(callees, subject.called))
    if next_at := machine.escalates_at(standing(row), subject.pace, someone_left):
        fields["next_at"] = clock.rfc3339(next_at)
    return fields
