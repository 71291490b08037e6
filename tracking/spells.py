"""Which seizures call for the family's alarm. Pure."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from tracking.numbers import LONG_SEIZURE, SEIZURE_NEWS, SEIZURES_RAISING, SEIZURES_WITHIN

Spell = tuple[UUID, datetime, datetime | None]  # a seizure's key, its start, and its end if it is known


def alarming(seizures: Iterable[Spell], now: datetime) -> list[UUID]:
    """Return the seizures that call for an alarm at `now`, oldest first: long ones, and too many in a day.

    What began too long ago is history: it may be one of the many, and calls for nothing itself.
    """
    ordered = sorted(seizures, key=lambda spell: (spell[1], spell[0]))
    many = _crowded([start for _, start, _ in ordered])
    return [
        key
        for place, (key, start, end) in enumerate(ordered)
        if start > now - SEIZURE_NEWS and (place in many or (end is not None and end - start >= LONG_SEIZURE))
    ]


def _crowded(starts: list[datetime]) -> set[int]:
    """Return the places of those that are too many within the time."""
    found: set[int] = set()
    for last in range(SEIZURES_RAISING - 1, len(starts)):
        first = last - (SEIZURES_RAISING - 1)
        if starts[last] - starts[first] <= SEIZURES_WITHIN:
            found.update(range(first, last + 1))
    return found
