"""What can be done to a circle, one function each: in one transaction with its audit row."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.audit.record import record
from accounts.circles import reading
from accounts.circles.models import Circle, CircleEvent, Granted, Member
from accounts.circles.scene import Scene, change, face
from accounts.circles.state import Access, Grant, Kind
from protocol.errors import BadField, Conflict, Forbidden, NotFound
from runtime import clock

CIRCLES_PER_PERSON = 20  # more than a family needs; a bound all the same


@transaction.atomic
def open_circle(owner_id: UUID, name: str, own_name: str, now: datetime) -> Circle:
    """Make a circle in which nobody is yet but its owner. Raises Conflict for one too many."""
    if Circle.objects.filter(owner_id=owner_id, closed_at=None).count() >= CIRCLES_PER_PERSON:
        raise Conflict(f"One person has at most {CIRCLES_PER_PERSON} circles.")
    circle = Circle(owner_id=owner_id, name=name, head=1)
    circle.save(force_insert=True)
    owner = Member(circle=circle, user_id=owner_id, name=own_name, joined_at=now)
    owner.save(force_insert=True)
    CircleEvent.objects.create(
        circle=circle, seq=1, at=now, kind=Kind.OPENED, actor=owner.pk, member=owner.pk
    )
    record("circle.opened", actor=owner_id, subject=owner_id, detail={"circle": circle.pk})
    return circle


def rename(circle_id: UUID, by: UUID, name: str, check: Callable[[Circle], None]) -> Circle:
    """Give a circle another name; `check` may object to it as it stands. Raises NotFound, Forbidden."""

    def act(scene: Scene) -> Circle:
        owner_only(scene, by)
        check(scene.circle)
        scene.circle.name = name
        scene.circle.save(update_fields=["name"])
        _record("circle.changed", scene, by)
        return scene.circle

    return change(circle_id, act)


def close(circle_id: UUID, by: UUID) -> None:
    """Close a circle for good: every grant and membership ends. Raises NotFound, Forbidden."""

    def act(scene: Scene) -> None:
        owner = owner_only(scene, by)
        _close(scene, owner)

    change(circle_id, act)


def leave(circle_id: UUID, by: UUID) -> None:
    """Leave a circle; with its owner it closes. Raises NotFound."""

    def act(scene: Scene) -> None:
        member = scene.member_of(by)
        if member.user_id == scene.circle.owner_id:
            _close(scene, member)
        else:
            _see_off(scene, member, actor=member)
            _record("member.left", scene, by, member=member.pk)

    change(circle_id, act)


def remove_member(circle_id: UUID, by: UUID, member_id: UUID) -> None:
    """See a member off. Raises NotFound, Forbidden, and BadField for the owner, who leaves by closing."""

    def act(scene: Scene) -> None:
        owner = owner_only(scene, by)
        member = _another(scene, member_id)
        _see_off(scene, member, actor=owner)
        _record("member.removed", scene, by, member=member.pk)

    change(circle_id, act)


def set_grant(
    circle_id: UUID, by: UUID, member_id: UUID, category: str, settle: Callable[[Grant | None], Grant]
) -> Grant:
    """Grant a category to a member; `settle` returns the grant, given the one in force or None.

    Both the member and the owner are told. Raises NotFound, Forbidden, BadField and what `settle` raises.
    """

    def act(scene: Scene) -> Grant:
        owner = owner_only(scene, by)
        member = _another(scene, member_id)
        return _grant(scene, owner, member, settle(_in_force(scene, member, category)))

    return change(circle_id, act)


def let_view(scene: Scene, by: UUID, member_id: UUID, category: str) -> None:
    """See to it, within another change, that a member may view a category; a grant in force stays as it is.

    Raises NotFound, Forbidden, BadField.
    """
    owner = owner_only(scene, by)
    member = _another(scene, member_id)
    if _in_force(scene, member, category) is None:
        _grant(scene, owner, member, Grant(member.pk, category, Access.VIEW))


def revoke(circle_id: UUID, by: UUID, member_id: UUID, category: str, check: Callable[[Grant], None]) -> None:
    """Take a grant back; `check` may object to it as it stands. Raises NotFound, Forbidden."""

    def act(scene: Scene) -> None:
        owner = owner_only(scene, by)
        member = _another(scene, member_id)
        grant = _in_force(scene, member, category)
        if grant is None:
            raise NotFound
        check(grant)
        _take_back(scene, owner, member, category)
        _record("grant.removed", scene, by, member=member.pk, category=category)

    change(circle_id, act)


def admit(scene: Scene, user_id: UUID, name: str) -> Member:
    """Make a person a member again or for the first time; everyone in the circle is told."""
    member = Member.objects.filter(circle=scene.circle, user_id=user_id).first()
    if member is None:
        member = Member(circle=scene.circle, user_id=user_id)
        member.joined_at, member.name = scene.tx.now, name
        member.save(force_insert=True)
    else:
        member.joined_at, member.left_at, member.name = scene.tx.now, None, name
        member.save(update_fields=["joined_at", "left_at", "name"])
    scene.write(Kind.JOINED, member, member=member)
    scene.members[member.pk] = member
    for one in scene.members.values():
        scene.tell(one, "member.joined", member, {"member": face(member)})
    return member


def grant_fields(grant: Grant) -> dict[str, Any]:
    """Return a grant as doors and events show it, without whose it is."""
    quiet = grant.quiet_hours
    return {
        "category": grant.category,
        "access": str(grant.access),
        "expires_at": clock.rfc3339(grant.expires_at) if grant.expires_at else None,
        "quiet_hours": {"start": f"{quiet.start:%H:%M}", "end": f"{quiet.end:%H:%M}"} if quiet else None,
    }


def owner_only(scene: Scene, by: UUID) -> Member:
    """Return the owner's member if that is who acts. Raises NotFound for a stranger, Forbidden."""
    member = scene.member_of(by)
    if member.user_id != scene.circle.owner_id:
        raise Forbidden("Only the circle's owner may do this.")
    return member


def _another(scene: Scene, member_id: UUID) -> Member:
    """Return a member who is not the owner. Raises NotFound, BadField."""
    member = scene.members.get(member_id)
    if member is None:
        raise NotFound
    if member.user_id == scene.circle.owner_id:
        raise BadField("member", "The owner sees everything, and leaves by closing the circle.")
    return member


def _in_force(scene: Scene, member: Member, category: str) -> Grant | None:
    row = Granted.objects.filter(member=member, category=category).first()
    grant = reading.grant_of(row, member.pk) if row else None
    return grant if grant and grant.in_force(scene.tx.now) else None


def _grant(scene: Scene, owner: Member, member: Member, grant: Grant) -> Grant:
    scene.write(Kind.GRANTED, owner, member=member, category=grant.category, grant=grant)
    _tell_of_grant(scene, member, grant.category, grant)
    detail = {"member": member.pk, "category": grant.category, "access": str(grant.access)}
    _record("grant.changed", scene, owner.user_id, **detail)
    return grant


def _take_back(scene: Scene, actor: Member, member: Member, category: str) -> None:
    scene.write(Kind.REVOKED, actor, member=member, category=category)
    _tell_of_grant(scene, member, category, None)


def _tell_of_grant(scene: Scene, member: Member, category: str, grant: Grant | None) -> None:
    fields: dict[str, Any] = {"category": category, "access": None, "expires_at": None, "quiet_hours": None}
    if grant is not None:
        fields |= grant_fields(grant)
    owner = scene.owner
    scene.tell(member, "grant.changed", owner, {"person": face(owner), **fields})
    scene.tell(owner, "grant.changed", member, {"person": face(owner), "member": face(member), **fields})


def _see_off(scene: Scene, member: Member, actor: Member) -> None:
    """End a membership: first each grant, so that whoever replays the log line by line is right at each."""
    for category in (
        Granted.objects.filter(member=member).order_by("category").values_list("category", flat=True)
    ):
        _take_back(scene, actor, member, category)
    scene.write(Kind.LEFT, actor, member=member)
    for one in scene.members.values():
        scene.tell(one, "member.left", member, {"member": face(member)})
    del scene.members[member.pk]


def _close(scene: Scene, owner: Member) -> None:
    for member in [one for one in scene.members.values() if one.pk != owner.pk]:
        _see_off(scene, member, actor=owner)
    scene.write(Kind.CLOSED, owner)
    scene.tell(owner, "member.left", owner, {"member": face(owner), "closed": True})
    scene.circle.invites.filter(ended_at=None).update(ended_at=scene.tx.now, token=None)
    _record("circle.closed", scene, owner.user_id)


def _record(kind: str, scene: Scene, by: UUID | None, **detail: Any) -> None:
    record(kind, actor=by, subject=scene.circle.owner_id, detail={"circle": scene.circle.pk, **detail})
