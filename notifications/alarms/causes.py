"""Raising an alarm and ending its cause, in the transaction of whatever made it so."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from notifications.alarms import changing, machine
from notifications.alarms.changing import Subject
from notifications.alarms.machine import State
from notifications.alarms.models import Alarm
from notifications.alarms.numbers import KEYS_KEPT
from runtime.keyring import keyed_hash


def raise_alarm(
    person: UUID,
    cause: str,
    category: str,
    key: str,
    fields: Mapping[str, Any],
    now: datetime,
    *,
    lasts: timedelta | None = None,
    urgent: bool = True,
) -> UUID | None:
    """Raise the alarm of a cause in the caller's transaction; return its id, None where it was told before.

    One that is open stays as it stands: a new reading neither ends a snooze nor wakes who has acknowledged.
    `key` names the reading: one that raised an alarm which ran out raises no other. With `lasts` the cause
    ends by itself so long after its last reading. `fields` are what a viewer of `category` may see. One that
    is not `urgent` sounds once a day and heeds quiet hours.
    """
    row = _open(person, cause)
    if row is None:
        if _ran_out_with(person, cause, key):
            return None
        made = _made(person, Subject(cause, category, fields, (key,), urgent=urgent), now, lasts)
        # Of two workers at once, one's row stays; the other waits for its commit and finds it.
        Alarm.objects.bulk_create([made], ignore_conflicts=True)
        row = _open(person, cause)
        if row is None:
            return None  # raised and over, both meanwhile
        if row.pk == made.pk:
            changing.begin(row)
            return row.pk
    _read_again(row, key, fields, now, lasts)
    return row.pk


def update(person: UUID, cause: str, fields: Mapping[str, Any], now: datetime) -> None:
    """Change what a viewer may see of an alarm that is open; raises none."""
    row = _open(person, cause)
    if row is not None:
        row.body = replace(changing.subject_of(row), fields=fields).kept()
        changing.touch(row, now)


def cause_ended(person: UUID, cause: str, now: datetime) -> bool:
    """Clear the alarm of a cause that is no more in the caller's transaction; return whether one was open."""
    row = _open(person, cause)
    change = machine.end(changing.standing(row), now) if row else None
    if row is None or change is None:
        return False
    changing.apply(row, change)
    return True


def _open(person: UUID, cause: str) -> Alarm | None:
    found = Alarm.objects.select_for_update().filter(cause_hash=_hash(person, cause), cleared_at=None)
    return found.first()


def _hash(person: UUID, cause: str) -> str:
    return keyed_hash("alarm", str(person), cause)


def _made(person: UUID, subject: Subject, now: datetime, lasts: timedelta | None) -> Alarm:
    return Alarm(
        id=uuid4(),
        person_id=person,
        cause_hash=_hash(person, subject.cause),
        body=subject.kept(),
        state=State.RAISED,
        raised_at=now,
        sounded_at=now,
        called_at=now,
        ends_at=now + lasts if lasts else None,
    )


def _ran_out_with(person: UUID, cause: str, key: str) -> bool:
    """Return whether an alarm that this reading raised ran out. One that was ended may be raised again."""
    rows = Alarm.objects.filter(cause_hash=_hash(person, cause), cleared_at__isnull=False)
    ran_out = [row for row in rows if row.ends_at and row.cleared_at and row.cleared_at >= row.ends_at]
    return any(key in changing.subject_of(row).keys for row in ran_out)


def _read_again(
    row: Alarm, key: str, fields: Mapping[str, Any], now: datetime, lasts: timedelta | None
) -> None:
    subject = changing.subject_of(row)
    new = key not in subject.keys
    keys = (*subject.keys, key)[-KEYS_KEPT:] if new else subject.keys
    row.body = replace(subject, fields=fields, keys=keys).kept()
    if lasts and new:
        row.ends_at = now + lasts
    changing.touch(row, now)
