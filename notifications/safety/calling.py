"""The contacts as alarms call them: in the person's order, asked to check in and told no more than that."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from accounts.circles.models import Circle
from accounts.models import User
from accounts.principals import me_stream
from notifications.ports import SafetyContact
from notifications.safety import contacts, telling
from notifications.safety.deciding import Detail, Telling, Way
from notifications.safety.declining import has_declined
from notifications.safety.models import Contact
from protocol.errors import Unavailable
from runtime import clock
from runtime.jobs import enqueue
from runtime.keyring import keyed_hash
from streams import log
from streams.commit import Item, write_now
from streams.refs import StreamRef
from streams.transaction import Tx

TRIES = 3  # a member can be named anew meanwhile
RETRY_MS = 500


def contacts_of(person_id: UUID) -> Sequence[SafetyContact]:
    """Return a person's contacts in their order, as the rows are now; who cannot be reached is left out."""
    now, found = clock.now(), list[SafetyContact]()
    for one in contacts.of(person_id):
        reached = contacts.member_of(one, now) if one.channel == Way.MEMBER else None
        told = reached is not None if one.channel == Way.MEMBER else not has_declined(one)
        if told:
            found.append(SafetyContact(one.pk, reached.user.pk if reached else None))
    return found


def check_in(person_id: UUID, contact_id: UUID, key: str, now: datetime) -> None:
    """Ask a contact to check in with the person, once per `key`, in the caller's transaction.

    A member is asked by a job after it, since their stream must be locked before all other rows.
    """
    person = User.objects.filter(pk=person_id, deleted_at=None).first()
    contact = Contact.objects.filter(pk=contact_id, person_id=person_id).first()
    if person is None or contact is None or has_declined(contact):
        return
    if contact.channel == Way.MEMBER:
        enqueue(
            "notifications.check_in",
            key=f"check_in:{keyed_hash('check-in', key)}",
            person=str(person_id),
            contact=str(contact_id),
            mark=key,
        )
    else:
        telling.outside(person, contact, _asked(contact), key, now)


def check_in_member(person_id: UUID, contact_id: UUID, key: str) -> bool:
    """Ask a member to check in, once per `key`; return whether they may be asked.

    Raises `Unavailable` where the contact kept changing meanwhile; nobody was asked then.
    """
    for _ in range(TRIES):
        contact = Contact.objects.filter(pk=contact_id, person_id=person_id).first()
        reached = contacts.member_of(contact, clock.now()) if contact else None
        if reached is None:
            return False
        stream = log.ensure(me_stream(reached.user.pk, "family"))
        streams = {reached.user.pk: stream}
        try:
            return write_now(Item((stream,), partial(_check_in, person_id, contact_id, key, streams)))
        except telling.MovedOn:
            continue
    raise Unavailable(retry_after_ms=RETRY_MS)


def _check_in(person_id: UUID, contact_id: UUID, key: str, streams: dict[UUID, StreamRef], tx: Tx) -> bool:
    person = User.objects.filter(pk=person_id, deleted_at=None).first()
    if person is None:
        return False
    list(Circle.objects.select_for_update().filter(owner=person, closed_at=None).order_by("pk"))
    contact = Contact.objects.select_for_update().filter(pk=contact_id, person_id=person_id).first()
    if contact is None or contact.channel != Way.MEMBER:
        return False
    telling.tell(tx, person, contact, _asked(contact), streams, key=key)
    return True


def _asked(contact: Contact) -> Telling:
    return Telling(contact.pk, contact.naming, Way(contact.channel), Detail.CHECK_IN)
