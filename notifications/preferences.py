"""By which channels people want to be told of what, and what they wish to be reminded of."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.audit.record import Standing, record
from accounts.models import User
from accounts.principals import me_stream
from notifications import reminders
from notifications.models import Preferences, Reminder
from notifications.recipients import DEFAULTS, Channel, channels
from protocol.errors import NotFound
from streams import log
from streams.commit import Item, write_now
from streams.transaction import Tx

Chosen = Mapping[str, tuple[Channel, ...]]


def chosen_by(user_ids: Iterable[UUID]) -> dict[UUID, Chosen]:
    """Return what each of these people chose; who never chose anything is left out."""
    return {row.pk: parsed(row.channels) for row in Preferences.objects.filter(pk__in=list(user_ids))}


def parsed(channels: Mapping[str, Iterable[str]]) -> Chosen:
    """Return kept choices as values."""
    return {kind: tuple(Channel(one) for one in chosen) for kind, chosen in channels.items()}


def read(person_id: UUID) -> dict[str, Any]:
    """Return a person's preferences as they are shown: every kind, and the reminders in their order."""
    chosen = chosen_by([person_id]).get(person_id, {})
    return {
        "channels": {kind: [str(one.value) for one in channels(kind, chosen)] for kind in DEFAULTS},
        "reminders": [dict(row.wish) for row in Reminder.objects.filter(user_id=person_id)],
    }


def change(
    person_id: UUID, given: Mapping[str, Any], check: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    """Change what is named and tell the person's own devices; return what is shown now.

    `check` may object to what is stored. The reminders named are all there are from then on.
    """
    stream = log.ensure(me_stream(person_id, "family"))

    def write(tx: Tx) -> dict[str, Any]:
        user = User.objects.select_for_update().filter(pk=person_id, deleted_at=None).first()
        if user is None:
            raise NotFound
        before = read(person_id)
        check(before)
        if "channels" in given:
            _choose(user, given["channels"])
        if "reminders" in given:
            _wish(user, given["reminders"], tx.now)
        after = read(person_id)
        if after != before:
            tx.append(stream, "preferences.changed", after)
        detail = {"as": Standing.SELF}
        record("preferences.changed", actor=person_id, subject=person_id, detail=detail, shown=True)
        return after

    return write_now(Item((stream,), write))


def _choose(user: User, given: Mapping[str, Iterable[str]]) -> None:
    row = Preferences.objects.filter(pk=user.pk).first() or Preferences(user=user)
    known = {kind: list(dict.fromkeys(chosen)) for kind, chosen in given.items() if kind in DEFAULTS}
    row.channels = {**row.channels, **known}
    row.save()


def _wish(user: User, wishes: Sequence[dict[str, Any]], now: datetime) -> None:
    """A wish that stays keeps its row, and with it the day it was last told."""
    left = list(Reminder.objects.select_for_update().filter(user=user))
    for place, wish in enumerate(wishes):
        row = next((one for one in left if one.wish == wish), None)
        if row is not None:
            left.remove(row)
            Reminder.objects.filter(pk=row.pk).update(place=place)
            continue
        due = reminders.next_due(reminders.parsed(wish), ZoneInfo(user.time_zone), now)
        Reminder.objects.create(user=user, place=place, wish=wish, zone=user.time_zone, due_at=due)
    Reminder.objects.filter(pk__in=[row.pk for row in left]).delete()
