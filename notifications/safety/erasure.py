"""What safety erases and exports for one person."""

from typing import Any
from uuid import UUID

from accounts.registries import eraser, exporter
from notifications.safety import contacts, plan
from notifications.safety.declining import has_declined
from notifications.safety.models import Contact, Declined, Notice, Plan
from runtime import clock


@eraser("safety")
def erase(person_id: UUID) -> None:
    """Delete a person's contacts, plan and notices; what waits to be told is not told any more."""
    Notice.objects.filter(person_id=person_id).delete()
    Contact.objects.filter(person_id=person_id).delete()
    Declined.objects.filter(person_id=person_id).delete()
    Plan.objects.filter(pk=person_id).delete()


@exporter("safety")
def export(person_id: UUID) -> dict[str, Any]:
    """Return whom a person named, their plan, and when whose asking had their contacts told."""
    return {
        "contacts": [
            {
                "name": one.name,
                "channel": one.channel,
                "address": one.address,
                "detail": one.detail,
                "by_moderator": one.by_moderator,
                "named_at": clock.rfc3339(one.named_at),
                "declined": has_declined(one),
            }
            for one in contacts.of(person_id)
        ],
        "plan": plan.read(person_id),
        "notices": [
            {
                "by": row.by,
                "level": row.level,
                "state": row.state,
                "asked_at": clock.rfc3339(row.asked_at),
                "told": len(row.told),
            }
            for row in Notice.objects.filter(person_id=person_id).order_by("asked_at")
        ],
    }
