"""What tracking erases and exports for one person."""

from typing import Any
from uuid import UUID

from accounts.registries import eraser, exporter
from tracking.catalogue import RESOURCES


@eraser("tracking")
def erase(person_id: UUID) -> None:
    """Delete all that was logged about a person, whoever wrote it.

    What they wrote about others stays with those; their name leaves it with their account.
    """
    for resource in RESOURCES:
        resource.model._default_manager.filter(user_id=person_id).delete()


@exporter("tracking")
def export(person_id: UUID) -> dict[str, Any]:
    """Return all that was logged about a person, oldest first."""
    return {
        resource.path: resource.fields(
            resource.model._default_manager.filter(user_id=person_id).order_by(resource.model.WHEN, "id"),
            many=True,
        ).data
        for resource in RESOURCES
    }
