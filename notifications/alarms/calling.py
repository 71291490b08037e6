"""Who is called about an alarm, in which order: who may see it, as they joined; then safety contacts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.circles import reading
from accounts.circles.models import Member
from accounts.models import User
from notifications import ports


@dataclass(frozen=True)
class Callee:
    """Somebody who can be called: a follower (`user`), or a contact outside the circles (`contact`)."""

    user: UUID | None = None
    contact: UUID | None = None

    @property
    def key(self) -> str:
        """What an alarm remembers them by."""
        return f"contact:{self.contact}" if self.contact else f"user:{self.user}"


def followers(person: UUID, category: str, now: datetime) -> list[Callee]:
    """Return who may see a category of a person's days now, each once, in the order they joined."""
    members = sorted(reading.followers(person, category, now), key=_joined)
    ids = dict.fromkeys(one.user_id for one in members if one.user_id and one.user_id != person)
    users = User.objects.in_bulk(list(ids))
    return [Callee(user=pk) for pk in ids if pk in users and users[pk].admitted(now)]


def in_order(person: UUID, category: str, now: datetime) -> list[Callee]:
    """Return everyone who is called about a category of a person's days, in order, as things are now."""
    first = followers(person, category, now)
    known = {one.user for one in first}
    contacts = [one for one in ports.contacts_of(person) if one.user is None or one.user not in known]
    return [*first, *(Callee(user=one.user, contact=one.id) for one in contacts)]


def left(callees: Sequence[Callee], called: Iterable[str]) -> list[Callee]:
    """Return who was not called yet."""
    known = set(called)
    return [one for one in callees if one.key not in known]


def users_among(callees: Sequence[Callee], called: Iterable[str]) -> frozenset[UUID]:
    """Return the followers that were called and may still be."""
    known = set(called)
    return frozenset(one.user for one in callees if one.key in known and one.user and not one.contact)


def _joined(member: Member) -> tuple[datetime, UUID]:
    return member.joined_at, member.pk
