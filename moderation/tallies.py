"""How much work waits for moderators, in numbers alone."""

from django.db.models import Count

from moderation.backlog import rows
from moderation.models import Case
from moderation.policy.verdict import Level

DONE = (Case.State.DECIDED, Case.State.CLOSED)


def open_cases() -> dict[str, int]:
    """Return how many cases are neither decided nor closed, for every level. One query."""
    rows = Case.objects.exclude(state__in=DONE).order_by().values_list("level").annotate(Count("pk"))
    return {level.value: 0 for level in Level} | dict(rows)


def unscreened() -> int:
    """Return how many messages still wait for a classifier's opinion. One query."""
    return rows.count()
