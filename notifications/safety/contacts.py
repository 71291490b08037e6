"""The contacts a person names: adding, changing and ordering them, and whether one still stands as named.

A member of a circle who is named may view `safety` from then on: a grant like any other, in the circle's log.
It is what shows them a notice, and taking it back ends that.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from accounts.audit.record import Scalar, Standing, record
from accounts.circles import changes, reading
from accounts.circles.models import Circle, Granted, Member
from accounts.circles.scene import change as change_circle
from accounts.models import User
from notifications.safety.deciding import Detail, Named, Way
from notifications.safety.declining import has_declined
from notifications.safety.models import Contact
from protocol.errors import BadField, Conflict, NotFound
from runtime import clock

T = TypeVar("T")

CATEGORY = "safety"
NAMED_ANEW = ("channel", "address", "detail", "by_moderator")  # a change of these ends what is on its way


@dataclass(frozen=True)
class Reached:
    """A member of a circle as whom a contact is told."""

    member: Member
    user: User


def of(person_id: UUID) -> list[Contact]:
    """Return a person's contacts in their order."""
    return list(Contact.objects.filter(person_id=person_id))


def one(person_id: UUID, contact_id: UUID) -> Contact:
    """Return one of a person's contacts. Raises NotFound."""
    found = Contact.objects.filter(pk=contact_id, person_id=person_id).first()
    if found is None:
        raise NotFound
    return found


def add(person_id: UUID, given: Mapping[str, Any], now: datetime) -> Contact:
    """Name a contact. Raises Conflict for one too many or one named already, BadField for no member."""

    def write() -> Contact:
        User.objects.select_for_update().get(pk=person_id)
        others = of(person_id)
        if len(others) >= settings.SAFETY.contacts:
            raise Conflict(f"One person has at most {settings.SAFETY.contacts} contacts.")
        made = Contact(person_id=person_id, place=len(others) + 1, named_at=_at(now))
        _fill(made, given)
        _not_twice(made, others)
        made.save(force_insert=True)
        _order(made, others, given.get("place"))
        _record("made", made)
        return made

    return _named(person_id, given["address"] if given["channel"] == Way.MEMBER else None, write)


def change(
    person_id: UUID,
    contact_id: UUID,
    given: Mapping[str, Any],
    check: Callable[[Contact], None],
    now: datetime,
) -> Contact:
    """Change what is named; `check` may object to the contact as stored.

    Raises NotFound, Conflict for one who is named already, BadField for no member.
    """

    def write() -> Contact:
        User.objects.select_for_update().get(pk=person_id)
        others = of(person_id)
        row = Contact.objects.select_for_update().filter(pk=contact_id, person_id=person_id).first()
        if row is None:
            raise NotFound
        check(row)
        before = [getattr(row, name) for name in NAMED_ANEW]
        _fill(row, given)
        others = [other for other in others if other.pk != row.pk]
        _not_twice(row, others)
        if [getattr(row, name) for name in NAMED_ANEW] != before:
            row.naming, row.named_at = uuid4(), _at(now)
        row.save()
        _order(row, others, given.get("place"))
        _record("changed", row)
        return row

    stored = one(person_id, contact_id)
    channel, address = given.get("channel", stored.channel), given.get("address", stored.address)
    anew = channel == Way.MEMBER and (stored.channel, stored.address) != (channel, address)
    return _named(person_id, address if anew else None, write)


@transaction.atomic
def remove(person_id: UUID, contact_id: UUID) -> None:
    """Take a contact out: what is on its way to them and not yet handed over ends. Raises NotFound."""
    User.objects.select_for_update().get(pk=person_id)
    row = Contact.objects.select_for_update().filter(pk=contact_id, person_id=person_id).first()
    if row is None:
        raise NotFound
    _record("removed", row)
    row.delete()
    for place, other in enumerate(of(person_id), 1):
        Contact.objects.filter(pk=other.pk).update(place=place)


def stands(person_id: UUID, naming: UUID, address: str) -> bool:
    """Return whether a contact is still named so, at that address; in a transaction.

    The row stays locked until the commit: whoever takes the contact out comes wholly before, or waits. A
    member must be in the circle under a grant in force; the circle is locked first, as by a revocation.
    """
    found = Contact.objects.filter(naming=naming, person_id=person_id)
    known = found.first()
    if known is None or (known.channel == Way.MEMBER and member_of(known, clock.now(), lock=True) is None):
        return False
    row = found.select_for_update().first()
    if row is None or has_declined(row):
        return False
    return row.channel == Way.MEMBER or row.address == address


def member_of(contact: Contact, now: datetime, *, lock: bool = False) -> Reached | None:
    """Return the member that a contact is: in an open circle of the person's, under a `safety` grant.

    None where there is no such member (any more). With `lock` the circle stays locked until the commit.
    """
    member = Member.objects.filter(pk=contact.address, circle__owner_id=contact.person_id).first()
    if member is None:
        return None
    if lock:
        Circle.objects.select_for_update().get(pk=member.circle_id)
    there = Member.objects.select_related("circle", "user").filter(
        pk=member.pk, left_at=None, circle__closed_at=None, circle__owner_id=contact.person_id
    )
    found = there.first()
    granted = Granted.objects.filter(member=member, category=CATEGORY).first()
    if found is None or found.user is None or granted is None:
        return None
    if not reading.grant_of(granted, member.pk).in_force(now) or not found.user.admitted(now):
        return None
    return Reached(found, found.user)


def reaches(contact: Contact, now: datetime) -> bool:
    """Return whether a contact can be told: a member under a grant, none who declined, SMS by a provider."""
    if has_declined(contact):
        return False
    if contact.channel == Way.SMS:
        return settings.TWILIO is not None
    return contact.channel == Way.EMAIL or member_of(contact, now) is not None


def named(contact: Contact, *, reached: bool = True) -> Named:
    """Return a contact as a value."""
    return Named(
        contact=contact.pk,
        naming=contact.naming,
        way=Way(contact.channel),
        detail=Detail(contact.detail),
        by_moderator=contact.by_moderator,
        named_at=contact.named_at,
        reached=reached,
    )


def _named(person_id: UUID, member_id: str | None, write: Callable[[], T]) -> T:
    """Write a contact; with a member who is named anew, under their circle's lock and with their grant."""
    if member_id is None:
        with transaction.atomic():
            return write()
    member = Member.objects.filter(
        pk=member_id, left_at=None, circle__owner_id=person_id, circle__closed_at=None
    ).first()
    if member is None or member.user_id == person_id:
        raise BadField("address", "Must be the id of somebody in a circle of yours.")
    circle_id, chosen = member.circle_id, member.pk

    def act(scene: Any) -> T:
        changes.let_view(scene, person_id, chosen, CATEGORY)
        return write()

    return change_circle(circle_id, act)


def _at(now: datetime) -> datetime:
    """Return a moment in the streams' own precision, by which notices are asked for."""
    return now.replace(microsecond=now.microsecond // 1_000 * 1_000)


def _fill(row: Contact, given: Mapping[str, Any]) -> None:
    for field in ("name", *NAMED_ANEW):
        if field in given:
            setattr(row, field, given[field])


def _not_twice(row: Contact, others: Sequence[Contact]) -> None:
    if any((other.channel, other.address) == (row.channel, row.address) for other in others):
        raise Conflict("You have named this contact already.")


def _order(row: Contact, others: Sequence[Contact], wanted: int | None) -> None:
    """Give every contact its place, this one the wanted one or its own."""
    order = list(others)
    order.insert((wanted or row.place) - 1, row)
    for place, contact in enumerate(order, 1):
        if contact.place != place:
            Contact.objects.filter(pk=contact.pk).update(place=place)
            contact.place = place


def _record(verb: str, row: Contact) -> None:
    """Consents stand in the audit, which is never changed: to whom by id, by what way, how much, by whom."""
    detail: dict[str, Scalar] = {
        "as": Standing.SELF,
        "contact": row.pk,
        "channel": str(row.channel),
        "detail": str(row.detail),
        "by_moderator": row.by_moderator,
    }
    record(f"safety_contact.{verb}", actor=row.person_id, subject=row.person_id, detail=detail, shown=True)
