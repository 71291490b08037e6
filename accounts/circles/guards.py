"""The guard of what a grant lets somebody see: it holds as long as the grant is in force."""

from collections.abc import Set
from datetime import datetime
from uuid import UUID

from accounts.circles.models import Granted
from accounts.circles.reading import grant_of
from accounts.circles.state import ALIASES

SORT = "grant"


def guard(circle_id: UUID, category: str) -> str:
    """Return the guard of an event about a category of the days of a circle's owner."""
    return f"{SORT}:{circle_id.hex}:{ALIASES.get(category, category)}"


def allowed(viewer: UUID, guards: frozenset[str], now: datetime) -> Set[str]:
    """Return which guards stand for a grant the viewer has at `now`."""
    wanted = {one: _parts(one) for one in guards}
    rows = Granted.objects.select_related("member__circle").filter(
        member__user_id=viewer,
        member__left_at=None,
        circle__closed_at=None,
        circle_id__in={circle for circle, _ in wanted.values()},
    )
    held = {(row.circle_id, row.category) for row in rows if grant_of(row, row.member_id).in_force(now)}
    return {one for one, parts in wanted.items() if parts in held}


def _parts(guard: str) -> tuple[UUID, str]:
    _, circle, category = guard.split(":", 2)
    return UUID(circle), category
