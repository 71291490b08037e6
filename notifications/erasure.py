"""What notifications erase and export for one person."""

from collections.abc import Set
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts import guards
from accounts.principals import me_stream
from accounts.registries import eraser, exporter
from notifications.models import Announced, Delivery, Preferences, PushSubscription, Reminder
from runtime import clock
from streams import log, paging


@eraser("notifications")
def erase(person_id: UUID) -> None:
    """Delete what a person chose, their browsers, and all that waits to be told of or to them."""
    Delivery.objects.filter(Q(person_id=person_id) | Q(recipient_id=person_id)).delete()
    Announced.objects.filter(person_id=person_id).delete()
    Reminder.objects.filter(user_id=person_id).delete()
    PushSubscription.objects.filter(user_id=person_id).delete()
    Preferences.objects.filter(pk=person_id).delete()


@exporter("notifications")
def export(person_id: UUID) -> dict[str, Any]:
    """Return what a person chose, when which browser of theirs subscribed, and what they were told.

    Of others' days that is what they may see now: a grant that ended shows nothing here either.
    """
    chosen = Preferences.objects.filter(pk=person_id).first()
    own = log.get(me_stream(person_id, "family"))
    return {
        "channels": chosen.channels if chosen else {},
        "reminders": [row.wish for row in Reminder.objects.filter(user_id=person_id)],
        "browsers": [
            {"created_at": clock.rfc3339(row.created_at), "details": row.details}
            for row in PushSubscription.objects.filter(user_id=person_id).order_by("created_at")
        ],
        "told": list(paging.whole(own, partial(_permitted, person_id))) if own else [],
        "deliveries": [
            {"channel": row.channel, "state": row.state, "created_at": clock.rfc3339(row.created_at)}
            for row in Delivery.objects.filter(recipient_id=person_id).order_by("created_at")
        ],
    }


def _permitted(person_id: UUID, wanted: Set[str]) -> Set[str]:
    return guards.allowed(person_id, wanted, clock.now())
