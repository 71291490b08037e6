"""Becoming a member of a room, and leaving it."""

import asyncio
from uuid import UUID

import pytest

from accounts import sessions
from accounts.models import AuthSession, User
from accounts.principals import Principal
from accounts.registries import erase_person
from chat import memberships, rooms
from chat.models import Member, Room
from protocol.errors import (
    BadField,
    Banned,
    Conflict,
    Forbidden,
    NotFound,
    NotMember,
    RoomFull,
    Unauthorized,
)
from runtime import clock
from streams import db, presence
from tests.integration.chat.people import Maker, Someone, moderate, rewrite_room, room_events


async def test_alice_joins_and_everybody_hears_of_it(alice: Someone) -> None:
    fields = await alice.joins()
    (joined,) = await room_events()
    assert joined["kind"] == "member.joined"
    assert joined["member"] == fields["member"]
    assert fields["head"] == joined["seq"] == 1
    assert fields["people"] == 1
    (told,) = await alice.me()
    assert (told["kind"], told["room_stream"], told["room"], told["head"]) == (
        "joined", fields["stream"], "sleep", 1,
    )  # fmt: skip


async def test_joining_again_gives_the_same_member(alice: Someone) -> None:
    first = await alice.joins()
    again = await alice.joins(name="Another Name")
    assert again["member"] == first["member"]
    assert len(await room_events()) == 1


async def test_the_member_is_the_same_after_a_leave(alice: Someone) -> None:
    first = await alice.joins()
    await alice.leaves()
    again = await alice.joins(name="Another Name")
    assert again["member"] == first["member"]
    assert [event["kind"] for event in await room_events()] == [
        "member.joined",
        "member.left",
        "member.joined",
    ]


async def test_leaving_is_told_to_the_room_and_to_ones_own_devices(alice: Someone) -> None:
    await alice.joins()
    assert await alice.leaves() == {}
    assert (await room_events())[-1]["kind"] == "member.left"
    left = (await alice.me())[-1]
    assert (left["kind"], left["room_stream"], left["reason"]) == ("left", alice.stream(), "left")
    assert await db.run(memberships.load, alice.principal.person_id) == []
    with pytest.raises(NotMember):
        await alice.leaves()


async def test_joins_at_once_make_one_member(alice: Someone) -> None:
    answers = await asyncio.gather(*(alice.joins() for _ in range(3)))
    assert len({answer["member"]["id"] for answer in answers}) == 1
    assert len(await room_events()) == 1


async def test_an_unknown_room_is_not_found(alice: Someone) -> None:
    with pytest.raises(NotFound):
        await alice.joins("nowhere")


async def test_a_chosen_name_is_borne(alice: Someone) -> None:
    assert (await alice.joins(name="Tall Juniper"))["member"]["name"] == "Tall Juniper"


@pytest.mark.parametrize("name", ["tall juniper", "ＴＡＬＬ Juniper"])
async def test_a_name_that_is_taken_is_a_conflict(alice: Someone, bob: Someone, name: str) -> None:
    await alice.joins(name="Tall Juniper")
    with pytest.raises(Conflict):
        await bob.joins(name=name)
    await alice.leaves()
    with pytest.raises(Conflict):
        await bob.joins(name=name)


async def test_one_bears_a_name_in_one_room_only(alice: Someone) -> None:
    await db.run(lambda: rooms.create(slug="talking", topic="talking", title="Talking", language="en"))
    await alice.joins(name="Tall Juniper")
    with pytest.raises(Conflict):
        await alice.joins("talking", name="Tall Juniper")
    drawn = await alice.joins("talking")
    assert drawn["member"]["name"] != "Tall Juniper"
    assert drawn["member"]["id"] != alice.id()


async def test_nobody_may_be_called_moderator(alice: Someone) -> None:
    with pytest.raises(BadField) as refused:
        await alice.joins(name="M0derator")
    assert refused.value.field == "name"


async def test_the_twenty_first_room_is_a_conflict(alice: Someone) -> None:
    def make() -> None:
        for n in range(21):
            rooms.create(slug=f"r{n}", topic="many", title="Many", language="en")

    await db.run(make)
    for n in range(20):
        await alice.joins(f"r{n}")
    with pytest.raises(Conflict):
        await alice.joins("r20")
    await alice.leaves("r3")
    await alice.joins("r20")
    assert len(await db.run(memberships.load, alice.principal.person_id)) == 20


async def test_the_banned_cannot_come_back_until_it_is_undone(alice: Someone) -> None:
    await alice.joins()
    await moderate("ban", alice, alice.id(), until=None, on=True)
    with pytest.raises(Banned):
        await alice.joins()
    await moderate("unban", alice, alice.id())
    await alice.joins()


async def test_a_closed_room_lets_nobody_in(alice: Someone, bob: Someone) -> None:
    await alice.joins()
    await rewrite_room(closed=True)
    await alice.joins()
    with pytest.raises(Forbidden):
        await bob.joins()


async def test_a_full_room_names_another_one_of_the_topic(
    alice: Someone, bob: Someone, another: Maker
) -> None:
    await rewrite_room(capacity=1)
    await alice.joins()
    presence.view().arrive(alice.rooms["sleep"].stream.id, alice.id())
    try:
        with pytest.raises(RoomFull) as refused:
            await bob.joins()
        assert refused.value.extra["room"] == "sleep-2"
        await bob.joins("sleep-2")
        with pytest.raises(RoomFull) as again:
            await (await db.run(another)).joins()
        assert again.value.extra["room"] == "sleep-2"
        assert (await alice.joins())["people"] == 1
    finally:
        presence.view().depart(alice.rooms["sleep"].stream.id, alice.id())

    def second() -> tuple[str, str, int]:
        room = Room.objects.get(slug="sleep-2")
        return room.topic, room.title, room.capacity

    assert await db.run(second) == ("sleep", "Sleep 2", 1)


async def test_a_membership_is_loaded_as_it_stands(alice: Someone) -> None:
    await alice.joins()
    await alice.reads(1)
    (loaded,) = await db.run(memberships.load, alice.principal.person_id)
    assert (loaded.slug, loaded.member_id, loaded.read_seq) == ("sleep", alice.id(), 1)
    one = await db.run(memberships.load_one, alice.principal.person_id, alice.stream())
    assert one is not None
    assert one.wire == loaded.wire
    assert one.version == loaded.version


async def test_names_in_a_busy_room_are_all_different(another: Maker) -> None:
    people = [await db.run(another) for _ in range(30)]
    await asyncio.gather(*(person.joins() for person in people))
    keys = await db.run(lambda: list(Member.objects.values_list("name_key", flat=True)))
    assert len(set(keys)) == 30


async def test_nobody_joins_once_their_sign_in_has_ended(alice: Someone, bob: Someone) -> None:
    for one in (alice, bob):
        one.principal = await db.run(signed_in, one.principal.person_id)
    await db.run(sessions.end, alice.principal.session_id, clock.now())
    with pytest.raises(Unauthorized):
        await alice.joins()
    with pytest.raises(Unauthorized):
        await alice.matches()
    assert await room_events() == []
    await bob.joins()
    await db.run(lambda: User.objects.filter(pk=bob.principal.person_id).update(suspended_at=clock.now()))
    with pytest.raises(Unauthorized):
        await bob.joins()


async def test_an_erased_person_does_not_come_back(alice: Someone) -> None:
    await alice.joins()
    await db.run(erase_person, alice.principal.person_id)
    with pytest.raises(Unauthorized):
        await alice.joins()
    with pytest.raises(Unauthorized):
        await alice.matches()


def signed_in(person_id: UUID) -> Principal:
    session = AuthSession.objects.create(user_id=person_id, kind=AuthSession.Kind.GUEST)
    return Principal(person_id, session.pk, frozenset(), True, "en")
