"""What the clock does to alarms: sounding again, calling the next, waking after a snooze, running out."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from notifications.alarms import calling, changing, machine
from notifications.alarms.models import Alarm
from notifications.alarms.numbers import AT_ONCE


def walk(now: datetime) -> int:
    """Do what is due of every alarm; return how many changed. Any number of workers may walk at once."""
    waiting = Alarm.objects.filter(cleared_at=None, due_at__lte=now).order_by("due_at", "pk")
    return sum(_look(pk, now) for pk in list(waiting.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _look(pk: UUID, now: datetime) -> bool:
    """Two workers never change the same: the second finds it locked, or not due any more."""
    found = Alarm.objects.select_for_update(skip_locked=True, of=("self",))
    row = found.filter(pk=pk, cleared_at=None, due_at__lte=now).select_related("person").first()
    if row is None:
        return False
    alarm, subject = changing.standing(row), changing.subject_of(row)
    left = bool(calling.left(calling.in_order(row.person_id, subject.category, now), subject.called))
    change = machine.tick(alarm, subject.pace, row.ends_at, left, now)
    if not row.person.admitted(now):
        change = machine.end(alarm, now)  # nobody is told of the days of somebody who is not here
    if change is None:
        changing.touch(row, now)  # who could be called left meanwhile
        return False
    changing.apply(row, change)
    return True
