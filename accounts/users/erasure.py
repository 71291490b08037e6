"""What accounts' further rooms erase and export for one person."""

from typing import Any
from uuid import UUID

from accounts.models import User
from accounts.registries import eraser, exporter
from accounts.users import access_log, assignments, profiles
from accounts.users.models import Assignment, Profile
from runtime import clock


@eraser("users")
def erase(person_id: UUID) -> None:
    """End a person's assignments and delete their profile; rows of the audit name nobody any more."""
    assignments.end_all(person_id)
    Assignment.objects.filter(client_id=person_id).delete()
    Profile.objects.filter(pk=person_id).delete()


@exporter("users")
def export(person_id: UUID) -> dict[str, Any]:
    """Return a person's profile, clinicians, and who looked at their data."""
    user = User.objects.get(pk=person_id)
    rows = Assignment.objects.filter(client_id=person_id).order_by("added_at")
    return {
        "profile": profiles.read(user),
        "clinicians": [
            {name: clock.rfc3339(at) if (at := getattr(row, name)) else None for name in _TIMES}
            for row in rows
        ],
        "access_log": access_log.told(list(access_log.entries(person_id).order_by("id"))),
    }


_TIMES = ("added_at", "accepted_at", "ended_at")
