"""Leaving rooms, and what nobody who left is given."""

from __future__ import annotations

from tests.party import Party
from tests.speaker import PATIENCE


async def test_a_leave_is_told_to_the_room_and_to_ones_me(party: Party) -> None:
    alice, bob = await party.members(2)
    reply = await bob.leave(party.stream)
    assert set(reply) == {"type", "id"}
    assert (await alice.expect("member.left"))["member"] == bob.joined["member"]
    left = await bob.expect("left", stream="me")
    assert left["room_stream"] == party.stream
    assert left["reason"] == "left"


async def test_who_left_hears_no_more_on_any_connection(party: Party) -> None:
    alice, bob = await party.members(2)
    tablet = await party.connect(bob.person)
    await bob.leave(party.stream)
    await tablet.expect("left", stream="me")
    await alice.send(party.stream, "among ourselves")
    for speaker in (bob, tablet):
        await speaker.hears_nothing("message")


async def test_who_left_may_do_nothing_there(party: Party) -> None:
    alice, bob = await party.members(2)
    sent = await alice.send(party.stream, "hello")
    tablet = await party.connect(bob.person)
    await bob.leave(party.stream)
    await tablet.expect("left")
    event_id = sent["event_id"]
    for speaker in (bob, tablet):
        for word, fields in every_room_command(event_id, alice.member):
            reply = await speaker.ask(word, stream=party.stream, **fields)
            assert (word, reply.get("code")) == (word, "not_member")


async def test_a_stream_one_was_never_in_is_not_member_and_an_unknown_one_not_found(party: Party) -> None:
    alice, charlie = await party.member(), await party.connect()
    sent = await alice.send(party.stream, "hello")
    for word, fields in every_room_command(sent["event_id"], alice.member):
        assert (await charlie.ask(word, stream=party.stream, **fields))["code"] == "not_member"
    for unknown in ("room:0000000000000000", "", "queue", "x" * 300, "me:chat:0"):
        charlie = await party.connect()
        for word, fields in every_room_command(sent["event_id"], alice.member):
            reply = await charlie.ask(word, stream=unknown, **fields)
            assert (word, unknown, reply["code"]) == (word, unknown, "not_found")


async def test_a_dropped_connection_is_not_a_leave(party: Party) -> None:
    alice, bob = await party.members(2)
    bob.cut()
    await bob.closed(within=PATIENCE)
    await alice.hears_nothing("member.left")
    again = await party.connect(bob.person)
    assert party.stream in again.welcome["streams"]


def every_room_command(event_id: str, member: str) -> list[tuple[str, dict[str, object]]]:
    """Return each command that names a room, with its fields but the stream."""
    return [
        ("leave", {}),
        ("send", {"client_id": "c1", "text": "hello"}),
        ("remove", {"event_id": event_id}),
        ("react", {"event_id": event_id, "reaction": "heart", "on": True}),
        ("read", {"seq": 1}),
        ("typing", {"on": True}),
        ("history", {}),
        ("members", {}),
        ("report", {"event_id": event_id, "reason": "other"}),
        ("block", {"member": member}),
        ("unblock", {"member": member}),
    ]
