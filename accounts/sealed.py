"""The sealed tie between a room's member and a person.

A row is found by keyed hashes and opened with the identity key; no column of it is the same in two rooms,
so the table alone, or with the content key, joins nothing.
"""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import SealedIdentity
from runtime import keyring
from streams.models import Stream

CHUNK = 500  # of hashes in one query; SQLite takes 999 parameters at least


class SlotsFull(Exception):
    """The person is in as many rooms as one may be."""


class UnknownMember(LookupError):
    """No such member is known; erased perhaps."""


def room_hash(person_id: UUID, stream_id: int) -> str:
    """Return what finds a person's member in one room."""
    return keyring.keyed_hash("sealed-room", str(person_id), str(stream_id))


def slot_hashes(person_id: UUID) -> list[str]:
    """Return the hashes of all slots of a person: one per room they may be in at once."""
    count = settings.LIMITS.rooms_per_person
    return [keyring.keyed_hash("sealed-slot", str(person_id), str(slot)) for slot in range(count)]


def seal(person_id: UUID, stream_id: int, member_id: str) -> None:
    """Tie a new member to a person. Raises `IntegrityError` if the person has a member in that room."""
    sealed = keyring.identity().encrypt(person_id.bytes, _bound_to(member_id))
    SealedIdentity(member_id=member_id, person=sealed, room_hash=room_hash(person_id, stream_id)).save(
        force_insert=True
    )


def member_in(person_id: UUID, stream_id: int) -> str | None:
    """Return the person's member in a room, also one that left, or None."""
    found = SealedIdentity.objects.filter(room_hash=room_hash(person_id, stream_id))
    return found.values_list("member_id", flat=True).first()


def take_slot(person_id: UUID, member_id: str) -> None:
    """Count the member's room among those the person is in.

    The unique slot makes the limit hold in a race. Raises `SlotsFull`; nothing changes where the member
    has a slot already, and `UnknownMember` is raised for none.
    """
    hashes = slot_hashes(person_id)
    row = SealedIdentity.objects.filter(member_id=member_id).first()
    if row is None:
        raise UnknownMember
    if row.slot_hash:
        return
    taken = set(SealedIdentity.objects.filter(slot_hash__in=hashes).values_list("slot_hash", flat=True))
    for slot in (slot for slot in hashes if slot not in taken):
        try:
            with transaction.atomic():
                SealedIdentity.objects.filter(member_id=member_id).update(slot_hash=slot)
        except IntegrityError:
            continue  # another join of the same person was faster
        return
    raise SlotsFull


def free_slot(member_id: str) -> None:
    """Say that the member's person is not in that room any more; the tie stays."""
    SealedIdentity.objects.filter(member_id=member_id).update(slot_hash=None)


def active_members(person_id: UUID) -> list[str]:
    """Return the members a person is with now, one per room. One query."""
    found = SealedIdentity.objects.filter(slot_hash__in=slot_hashes(person_id))
    return list(found.values_list("member_id", flat=True))


def all_members(person_id: UUID) -> list[tuple[int, str]]:
    """Return (stream id, member) of every room the person ever was in; a scan, for erasing and exporting."""
    found: list[tuple[int, str]] = []
    ids = list(Stream.objects.filter(name__startswith="room:").values_list("id", flat=True))
    for start in range(0, len(ids), CHUNK):
        by_hash = {room_hash(person_id, stream_id): stream_id for stream_id in ids[start : start + CHUNK]}
        rows = SealedIdentity.objects.filter(room_hash__in=list(by_hash))
        found += [(by_hash[row.room_hash], row.member_id) for row in rows]
    return found


def person_of(member_id: str) -> UUID:
    """Return whose member this is: for the server's own work, never for a human's eyes.

    Raises `UnknownMember`, and `tink.TinkError` for a row that was tampered with.
    """
    row = SealedIdentity.objects.filter(member_id=member_id).first()
    if row is None:
        raise UnknownMember
    return UUID(bytes=keyring.identity().decrypt(bytes(row.person), _bound_to(member_id)))


def known_members(member_ids: Iterable[str]) -> set[str]:
    """Return those of the members who still are somebody's: not the erased ones. One query."""
    found = SealedIdentity.objects.filter(member_id__in=list(member_ids))
    return set(found.values_list("member_id", flat=True))


def forget(person_id: UUID) -> int:
    """Delete every tie of a person and return how many there were. Their members belong to nobody then."""
    members = [member for _, member in all_members(person_id)]
    count = 0
    for start in range(0, len(members), CHUNK):
        count += SealedIdentity.objects.filter(member_id__in=members[start : start + CHUNK]).delete()[0]
    return count


def pair_hash(person_a: UUID, person_b: UUID) -> str:
    """Return what says, for two people in either order, that they must not be matched."""
    first, second = sorted((str(person_a), str(person_b)))
    return keyring.keyed_hash("pair", first, second)


def _bound_to(member_id: str) -> bytes:
    return f"sealed:{member_id}".encode()
