"""Which of several categories of somebody's days a viewer may see now, and the row about their look."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from accounts.audit.record import record
from accounts.circles.state import Access
from accounts.principals import Principal
from accounts.sight import Sight, sight
from protocol.errors import NotFound


def seen(viewer: Principal, owner: UUID, categories: Iterable[str], now: datetime) -> dict[str, Sight]:
    """Return those of the categories that the viewer may see, in the caller's transaction; perhaps none."""
    found: dict[str, Sight] = {}
    for category in dict.fromkeys(categories):
        try:
            found[category] = sight(viewer, owner, category, Access.VIEW, now)
        except NotFound:
            continue
    return found


def look(
    thing: str, viewer: Principal, owner: UUID, categories: Iterable[str], now: datetime
) -> Mapping[str, Sight]:
    """Return those of the categories that the viewer may see, and write that they looked at `thing` of them.

    Raises NotFound for whoever may see none.
    """
    found = seen(viewer, owner, categories, now)
    if not found:
        raise NotFound
    as_what = next(iter(found.values()))
    record(
        f"{thing}.read",
        actor=viewer.person_id,
        subject=owner,
        detail={"as": as_what.standing, **as_what.detail(), **dict.fromkeys(found, True)},
        shown=True,
    )
    return found
