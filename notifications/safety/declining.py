"""A contact outside the house who wants to be told nothing: by the link in what they were sent.

The link opens one naming of one contact, and nothing else. What they chose holds for that person and that
address, also when they are named anew; it is forgotten with the person.
"""

import base64
import binascii
import hmac
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from uuid import UUID

from django.conf import settings
from django.core import signing

from accounts.audit.record import Scalar, record
from accounts.principals import me_stream
from notifications.safety.deciding import Way
from notifications.safety.models import Contact, Declined
from runtime.keyring import keyed_hash
from streams import log
from streams.commit import Item, write_now
from streams.refs import StreamRef
from streams.transaction import Tx

KIND = "safety.contact"
PROOF_BYTES = 16  # of HMAC-SHA256: nobody guesses 2¹²⁸
SALT = "safety-declined"
SECOND_THOUGHT_S = 3_600  # who pressed it in fright comes back within the hour


class Standing(StrEnum):
    """How a contact stands to being told."""

    WILLING = "willing"
    DECLINED = "declined"
    GONE = "gone"  # named no more, or named anew: the link opens nothing


def link(naming: UUID) -> str:
    """Return the address that goes into what a contact is sent."""
    token = base64.urlsafe_b64encode(naming.bytes + _proof(naming)).rstrip(b"=").decode()
    return f"{settings.PUBLIC_URL}/told/{token}/"


def naming_of(token: str) -> UUID | None:
    """Return which naming a link is of, or None for one that is not ours."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 16 + PROOF_BYTES:
        return None
    naming = UUID(bytes=raw[:16])
    return naming if hmac.compare_digest(_proof(naming), raw[16:]) else None


def _proof(naming: UUID) -> bytes:
    return bytes.fromhex(keyed_hash("safety-link", naming.hex))[:PROOF_BYTES]


def has_declined(contact: Contact) -> bool:
    """Return whether a contact said that they want to be told nothing by this person."""
    if contact.channel == Way.MEMBER:
        return False
    return Declined.objects.filter(person_id=contact.person_id, mark=_mark(contact)).exists()


def standing(naming: UUID) -> Standing:
    """Return how the contact of a link stands."""
    contact = Contact.objects.filter(naming=naming).first()
    if contact is None:
        return Standing.GONE
    return Standing.DECLINED if has_declined(contact) else Standing.WILLING


def decline(naming: UUID) -> Standing:
    """Let a contact be told nothing from here on, and say so to the person; again, it changes nothing.

    What was queued and not claimed by then is not sent: the claim asks under the same lock.
    """

    def write(tx: Tx, contact: Contact, stream: StreamRef) -> None:
        _, made = Declined.objects.get_or_create(
            person_id=contact.person_id, mark=_mark(contact), defaults={"at": tx.now}
        )
        if made:
            _tell(tx, stream, contact, Standing.DECLINED)

    return _change(naming, write)


def second_thought(naming: UUID) -> str:
    """Return what takes a declining back, for an hour."""
    return signing.dumps(naming.hex, salt=SALT)


def take_back(naming: UUID, proof: str) -> Standing:
    """Let a contact be told again who declined within the hour; a proof that is none changes nothing."""
    try:
        good = signing.loads(proof, salt=SALT, max_age=SECOND_THOUGHT_S) == naming.hex
    except signing.BadSignature:
        good = False
    if not good:
        return standing(naming)

    def write(tx: Tx, contact: Contact, stream: StreamRef) -> None:
        gone, _ = Declined.objects.filter(person_id=contact.person_id, mark=_mark(contact)).delete()
        if gone:
            _tell(tx, stream, contact, Standing.WILLING)

    return _change(naming, write)


def _change(naming: UUID, write: Callable[[Tx, Contact, StreamRef], None]) -> Standing:
    person_id = Contact.objects.filter(naming=naming).values_list("person_id", flat=True).first()
    if person_id is None:
        return Standing.GONE
    stream = log.ensure(me_stream(person_id, "family"))
    write_now(Item((stream,), partial(_locked, naming, write, stream)))
    return standing(naming)


def _locked(naming: UUID, write: Callable[[Tx, Contact, StreamRef], None], stream: StreamRef, tx: Tx) -> None:
    contact = Contact.objects.select_for_update().filter(naming=naming).exclude(channel=Way.MEMBER).first()
    if contact is not None:
        write(tx, contact, stream)


def _tell(tx: Tx, stream: StreamRef, contact: Contact, state: Standing) -> None:
    tx.append(stream, KIND, {"contact": str(contact.pk), "state": str(state)})
    detail: dict[str, Scalar] = {"contact": contact.pk, "channel": str(contact.channel)}
    # Who holds the link is nobody that the house knows.
    record(f"safety_contact.{state}", actor=None, subject=contact.person_id, detail=detail)


def _mark(contact: Contact) -> str:
    address = contact.address.lower()  # a mailbox is one whatever its letters
    return keyed_hash("safety-declined", str(contact.person_id), str(contact.channel), address)
