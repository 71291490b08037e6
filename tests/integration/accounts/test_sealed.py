"""The sealed tie: found by the server, joined by nobody."""

import threading
import uuid

import pytest
import tink
from django.db import IntegrityError, connection

from accounts import sealed
from accounts.models import SealedIdentity
from streams.models import Stream

pytestmark = pytest.mark.django_db(transaction=True)

ALICE, BOB = uuid.uuid4(), uuid.uuid4()


def member(person: uuid.UUID, stream: int, *, here: bool = True) -> str:
    name = f"m_{uuid.uuid4().hex[:16]}"
    sealed.seal(person, stream, name)
    if here:
        sealed.take_slot(person, name)
    return name


def test_a_member_is_found_and_opened() -> None:
    name = member(ALICE, 1)
    assert sealed.member_in(ALICE, 1) == name
    assert sealed.member_in(ALICE, 2) is None
    assert sealed.member_in(BOB, 1) is None
    assert sealed.person_of(name) == ALICE
    with pytest.raises(sealed.UnknownMember):
        sealed.person_of("m_nobody")


def test_one_person_has_one_member_in_a_room() -> None:
    member(ALICE, 1)
    with pytest.raises(IntegrityError):
        member(ALICE, 1)


def test_no_column_of_two_rooms_is_the_same() -> None:
    for stream in range(5):
        member(ALICE, stream)
    rows = list(SealedIdentity.objects.values_list("member_id", "person", "room_hash", "slot_hash"))
    for column in zip(*rows, strict=True):
        assert len({bytes(x) if not isinstance(x, str) else x for x in column}) == 5
    assert ALICE.hex not in repr(rows)
    assert not any(ALICE.bytes in bytes(row[1]) for row in rows)


def test_a_tie_moved_to_another_member_does_not_open() -> None:
    mine, other = member(ALICE, 1), member(BOB, 1)
    row = SealedIdentity.objects.get(pk=mine)
    SealedIdentity.objects.filter(pk=other).update(person=row.person)
    with pytest.raises(tink.TinkError):
        sealed.person_of(other)


def test_rooms_left_keep_the_tie_and_free_the_slot() -> None:
    stay, leave = member(ALICE, 1), member(ALICE, 2)
    sealed.free_slot(leave)
    assert sealed.active_members(ALICE) == [stay]
    assert sealed.member_in(ALICE, 2) == leave


def test_the_twenty_first_room_is_refused() -> None:
    for stream in range(20):
        member(ALICE, stream)
    extra = member(ALICE, 20, here=False)
    with pytest.raises(sealed.SlotsFull):
        sealed.take_slot(ALICE, extra)
    sealed.free_slot(sealed.active_members(ALICE)[0])
    sealed.take_slot(ALICE, extra)
    assert extra in sealed.active_members(ALICE)
    assert len(sealed.active_members(ALICE)) == 20


def test_taking_a_slot_twice_takes_one() -> None:
    name = member(ALICE, 1)
    sealed.take_slot(ALICE, name)
    assert sealed.active_members(ALICE) == [name]


def test_the_limit_holds_in_a_race() -> None:
    names = [member(ALICE, stream, here=False) for stream in range(26)]
    refused: list[str] = []

    def join(mine: list[str]) -> None:
        for name in mine:
            try:
                sealed.take_slot(ALICE, name)
            except sealed.SlotsFull:
                refused.append(name)
        connection.close()

    threads = [threading.Thread(target=join, args=(names[start::4],)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sealed.active_members(ALICE)) == 20
    assert len(refused) == 6


def test_every_room_ever_joined_is_found_for_erasing() -> None:
    streams = [Stream.objects.create(name=f"room:{n:016x}", epoch="e") for n in range(3)]
    made = {(stream.pk, member(ALICE, stream.pk, here=False)) for stream in streams}
    member(BOB, streams[0].pk)
    assert set(sealed.all_members(ALICE)) == made
    assert sealed.forget(ALICE) == 3
    assert sealed.all_members(ALICE) == []
    assert len(sealed.all_members(BOB)) == 1


def test_a_pair_is_the_same_in_either_order() -> None:
    assert sealed.pair_hash(ALICE, BOB) == sealed.pair_hash(BOB, ALICE)
    assert sealed.pair_hash(ALICE, BOB) != sealed.pair_hash(ALICE, ALICE)
