"""Members of staff at work: under which name, in which roles, and whether they are on duty now."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from accounts.models import RoleAssignment, User
from accounts.principals import Principal, may_still_act, me_stream, roles_now
from accounts.roles import Role
from moderation import numbers
from moderation.models import Duty
from moderation.state import Actor, Presence, is_on_duty
from protocol.errors import Forbidden, NotFound, Unauthorized
from streams import log
from streams.refs import StreamRef

# Names that say nothing of anybody. People in distress read them: nothing that startles.
NAMES = (
    "Linden", "Maple", "Alder", "Hazel", "Rowan", "Willow", "Juniper", "Laurel", "Aspen", "Birch",
    "Cedar", "Elder", "Fern", "Heather", "Clover", "Sorrel", "Thyme", "Sage", "Lark", "Wren",
    "Robin", "Finch", "Heron", "Plover", "River", "Brook", "Meadow", "Harbour", "Haven", "Lantern",
)  # fmt: skip


def actor(by: Principal, now: datetime) -> Actor:
    """Return the caller as rules see them, by the rows as they are now; in a transaction.

    Raises Unauthorized for an ended session, Forbidden for who does no casework.
    """
    if not may_still_act(by, now):
        raise Unauthorized
    held = roles_now((by.person_id,), now).get(by.person_id, frozenset())
    may = {role for role in held if by.has(role)}
    if not may & {Role.MODERATOR, Role.SUPERVISOR, Role.CLINICIAN}:
        raise Forbidden
    duty = duty_of(by.person_id)
    return Actor(
        person=by.person_id,
        name=duty.name,
        moderator=Role.MODERATOR in may,
        supervisor=Role.SUPERVISOR in may,
        clinician=Role.CLINICIAN in may,
        on_duty=is_on_duty(presence_of(duty), now),
    )


def presence_of(duty: Duty) -> Presence:
    """Return when somebody was last seen, for the rule."""
    return Presence(duty.on, duty.socket_seen_at, duty.http_seen_at)


def duty_of(person_id: UUID) -> Duty:
    """Return a member of staff's row; a first one gives them a pseudonym that nobody else has."""
    row = Duty.objects.filter(pk=person_id).first()
    while row is None:
        name = _free_name()
        try:
            with transaction.atomic():
                row = Duty.objects.create(staff_id=person_id, name=name)
        except IntegrityError:  # another of their sockets was faster
            row = Duty.objects.filter(pk=person_id).first()
    return row


def _free_name() -> str:
    taken = set(Duty.objects.values_list("name", flat=True))
    for turn in range(1, len(taken) + 2):
        for name in NAMES:
            wanted = name if turn == 1 else f"{name} {turn}"
            if wanted not in taken:
                return wanted
    raise AssertionError("more names than rows were tried")


def there(now: datetime) -> QuerySet[Duty]:
    """Return who is on duty now."""
    seen = Q(socket_seen_at__gt=now - numbers.DUTY_AFTER_SOCKET)
    seen |= Q(http_seen_at__gt=now - numbers.DUTY_AFTER_HTTP)
    return Duty.objects.filter(seen, on=True)


def seniors_there(now: datetime) -> bool:
    """Return whether a supervisor or clinician is on duty."""
    roles = (Role.SUPERVISOR, Role.CLINICIAN)
    return there(now).filter(staff__roles__role__in=roles).exists()


def is_there(person_id: UUID | None, now: datetime) -> bool:
    """Return whether this member of staff is on duty."""
    return person_id is not None and there(now).filter(pk=person_id).exists()


def named(name: str) -> Duty:
    """Return the member of staff of that pseudonym. Raises NotFound."""
    row = Duty.objects.filter(name=name).first()
    if row is None:
        raise NotFound
    return row


def holders_of(roles: Iterable[Role], now: datetime) -> list[UUID]:
    """Return everyone who holds one of the roles and may act at all, on duty or not."""
    ids = RoleAssignment.objects.filter(role__in=list(roles)).values_list("user_id", flat=True)
    people = User.objects.filter(pk__in=set(ids)).order_by("pk")
    return [user.pk for user in people if user.admitted(now)]


def me_of(person_id: UUID) -> StreamRef:
    """Return a member of staff's own stream on the moderators' socket. Synchronous."""
    return log.ensure(me_stream(person_id, "moderation"))
