"""What notifications erase and export for one person."""

from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.registries import eraser, exporter
from notifications.models import Announced, Delivery, Preferences, PushSubscription, Reminder
from runtime import clock


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
    """Return what a person chose, and when which browser of theirs subscribed."""
    chosen = Preferences.objects.filter(pk=person_id).first()
    return {
        "channels": chosen.channels if chosen else {},
        "reminders": [row.wish for row in Reminder.objects.filter(user_id=person_id)],
        "browsers": [
            {"created_at": clock.rfc3339(row.created_at), "details": row.details}
            for row in PushSubscription.objects.filter(user_id=person_id).order_by("created_at")
        ],
        "deliveries": [
            {"channel": row.channel, "state": row.state, "created_at": clock.rfc3339(row.created_at)}
            for row in Delivery.objects.filter(recipient_id=person_id).order_by("created_at")
        ],
    }
