"""What tracking erases and exports for one person."""

from typing import Any
from uuid import UUID

from accounts.registries import eraser, exporter
from runtime import clock
from tracking.catalogue import RESOURCES
from tracking.figures.whole import SECTIONS
from tracking.imports import changes
from tracking.imports.doors import ImportFields
from tracking.models import Edition, Figures, GoalStep, Import


@eraser("tracking")
def erase(person_id: UUID) -> None:
    """Delete all that was logged about a person, whoever wrote it.

    What they wrote about others stays with those; their name leaves it with their account.
    """
    for resource in RESOURCES:
        resource.model._default_manager.filter(user_id=person_id).delete()
    for model in (Edition, Figures):
        model.objects.filter(pk=person_id).delete()


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


@exporter("figures")
def export_figures(person_id: UUID) -> dict[str, Any]:
    """Return what was computed of a person's days, and where their goals stood when."""
    kept = Figures.objects.filter(pk=person_id).first()
    steps = GoalStep.objects.filter(goal__user_id=person_id).order_by("at", "pk")
    return {
        "made_at": clock.rfc3339(kept.made_at) if kept else None,
        "figures": {name: kept.body.get(name) for name in SECTIONS} if kept else None,
        "goal_steps": [
            {"goal": str(goal), "at": clock.rfc3339(at), "value": value}
            for goal, at, value in steps.values_list("goal", "at", "value")
        ],
    }


@eraser("imports")
def erase_imports(person_id: UUID) -> None:
    """Take away the files that a person brought, and what is known of them."""
    changes.erase(person_id)


@exporter("imports")
def export_imports(person_id: UUID) -> Any:
    """Return what a person brought and what became of it, oldest first."""
    rows = Import.objects.filter(user_id=person_id).order_by("created_at", "id")
    return ImportFields(rows, many=True).data
