"""Who is in a room, and who of them is here."""

import random
import threading
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Value, When

from chat.history import check_present
from chat.memberships import Membership
from chat.models import Member
from protocol import limits
from protocol.commands import Members
from runtime import clock
from streams import db, presence


async def list_members(command: Members, *, member: Membership) -> dict[str, Any]:
    """Return `members`, at most 200 and those here first, and `people`. Raises NotMember or Banned."""
    here = _discreet.look(member.stream.id, presence.here(member.stream.id), clock.monotonic())
    return await db.run(_list, member, here | {member.member_id})


def _list(member: Membership, here: frozenset[str]) -> dict[str, Any]:
    check_present(member)
    first = Case(When(pk__in=here, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = Member.objects.filter(room_id=member.stream.id, left_at__isnull=True)
    found = rows.annotate(place=first).order_by("place", "name_key")[: limits.MEMBERS_MAX]
    return {
        "members": [{**row.wire, "here": row.id in here} for row in found],
        "people": presence.people(member.stream.id),
    }


@dataclass(slots=True)
class _Glimpse:
    here: frozenset[str]
    until: float


class Discreet:
    """Shows who is here with a delay drawn anew for each room: people who come and go everywhere at one
    moment would else be known by it. Pure: time (monotonic seconds) is an argument."""

    def __init__(self, rng: random.Random, longest_s: float = limits.HERE_SECONDS) -> None:
        self._rng = rng
        self._longest_s = longest_s
        self._glimpses: dict[int, _Glimpse] = {}
        self._lock = threading.Lock()

    def look(self, room: int, here: set[str], now: float) -> frozenset[str]:
        """Return who is shown as here; `here` is who truly is."""
        with self._lock:
            glimpse = self._glimpses.get(room)
            if glimpse is None or now >= glimpse.until:
                self._glimpses.pop(room, None)
                self._forget_expired(now)
                glimpse = _Glimpse(frozenset(here), now + self._rng.uniform(0, self._longest_s))
                self._glimpses[room] = glimpse
            return glimpse.here

    def _forget_expired(self, now: float) -> None:
        """Drop what has expired, the oldest first: one that has not keeps those behind it 30 s at most."""
        while self._glimpses:
            oldest = next(iter(self._glimpses))
            if now < self._glimpses[oldest].until:
                return
            del self._glimpses[oldest]

    def __len__(self) -> int:
        """Return how many rooms it remembers."""
        return len(self._glimpses)


_discreet = Discreet(random.SystemRandom())
