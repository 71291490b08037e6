"""Whether a delivery may still be sent: asked in the transaction that claims it, of the rows as they are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.circles import reading
from accounts.circles.models import Circle, Granted, Member
from accounts.models import User
from notifications import preferences, reach
from notifications.alarms.machine import SOUNDING
from notifications.alarms.models import Alarm
from notifications.models import Delivery
from notifications.outgoing import Basis
from notifications.recipients import Channel, channels, quiet_until

ContactStands = Callable[[UUID, UUID, str], bool]


@dataclass(frozen=True)
class Verdict:
    """Whether it may be sent, and to what address; `later` if quiet hours hold it, `word` if not at all."""

    address: str | None = None
    later: datetime | None = None
    word: str = ""


_contact_stands: ContactStands | None = None


def register_contacts(ask: ContactStands) -> None:
    """Let `ask(person, naming, address)` say whether a contact is still named so, at that address (nothing
    for a member of a circle). The port of whoever keeps contacts; until it is filled none is written to.
    """
    global _contact_stands
    _contact_stands = ask


def verdict(row: Delivery, now: datetime) -> Verdict:
    """Return whether a delivery may be sent now. What it reads of a circle stays locked until the commit."""
    person = User.objects.filter(pk=row.person_id).first()
    if person is None or person.deleted_at is not None or not person.is_active:
        return Verdict(word="person_gone")
    if row.recipient_id is not None:
        recipient = User.objects.filter(pk=row.recipient_id).first()
        if recipient is None or not recipient.admitted(now):
            return Verdict(word="recipient_gone")
    else:
        recipient = None
    if not _sounds(row.body.get("alarm")):
        return Verdict(word="answered")
    match Basis(row.basis):
        case Basis.CONTACT:
            return _to_contact(row, recipient, now)
        case Basis.OWN:
            return _to_user(row, recipient, now)
        case Basis.GRANT:
            return _by_grant(row, person, recipient, now)


def _sounds(alarm: str | None) -> bool:
    """Return whether the alarm that a delivery rings for waits for an answer yet; True for none."""
    return alarm is None or Alarm.objects.filter(pk=alarm, state__in=SOUNDING).exists()


def _to_contact(row: Delivery, recipient: User | None, now: datetime) -> Verdict:
    """A contact outside the house has an address; a member of a circle is told as they wish to be."""
    if row.basis_id is None or _contact_stands is None:
        return Verdict(word="withdrawn")
    if not _contact_stands(row.person_id, row.basis_id, row.address or ""):
        return Verdict(word="withdrawn")
    return Verdict(address=row.address) if row.address is not None else _to_user(row, recipient, now)


def _to_user(row: Delivery, recipient: User | None, now: datetime) -> Verdict:
    if recipient is None:
        return Verdict(word="recipient_gone")
    chosen = preferences.chosen_by([recipient.pk]).get(recipient.pk, {})
    if Channel(row.channel) not in channels(row.body["kind"], chosen):
        return Verdict(word="withdrawn")
    address = _address(row, recipient)
    return Verdict(address=address) if address else Verdict(word="no_address")


def _by_grant(row: Delivery, person: User, recipient: User | None, now: datetime) -> Verdict:
    """The circle's lock orders this against a revocation: one that committed first is seen here."""
    member = Member.objects.filter(pk=row.basis_id).first() if row.basis_id else None
    circle = (
        Circle.objects.select_for_update().filter(pk=member.circle_id, closed_at=None).first()
        if member
        else None
    )
    if member is None or circle is None or circle.owner_id != person.pk:
        return Verdict(word="withdrawn")
    there = Member.objects.filter(pk=member.pk, left_at=None, user=recipient).exists()
    granted = Granted.objects.filter(member=member, category=row.body["category"]).first()
    grant = reading.grant_of(granted, member.pk) if granted else None
    if recipient is None or not there or grant is None or not grant.in_force(now):
        return Verdict(word="withdrawn")
    if grant.quiet_hours is not None and not row.body["urgent"]:
        until = quiet_until(grant.quiet_hours, ZoneInfo(person.time_zone), now)
        if until > now:
            return Verdict(later=until)
    return _to_user(row, recipient, now)


def _address(row: Delivery, recipient: User | None) -> str | None:
    if row.channel == Channel.WEB_PUSH:
        return str(row.subscription.details["endpoint"]) if row.subscription else None
    if row.channel == Channel.EMAIL and recipient is not None:
        return reach.email_of(recipient)
    return None
