"""What a circle's log means. Pure: the state is a fold of its changes, and `now` is an argument."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID


class Access(StrEnum):
    """What a grant lets somebody do; to contribute includes to view."""

    VIEW = "view"
    CONTRIBUTE = "contribute"


class Kind(StrEnum):
    """What can happen to a circle."""

    OPENED = "circle.opened"
    CLOSED = "circle.closed"
    JOINED = "member.joined"
    LEFT = "member.left"
    GRANTED = "grant.changed"
    REVOKED = "grant.removed"


# Nutrition logs are the same entries as meals.
ALIASES: Mapping[str, str] = MappingProxyType({"nutrition-logs": "meals"})
CATEGORIES = (
    "sleep", "exercise", "meals", "meetings", "seizures", "mood", "journal", "medication",
    "health-metrics", "health-goals", "health-insights", "safety",
)  # fmt: skip


@dataclass(frozen=True)
class QuietHours:
    """A daily time in which nothing is pushed, in the time zone of whoever grants; it may pass midnight."""

    start: time
    end: time

    def hold(self, local: time) -> bool:
        """Return whether it is quiet at that local time of day; the end itself is not."""
        if self.start <= self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end


@dataclass(frozen=True)
class Grant:
    """What one member may do with one category of the owner's days."""

    member: UUID
    category: str
    access: Access
    expires_at: datetime | None = None
    quiet_hours: QuietHours | None = None

    def in_force(self, now: datetime) -> bool:
        """Return whether it has not expired."""
        return self.expires_at is None or now < self.expires_at


@dataclass(frozen=True)
class Change:
    """One line of a circle's log. `actor` and `member` are ids of members; `grant` as it is from here on."""

    seq: int
    at: datetime
    kind: Kind
    actor: UUID
    member: UUID | None = None
    category: str | None = None
    grant: Grant | None = None


@dataclass(frozen=True)
class State:
    """A circle after all its changes."""

    seq: int = 0
    owner: UUID | None = None
    members: frozenset[UUID] = frozenset()
    grants: Mapping[tuple[UUID, str], Grant] = field(default_factory=dict)
    closed: bool = False


def fold(changes: Iterable[Change]) -> State:
    """Return what a circle's changes, in their order, come to."""
    state = State()
    for change in changes:
        state = step(state, change)
    return state


def step(state: State, change: Change) -> State:
    """Return the state after one more change. Raises `ValueError` for a log with a hole."""
    if change.seq != state.seq + 1:
        raise ValueError(f"change {change.seq} does not follow {state.seq}")
    state = replace(state, seq=change.seq)
    match change.kind:
        case Kind.OPENED:
            return replace(state, owner=change.actor, members=frozenset({change.actor}))
        case Kind.CLOSED:
            return replace(state, closed=True, members=frozenset(), grants={})
        case Kind.JOINED if change.member is not None:
            return replace(state, members=state.members | {change.member})
        case Kind.LEFT if change.member is not None:
            kept = {key: grant for key, grant in state.grants.items() if key[0] != change.member}
            return replace(state, members=state.members - {change.member}, grants=kept)
        case Kind.GRANTED if change.grant is not None:
            key = (change.grant.member, change.grant.category)
            return replace(state, grants={**state.grants, key: change.grant})
        case Kind.REVOKED if change.member is not None and change.category is not None:
            gone = (change.member, change.category)
            return replace(state, grants={k: grant for k, grant in state.grants.items() if k != gone})
    raise ValueError(f"change {change.seq} lacks what its kind needs")


def may(state: State, viewer: UUID | None, category: str, access: Access, now: datetime) -> bool:
    """Return whether a member (by id) may view, or contribute to, a category of the owner's days at `now`.

    The owner may; nobody may in a closed circle, and a stranger (None) never.
    """
    if state.closed or viewer is None or viewer not in state.members:
        return False
    if viewer == state.owner:
        return True
    grant = state.grants.get((viewer, ALIASES.get(category, category)))
    if grant is None or not grant.in_force(now):
        return False
    return access is Access.VIEW or grant.access is Access.CONTRIBUTE
