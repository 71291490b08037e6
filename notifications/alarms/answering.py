"""Answering an alarm: who may see it may take it on, or quieten it for everyone."""

from datetime import datetime, timedelta
from uuid import UUID

from accounts.audit.record import Standing, record
from accounts.circles import reading
from accounts.circles.models import Member
from notifications.alarms import changing, machine
from notifications.alarms.machine import Change
from notifications.alarms.models import Alarm
from protocol.errors import NotFound


def acknowledge(alarm: str, circle: str, by: UUID, now: datetime) -> None:
    """Take an alarm on; again, or late, changes nothing. Raises NotFound."""
    row, member = _seen(alarm, circle, by)
    _answer(row, member, by, machine.acknowledge(changing.standing(row), member.pk, now), "acknowledged")


def snooze(alarm: str, circle: str, by: UUID, minutes: int, now: datetime) -> None:
    """Quieten an alarm for everyone, for so long. Raises NotFound, Conflict for one that is not sounding."""
    row, member = _seen(alarm, circle, by)
    until = now + timedelta(minutes=minutes)
    _answer(row, member, by, machine.snooze(changing.standing(row), member.pk, until, now), "snoozed")


def _seen(alarm: str, circle: str, by: UUID) -> tuple[Alarm, Member]:
    """Return the alarm, locked, and as whom one answers. The caller has asked whether one may see it."""
    row = Alarm.objects.select_for_update().filter(pk=UUID(alarm)).first()
    member = reading.membership(UUID(circle), by)
    if row is None or member is None or member.circle.owner_id != row.person_id:
        raise NotFound
    return row, member


def _answer(row: Alarm, member: Member, by: UUID, change: Change | None, verb: str) -> None:
    if change is not None:
        changing.apply(row, change, by=by)
    record(
        f"alarm.{verb}",
        actor=by,
        subject=row.person_id,
        detail={
            "as": Standing.SELF if by == row.person_id else Standing.FAMILY,
            "member": member.pk,
            "alarm": row.pk,
            "changed": change is not None,
        },
        shown=True,
    )
