"""Telling people of what they wished to be reminded of: one transaction each, on any number of workers."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet

from accounts.models import User
from accounts.principals import me_stream
from notifications import preferences, reach, reminders
from notifications.models import Reminder
from notifications.outgoing import Basis, Outgoing, send_later
from notifications.recipients import Channel, channels
from streams import log
from streams.commit import Item, write_now
from streams.refs import StreamRef
from streams.transaction import Tx

Expect = Callable[[UUID, str, datetime, datetime], None]
AT_ONCE = 500  # reminders of one run: the next comes soon

_expect: list[Expect] = []


def register_expectation(expect: Expect) -> None:
    """Have `expect(person, category, due, now)` called in the transaction of every reminder whose person
    wants their circle to know if nothing is logged. The port of whoever tells the circle.
    """
    _expect.append(expect)


def remind(now: datetime) -> int:
    """Settle every reminder that is due or whose person moved to another zone; return how many were told."""
    told = 0
    for pk, user_id in list(_waiting(now).values_list("pk", "user_id")[:AT_ONCE]):
        stream = log.ensure(me_stream(user_id, "family"))
        told += write_now(Item((stream,), partial(_settle, pk, stream)))
    return told


def _waiting(now: datetime) -> QuerySet[Reminder]:
    return Reminder.objects.filter(Q(due_at__lte=now) | ~Q(zone=F("user__time_zone"))).order_by(
        "due_at", "pk"
    )


def _settle(pk: UUID, stream: StreamRef, tx: Tx) -> int:
    """Two workers never settle the same: the second finds it locked, or not due any more."""
    mine = Reminder.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
    row = mine and _waiting(tx.now).filter(pk=pk).select_related("user").first()
    if not row or row.due_at is None:
        return 0
    wish, zone = reminders.parsed(row.wish), ZoneInfo(row.user.time_zone)
    due = row.due_at
    found = reminders.settle(wish, due, ZoneInfo(row.zone), zone, row.day, tx.now)
    row.day, row.due_at, row.zone = found.day, found.due, row.user.time_zone
    row.save(update_fields=["day", "due_at", "zone"])
    if not found.told or not row.user.admitted(tx.now):
        return 0
    _tell(row, wish, stream, tx)
    if wish.tell_circle:
        for expect in _expect:
            expect(row.user_id, wish.category, due, tx.now)
    return 1


def _tell(row: Reminder, wish: reminders.Wish, stream: StreamRef, tx: Tx) -> None:
    user: User = row.user
    reached = reach.of(user, tx.now)
    for channel in channels("reminder", preferences.chosen_by([user.pk]).get(user.pk, {})):
        if channel is Channel.IN_APP:
            tx.append(stream, "reminder", {"category": wish.category, "at": row.wish["at"]})
        elif channel in reached:
            outgoing = Outgoing(
                key=f"reminder:{row.pk}:{row.day}",
                kind="reminder",
                person=user.pk,
                channel=channel,
                basis=Basis.OWN,
                recipient=user.pk,
                due=tx.now,
            )
            send_later(outgoing, tx.now)
