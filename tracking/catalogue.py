"""All resources, each once: what walks over everything that is logged begins here."""

from datetime import datetime
from uuid import UUID

from accounts.circles.state import ALIASES
from tracking.resource import Resource
from tracking.resources.exercise import EXERCISE
from tracking.resources.health_goals import HEALTH_GOALS
from tracking.resources.health_insights import HEALTH_INSIGHTS
from tracking.resources.health_metrics import HEALTH_METRICS
from tracking.resources.journal import JOURNAL
from tracking.resources.meals import MEALS
from tracking.resources.medication import MEDICATION
from tracking.resources.meetings import MEETINGS
from tracking.resources.mood import MOOD
from tracking.resources.seizures import SEIZURES
from tracking.resources.sleep import SLEEP

RESOURCES: tuple[Resource, ...] = (
    SLEEP, EXERCISE, MEALS, MEETINGS, SEIZURES, MOOD, JOURNAL, MEDICATION, HEALTH_METRICS, HEALTH_GOALS,
    HEALTH_INSIGHTS,
)  # fmt: skip
BY_CATEGORY = {resource.category: resource for resource in RESOURCES}


def last_logged(person_id: UUID, category: str) -> datetime | None:
    """Return when something of a category was last logged about a person, whenever it happened."""
    resource = BY_CATEGORY.get(ALIASES.get(category, category))
    if resource is None:
        return None
    rows = resource.model._default_manager.filter(user_id=person_id).order_by("-created_at")
    return rows.values_list("created_at", flat=True).first()
