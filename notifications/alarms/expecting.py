"""What a person asked their circle to be told of if it is not logged: waiting, and telling of the miss.

A miss is told as `activity.missed`. Misses in a row are a source that fell silent, which raises an alarm;
logging something of the category ends both.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from accounts.circles.state import ALIASES
from notifications import ports, reminders
from notifications.alarms import causes
from notifications.alarms.models import Awaited
from notifications.alarms.numbers import AT_ONCE, AWAITED_KEPT, COUNTS_BEFORE, MISSED_GRACE, MISSES_RAISING
from notifications.announce import Happening, announce
from notifications.models import Reminder
from runtime import clock
from runtime.keyring import keyed_hash

STALE = "stale"  # the cause of the alarm, with the category behind a colon


def expect(person: UUID, category: str, due: datetime, now: datetime) -> None:
    """Wait for something of a category, in the transaction of the reminder that was due at `due`.

    What was logged a little before counts as well: nothing is awaited then.
    """
    if _was_logged(person, category, due):
        return
    row = Awaited(
        id=uuid4(),
        person_id=person,
        category_hash=_hash(person, category),
        body={"category": category},
        due_at=due,
        look_at=due + MISSED_GRACE,
    )
    Awaited.objects.bulk_create([row], ignore_conflicts=True)


def logged(person: UUID, category: str, now: datetime) -> None:
    """Wait no more: something of the category was logged in the caller's transaction; its silence is over."""
    category = ALIASES.get(category, category)
    Awaited.objects.filter(category_hash=_hash(person, category)).delete()
    causes.cause_ended(person, f"{STALE}:{category}", now)


def look(now: datetime) -> int:
    """Tell of everything that was awaited until now and did not come; return how many misses there were."""
    waiting = Awaited.objects.filter(missed_at=None, look_at__lte=now).order_by("look_at", "pk")
    return sum(_settle(pk, now) for pk in list(waiting.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _settle(pk: UUID, now: datetime) -> bool:
    """Two workers never tell the same: the second finds it locked, or settled."""
    found = Awaited.objects.select_for_update(skip_locked=True, of=("self",)).select_related("person")
    row = found.filter(pk=pk, missed_at=None, look_at__lte=now).first()
    if row is None:
        return False
    category = row.body["category"]
    over = _was_logged(row.person_id, category, row.due_at) or not row.person.admitted(now)
    if over or not _still_wished(row.person_id, category):
        row.delete()
        return False
    row.missed_at = now
    row.save(update_fields=["missed_at"])
    told: dict[str, Any] = {"due_at": clock.rfc3339(row.due_at), "expected_by": clock.rfc3339(row.look_at)}
    announce(
        Happening(
            kind="activity.missed",
            person=row.person_id,
            category=category,
            fields=told,
            key=f"missed:{row.pk}",
        )
    )
    missed = Awaited.objects.filter(category_hash=row.category_hash, missed_at__isnull=False)
    if missed.filter(due_at__gt=now - AWAITED_KEPT).count() >= MISSES_RAISING:
        cause, key = f"{STALE}:{category}", f"missed:{row.pk}"
        causes.raise_alarm(row.person_id, cause, category, key, told, now, urgent=False)
    return True


def _was_logged(person: UUID, category: str, due: datetime) -> bool:
    last = ports.last_logged(person, category)
    return last is not None and last >= due - COUNTS_BEFORE


def _still_wished(person: UUID, category: str) -> bool:
    """Return whether the person still wants their circle to know."""
    wishes = [reminders.parsed(row.wish) for row in Reminder.objects.filter(user_id=person)]
    return any(wish.tell_circle and wish.category == category for wish in wishes)


def _hash(person: UUID, category: str) -> str:
    return keyed_hash("awaited", str(person), category)
