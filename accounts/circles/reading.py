"""Reading circles: their logs, their state from the log and from the rows, and who may see whose days."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from accounts.circles.models import Circle, CircleEvent, Granted, Member
from accounts.circles.state import ALIASES, Access, Change, Grant, Kind, QuietHours, State, fold, may


def grant_of(row: CircleEvent | Granted, member: UUID) -> Grant:
    """Return the grant that a row tells of."""
    quiet = None
    if row.quiet_start is not None and row.quiet_end is not None:
        quiet = QuietHours(row.quiet_start, row.quiet_end)
    return Grant(member, row.category, Access(row.access), row.expires_at, quiet)


def change_of(row: CircleEvent) -> Change:
    """Return a line of the log as a value."""
    grant = grant_of(row, row.member) if row.kind == Kind.GRANTED and row.member else None
    return Change(row.seq, row.at, Kind(row.kind), row.actor, row.member, row.category or None, grant)


def changes_of(circle_id: UUID) -> list[Change]:
    """Return a circle's whole log, oldest first."""
    return [change_of(row) for row in CircleEvent.objects.filter(circle_id=circle_id).order_by("seq")]


def rebuilt(circle_id: UUID) -> State:
    """Return the state that the log comes to."""
    return fold(changes_of(circle_id))


def current(circle: Circle) -> State:
    """Return the state that the rows hold: the same as `rebuilt`, in three short queries."""
    members = Member.objects.filter(circle=circle, left_at=None).values_list("id", "user_id")
    grants = [grant_of(row, row.member_id) for row in Granted.objects.filter(circle=circle)]
    opened = CircleEvent.objects.filter(circle=circle, seq=1).values_list("actor", flat=True).first()
    return State(
        seq=circle.head,
        owner=opened,
        members=frozenset(member for member, _ in members),
        grants={(grant.member, grant.category): grant for grant in grants},
        closed=circle.closed_at is not None,
    )


def membership(circle_id: UUID, user_id: UUID) -> Member | None:
    """Return somebody's member in an open circle, with the circle; None for who is not in it now."""
    found = Member.objects.select_related("circle").filter(circle_id=circle_id, user_id=user_id)
    return found.filter(left_at=None, circle__closed_at=None).first()


def shared_with(viewer: UUID, owner: UUID, category: str, access: Access, now: datetime) -> Member | None:
    """Return the viewer's member that lets them see (or contribute to) a category of the owner's days.

    Asked of the rows as they are now, inside the caller's transaction; None says that nothing does.
    """
    mine = Member.objects.select_related("circle").filter(
        user_id=viewer, left_at=None, circle__owner_id=owner, circle__closed_at=None
    )
    for member in mine:
        if may(current(member.circle), member.pk, category, access, now):
            return member
    return None


def followers(owner: UUID, category: str, now: datetime) -> list[Member]:
    """Return everyone who may view a category of the owner's days now, the owner left out."""
    granted = Granted.objects.select_related("member__circle").filter(
        circle__owner_id=owner,
        circle__closed_at=None,
        member__left_at=None,
        category=ALIASES.get(category, category),
    )
    return [row.member for row in granted if grant_of(row, row.member_id).in_force(now)]


def names(member_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of members, by id as text."""
    rows = Member.objects.filter(pk__in=list(member_ids))
    return {str(row.pk): row.name for row in rows}
