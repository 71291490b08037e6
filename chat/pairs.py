"""Making the room of two people who were matched. Synchronous."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from accounts import sealed
from chat import tickets
from chat.join import enrol, joined_fields
from chat.memberships import me_of
from chat.models import PAIR_CAPACITY, MatchTicket, PairBlock, Room
from chat.pairing import Waiting, pairs
from protocol.errors import Conflict
from streams import log
from streams.commit import Item, write_now
from streams.models import Stream
from streams.refs import StreamRef
from streams.transaction import Tx


@dataclass(frozen=True, slots=True)
class _Guest:
    """One of the two, with their ticket and their own stream."""

    ticket: MatchTicket
    person_id: UUID
    me: StreamRef


def pair_waiting(topic: str, language: str, now: datetime) -> int:
    """Match whoever can be matched in one topic and language; return how many pairs were made.

    Several processes may do it at once: a ticket is claimed in the transaction that makes the room.
    """
    rows = {ticket.pk: ticket for ticket in tickets.waiting(topic, language, now)}
    if len(rows) < PAIR_CAPACITY:
        return 0
    people = {pk: tickets.person_of(ticket) for pk, ticket in rows.items()}

    def may_meet(one: Waiting, other: Waiting) -> bool:
        return not _kept_apart(people[one.key], people[other.key])

    waiting = [
        Waiting(pk, ticket.role == MatchTicket.Role.LISTENER, ticket.since) for pk, ticket in rows.items()
    ]
    found = pairs(waiting, now, may_meet)
    return sum(_bring_together(rows[a.key], rows[b.key]) for a, b in found)


def _kept_apart(one: UUID, other: UUID) -> bool:
    return PairBlock.objects.filter(pk=sealed.pair_hash(one, other)).exists()


def _bring_together(*pair: MatchTicket) -> bool:
    """Make the room of two tickets; False where one of them was gone by then."""
    guests = [
        _Guest(ticket, person_id, me_of(person_id))
        for ticket, person_id in ((ticket, tickets.person_of(ticket)) for ticket in pair)
    ]
    ref = log.create(log.new_room_name())
    made = False
    try:
        made = write_now(Item((ref, *(guest.me for guest in guests)), lambda tx: _make(tx, ref, guests)))
    except Conflict:
        pass  # another process was faster
    finally:
        if not made:
            Stream.objects.filter(pk=ref.id).delete()
    return made


def _make(tx: Tx, ref: StreamRef, guests: list[_Guest]) -> bool:
    """Claim both tickets and put both people into a new room; False where one is in too many rooms."""
    claimed, _ = MatchTicket.objects.filter(pk__in=[guest.ticket.pk for guest in guests]).delete()
    if claimed != len(guests) or _kept_apart(*(guest.person_id for guest in guests)):
        raise Conflict
    if _turn_away(tx, guests):
        return False
    topic = guests[0].ticket.topic
    room = Room(
        stream_id=ref.id,
        slug=f"pair-{secrets.token_hex(8)}",
        topic=topic,
        title=topic.replace("-", " ").capitalize(),
        language=guests[0].ticket.language,
        kind=Room.Kind.PAIR,
        capacity=PAIR_CAPACITY,
        created_at=tx.now,
    )
    room.save(force_insert=True)
    members = [enrol(tx, room, guest.person_id, None) for guest in guests]
    for member in members:
        tx.append(ref, "member.joined", {"member": member.wire}, member=member.id)
    for guest, own, other in zip(guests, members, reversed(members), strict=True):
        matched = {**joined_fields(tx, room, own), "with": other.wire, "role": str(guest.ticket.role)}
        tx.append(guest.me, "matched", matched)
    return True


def _turn_away(tx: Tx, guests: list[_Guest]) -> bool:
    """Tell whoever is in too many rooms by now; the other one goes on waiting under the same ticket."""
    full = [guest for guest in guests if len(sealed.active_members(guest.person_id)) >= _most()]
    for guest in full:
        tx.append(guest.me, "unmatched", {"reason": "too_many_rooms"})
    if full:
        for guest in guests:
            if guest not in full:
                guest.ticket.save(force_insert=True)
    return bool(full)


def _most() -> int:
    return int(settings.LIMITS.rooms_per_person)
