"""What alarms erase and export for one person."""

from typing import Any
from uuid import UUID

from accounts.registries import eraser, exporter
from notifications.alarms import changing
from notifications.alarms.models import Alarm, Awaited
from runtime import clock


@eraser("alarms")
def erase(person_id: UUID) -> None:
    """Delete a person's alarms and what is awaited of them. The log of changes stays: it names nobody."""
    Alarm.objects.filter(person_id=person_id).delete()
    Awaited.objects.filter(person_id=person_id).delete()


@exporter("alarms")
def export(person_id: UUID) -> dict[str, Any]:
    """Return a person's alarms with what happened to each, and what is awaited of them."""
    return {
        "alarms": [_exported(row) for row in Alarm.objects.filter(person_id=person_id).order_by("raised_at")],
        "awaited": [
            {
                "category": row.body["category"],
                "due_at": clock.rfc3339(row.due_at),
                "missed": bool(row.missed_at),
            }
            for row in Awaited.objects.filter(person_id=person_id).order_by("due_at")
        ],
    }


def _exported(row: Alarm) -> dict[str, Any]:
    subject = changing.subject_of(row)
    changes = [{"at": clock.rfc3339(one.at), "state": str(one.state)} for one in changing.logged(row.pk)]
    return {"cause": subject.cause, "category": subject.category, "changes": changes}
