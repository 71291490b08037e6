"""History, read marks, typing and who is there."""

import pytest

from chat import typing
from protocol import commands as c
from protocol.errors import BadField, Banned, NotMember
from streams import presence
from tests.integration.chat.conftest import Told
from tests.integration.chat.people import Someone, moderate, room_events


async def test_a_new_member_reads_what_was_said_before(alice: Someone, charlie: Someone) -> None:
    await alice.joins()
    await alice.says("long ago")
    await charlie.joins()
    page = await charlie.asks_history()
    assert page["events"] == await room_events()
    assert (page["head"], page["more"]) == (3, False)


async def test_pages_go_both_ways(together: None, alice: Someone) -> None:
    for n in range(8):
        await alice.says(str(n))
    latest = await alice.asks_history(limit=3)
    assert [event["seq"] for event in latest["events"]] == [8, 9, 10]
    assert latest["more"]
    older = await alice.asks_history(before=8, limit=200)
    assert [event["seq"] for event in older["events"]] == [1, 2, 3, 4, 5, 6, 7]
    assert not older["more"]
    newer = await alice.asks_history(after=8, limit=1)
    assert [event["seq"] for event in newer["events"]] == [9]
    assert newer["more"]


async def test_who_left_or_is_banned_reads_no_more(together: None, alice: Someone, bob: Someone) -> None:
    await moderate("ban", alice, alice.id(), until=None, on=True)
    with pytest.raises(Banned):
        await alice.asks_history()
    await bob.leaves()
    with pytest.raises(NotMember):
        await bob.asks_history()
    with pytest.raises(NotMember):
        await bob.asks_members()


async def test_the_mark_goes_forward_only(together: None, told: Told, alice: Someone) -> None:
    await alice.says("hello")
    await alice.reads(3)
    await alice.reads(1)
    assert alice.rooms["sleep"].read_seq == 3
    with pytest.raises(BadField) as refused:
        await alice.reads(4)
    assert refused.value.field == "seq"
    (signal,) = told.signals
    assert signal["only"] == alice.id()
    assert (signal["data"]["kind"], signal["data"]["seq"]) == ("read", 3)


async def test_typing_is_a_signal(together: None, told: Told, alice: Someone) -> None:
    command = c.Typing(id=1, stream=alice.stream(), on=True)
    assert await typing.say_typing(command, member=alice.rooms["sleep"]) == {}
    (signal,) = told.signals
    assert signal["member"] == alice.id()
    assert signal["data"]["member"] == alice.rooms["sleep"].wire
    assert signal["data"]["on"] is True


async def test_members_are_those_present_with_those_here_first(
    together: None, alice: Someone, bob: Someone, charlie: Someone
) -> None:
    await charlie.joins()
    await charlie.leaves()
    stream = bob.rooms["sleep"].stream.id
    presence.view().arrive(stream, bob.id())
    try:
        listed = await bob.asks_members()
    finally:
        presence.view().depart(stream, bob.id())
    assert listed["people"] == 1
    assert [(member["id"], member["here"]) for member in listed["members"]] == [
        (bob.id(), True), (alice.id(), False),
    ]  # fmt: skip
