"""What stands on a person's own stream under a guard is shown only while the guard lets it pass.

A guard is `sort:rest`. Each sort has one function that says, by the rows as they are now, which guards let a
viewer see something; the rooms that put guarded events on streams register theirs. A sort that nobody
registered lets nothing pass.
"""

from collections.abc import Callable, Set
from datetime import datetime
from uuid import UUID

Asked = Callable[[UUID, frozenset[str], datetime], Set[str]]

_sorts: dict[str, Asked] = {}


def register(sort: str, ask: Asked) -> None:
    """Let `ask(viewer, guards, now)` say which guards of this sort let the viewer see something now."""
    _sorts[sort] = ask


def allowed(viewer: UUID, guards: Set[str], now: datetime) -> frozenset[str]:
    """Return which of these guards let the viewer see something at `now`. Asks the database."""
    found: set[str] = set()
    for sort in {guard.partition(":")[0] for guard in guards}:
        ask = _sorts.get(sort)
        if ask is not None:
            found |= ask(viewer, frozenset(g for g in guards if g.partition(":")[0] == sort), now)
    return frozenset(found)
