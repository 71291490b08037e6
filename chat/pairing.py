"""Who of those waiting is matched with whom. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from protocol.limits import LISTENER_WAIT_SECONDS

LISTENER_WAIT = timedelta(seconds=LISTENER_WAIT_SECONDS)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits; `key` is whatever the caller knows them by."""

    key: int
    listener: bool
    since: datetime


Pair = tuple[Waiting, Waiting]
MayMeet = Callable[[Waiting, Waiting], bool]


def pairs(waiting: Sequence[Waiting], now: datetime, may_meet: MayMeet) -> list[Pair]:
    """Return the pairs to make among people of one topic and language, each person at most once.

    Whoever waits longest comes first. A seeker gets a listener; two seekers meet once one of them has waited
    30 s; two listeners never meet.
    """
    ordered = sorted(waiting, key=lambda one: (one.since, one.key))
    listeners = [one for one in ordered if one.listener]
    alone: list[Waiting] = []
    found: list[Pair] = []
    for seeker in (one for one in ordered if not one.listener):
        if not _take(seeker, listeners, found, may_meet):
            alone.append(seeker)
    while alone:
        first = alone.pop(0)
        if now - first.since < LISTENER_WAIT:
            break  # all others came later
        _take(first, alone, found, may_meet)
    return found


def _take(one: Waiting, others: list[Waiting], found: list[Pair], may_meet: MayMeet) -> bool:
    """Pair somebody with the first of the others they may meet, who is taken off the list."""
    for index, other in enumerate(others):
        if may_meet(one, other):
            del others[index]
            found.append((one, other))
            return True
    return False
