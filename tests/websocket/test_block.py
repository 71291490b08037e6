"""Blocks: one way, reaching back, in the room they were made in."""

from __future__ import annotations

import pytest

from tests.party import Party
from tests.speaker import Json, Speaker


def is_hidden(event: Json, like: Json) -> bool:
    """Tell whether an event is what stands in another's place."""
    return event == {
        "type": "event", "stream": like["stream"], "seq": like["seq"], "event_id": like["event_id"],
        "kind": "hidden", "at": like["at"],
    }  # fmt: skip


async def all_of(speaker: Speaker, stream: str) -> list[Json]:
    events: list[Json] = (await speaker.history(stream, after=0, limit=200))["events"]
    return events


async def busy(party: Party) -> tuple[Speaker, Speaker, Speaker]:
    """Return three members of a room where Bob, the second, has done one of everything."""
    alice, bob, carol = await party.members(3)
    hers = await alice.send(party.stream, "from alice")
    await bob.send(party.stream, "from bob")
    slip = await bob.send(party.stream, "a slip of bob")
    await bob.do("react", stream=party.stream, event_id=hers["event_id"], reaction="hug", on=True)
    await bob.do("remove", stream=party.stream, event_id=slip["event_id"])
    await bob.leave(party.stream)
    await bob.join(party.slug)
    await alice.expect("member.joined", member=bob.joined["member"], seq=lambda seq: seq > hers["seq"])
    return alice, bob, carol


async def test_a_block_reaches_back_in_history_and_resume(party: Party) -> None:
    alice, bob, carol = await busy(party)
    plain = await all_of(carol, party.stream)
    assert set(await alice.do("block", stream=party.stream, member=bob.member)) == {"type", "id"}
    mine = await all_of(alice, party.stream)
    start = {party.stream: {"epoch": alice.joined["epoch"], "seq": 0, "event_id": ""}}
    again = await party.connect(alice.person, resume=start)
    await again.until(
        lambda: next((e for e in again.events if e["seq"] == plain[-1]["seq"]), None), 5, "head"
    )
    assert again.stream_events(party.stream) == mine
    by_bob = {"message", "message.removed", "reaction", "member.joined", "member.left"}
    kinds = set()
    for shown, real in zip(mine, plain, strict=True):
        if real.get("member", {}).get("id") == bob.member or real["kind"] == "message.removed":
            kinds.add(real["kind"])
            assert is_hidden(shown, real)
        else:
            assert shown == real
    assert kinds == by_bob
    assert await all_of(carol, party.stream) == plain
    assert await all_of(bob, party.stream) == plain  # one way, and the other is not told


async def test_live_events_of_a_blocked_member_are_hidden_on_all_devices_and_keep_the_sequence(
    party: Party,
) -> None:
    alice, bob, carol = await party.members(3)
    tablet = await party.connect(alice.person)
    before = len(bob.objects)
    await alice.do("block", stream=party.stream, member=bob.member)
    sent = await bob.send(party.stream, "unseen")
    await bob.do("react", stream=party.stream, event_id=sent["event_id"], reaction="hug", on=True)
    await carol.send(party.stream, "seen")
    for speaker in (alice, tablet):
        await speaker.expect("message", text="seen")
        assert [e["kind"] for e in speaker.stream_events(party.stream)][-3:] == [
            "hidden",
            "hidden",
            "message",
        ]
        shown = next(e for e in speaker.events if e["event_id"] == sent["event_id"])
        real = next(e for e in (await all_of(carol, party.stream)) if e["event_id"] == sent["event_id"])
        assert is_hidden(shown, real)
    await bob.expect("message", text="seen")
    assert {one["type"] for one in bob.objects[before:]} <= {"event", "ok", "signal"}
    assert "hidden" not in {e["kind"] for e in bob.events}


async def test_from_the_ok_of_a_block_nothing_of_the_other_is_shown(party: Party) -> None:
    alice, bob = await party.members(2)
    for _ in range(5):
        sending = [
            await bob.put("send", stream=party.stream, client_id=f"{_}{n}", text="chatter") for n in range(3)
        ]
        await alice.do("block", stream=party.stream, member=bob.member)
        mark = len(alice.objects)
        for future in sending:
            await future
        last = await bob.do("history", stream=party.stream, limit=1)
        head = last["head"]
        await alice.until(lambda h=head: next((e for e in alice.events if e["seq"] == h), None), 5, "head")
        after = [one for one in alice.objects[mark:] if one["type"] == "event" and one["kind"] == "message"]
        assert after == []
        await alice.do("unblock", stream=party.stream, member=bob.member)


async def test_an_unblock_shows_everything_again(party: Party) -> None:
    alice, bob, carol = await busy(party)
    await alice.do("block", stream=party.stream, member=bob.member)
    assert set(await alice.do("unblock", stream=party.stream, member=bob.member)) == {"type", "id"}
    assert await all_of(alice, party.stream) == await all_of(carol, party.stream)
    await bob.send(party.stream, "seen again")
    await alice.expect("message", text="seen again")


async def test_blocking_and_unblocking_twice_is_ok(party: Party) -> None:
    alice, bob = await party.members(2)
    for word in ("unblock", "block", "block", "unblock", "unblock"):
        assert (await alice.do(word, stream=party.stream, member=bob.member))["type"] == "ok"


@pytest.mark.parametrize("word", ["block", "unblock"])
async def test_oneself_is_bad_field_and_an_unknown_member_not_found(party: Party, word: str) -> None:
    alice = await party.member()
    reply = await alice.ask(word, stream=party.stream, member=alice.member)
    assert (reply["code"], reply["field"]) == ("bad_field", "member")
    other = await alice.join(await party.inside.room())
    for unknown in ("m_00000000000000000000", "", other["member"]["id"]):
        assert (await alice.ask(word, stream=party.stream, member=unknown))["code"] == "not_found"


async def test_a_member_who_left_can_be_blocked(party: Party) -> None:
    alice, bob = await party.members(2)
    await bob.send(party.stream, "and gone")
    await bob.leave(party.stream)
    await alice.do("block", stream=party.stream, member=bob.member)
    assert not [e for e in await all_of(alice, party.stream) if e.get("text") == "and gone"]


async def test_a_block_does_not_hold_in_another_room(party: Party) -> None:
    alice, bob = await party.members(2)
    await alice.do("block", stream=party.stream, member=bob.member)
    other = await party.inside.room()
    stream = (await alice.join(other))["stream"]
    await bob.join(other)
    await bob.send(stream, "hello again")
    await alice.expect("message", stream=stream, text="hello again")


async def test_many_messages_at_once_are_hidden_one_by_one(party: Party) -> None:
    alice, bob, carol = await party.members(3)
    await alice.do("block", stream=party.stream, member=bob.member)
    futures = [
        await who.put("send", stream=party.stream, client_id=f"c{n}", text=f"{n}")
        for n in range(12)
        for who in (bob, carol)
    ]
    head = max([(await future)["seq"] for future in futures])
    await alice.until(lambda: next((e for e in alice.events if e["seq"] == head), None), 5, "head")
    mine = alice.stream_events(party.stream)
    assert [e["seq"] for e in mine] == list(range(alice.joined["head"] + 1, head + 1))
    assert len([e for e in mine if e["kind"] == "hidden"]) == 12
    assert {e["member"]["id"] for e in mine if e["kind"] == "message"} == {carol.member}
