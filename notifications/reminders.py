"""When a daily reminder is due. Pure: the zone and `now` come in as arguments.

It comes once in each local day it is wished for: a time that the clocks skip comes after the jump, one that
comes twice the first time. One that could not be told in time, because the house was down, is not
told long after.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final

from notifications.recipients import moments

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
GRACE: Final = timedelta(hours=2)  # later than this it is no help any more, but a fright
_LOOK_AHEAD = 10  # days; the next wished weekday is at most seven away, and a settled one may lie a day ahead


@dataclass(frozen=True)
class Wish:
    """What somebody wants to be reminded of, at what local time, on which weekdays (0 is Monday)."""

    category: str
    at: time
    days: frozenset[int] = frozenset(range(7))
    tell_circle: bool = False


@dataclass(frozen=True)
class Settled:
    """What becomes of a reminder: told or not, settled up to which local day, and next due when."""

    told: bool
    day: date | None
    due: datetime


def parsed(kept: Mapping[str, Any]) -> Wish:
    """Return a wish as it is kept and shown."""
    hour, minute = (int(part) for part in kept["at"].split(":"))
    days = frozenset(DAYS.index(word) for word in kept["days"])
    return Wish(kept["category"], time(hour, minute), days, kept["tell_circle"])


def next_due(wish: Wish, zone: tzinfo, after: datetime, settled: date | None = None) -> datetime:
    """Return the first moment past `after` on a wished local day that comes after the `settled` one."""
    day = after.astimezone(zone).date() - timedelta(days=1)
    if settled is not None:
        day = max(day, settled + timedelta(days=1))
    for one in (day + timedelta(days=n) for n in range(_LOOK_AHEAD)):
        moment = moments(one, wish.at, zone)[0]
        there = moment.astimezone(zone).date()  # another day only where the clocks skipped the whole of `one`
        if one.weekday() in wish.days and moment > after and (settled is None or there > settled):
            return moment
    raise ValueError("a wish has at least one day")


def settle(
    wish: Wish, due: datetime, zone: tzinfo, moved_to: tzinfo, day: date | None, now: datetime
) -> Settled:
    """Return what is to be done at `now` with a reminder due at `due` in `zone`, settled up to `day`.

    `moved_to` is where the person lives by now; what is due yet is told as it was meant, and what comes
    next is by the new clock.
    """
    if due > now:
        return Settled(False, day, next_due(wish, moved_to, now, day))
    today = due.astimezone(zone).date()
    return Settled(now - due <= GRACE, today, next_due(wish, moved_to, now - GRACE, today))
