"""Coming back: `resume`, and what `resumed`, `reset` and `live` promise."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.party import Party
from tests.speaker import Json, Speaker

OLDEST = 10_000


def seqs(speaker: Speaker, stream: str) -> list[int]:
    return [event["seq"] for event in speaker.stream_events(stream)]


def position(event: Json, epoch: str, **changes: Any) -> Json:
    return {"epoch": epoch, "seq": event["seq"], "event_id": event["event_id"]} | changes


async def back(party: Party, who: Speaker, resume: dict[str, Json], **options: Any) -> Speaker:
    return await party.connect(who.person, resume=resume, **options)


async def test_every_event_after_the_position_follows_and_then_live_ones(party: Party) -> None:
    alice, bob = await party.members(2)
    sent = [await alice.send(party.stream, f"text {n}") for n in range(5)]
    await bob.expect("message", text="text 4")
    at = bob.stream_events(party.stream)[1]
    again = await back(party, bob, {party.stream: position(at, bob.joined["epoch"])})
    assert again.welcome["streams"][party.stream]["status"] == "resumed"
    await again.expect("message", text="text 4")
    await alice.send(party.stream, "live")
    await again.expect("message", text="live")
    assert seqs(again, party.stream) == list(range(at["seq"] + 1, sent[-1]["seq"] + 2))
    assert again.objects[0]["type"] == "welcome"


async def test_the_beginning_is_seq_0_with_an_empty_event_id_and_the_right_epoch(party: Party) -> None:
    alice = await party.member()
    await alice.send(party.stream, "one")
    for changes, status in (
        ({}, "resumed"), ({"epoch": "wrong"}, "reset"), ({"event_id": "01J0"}, "reset"),
    ):  # fmt: skip
        start = {"epoch": alice.joined["epoch"], "seq": 0, "event_id": ""} | changes
        again = await back(party, alice, {party.stream: start})
        assert again.welcome["streams"][party.stream]["status"] == status
        if status == "resumed":
            await again.expect("message", text="one")
            assert seqs(again, party.stream) == [1, 2]


async def test_a_position_that_cannot_be_honoured_is_reset_and_events_after_head_follow(party: Party) -> None:
    alice, bob = await party.members(2)
    await alice.send(party.stream, "one")
    event = await bob.expect("message")
    epoch = bob.joined["epoch"]
    for bad in (
        position(event, "other"),
        position(event, epoch, event_id="01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        position(event, epoch, seq=event["seq"] - 1),
        position(event, epoch, seq=event["seq"] + 1),
        position(event, epoch, seq=event["seq"] + 100_000),
    ):
        async with party.house.connect(bob.person, resume={party.stream: bad}) as again:
            state = again.welcome["streams"][party.stream]
            assert state["status"] == "reset"
            sent = await alice.send(party.stream, "after")
            assert (await again.expect("message"))["seq"] == sent["seq"] == state["head"] + 1
            assert len(again.stream_events(party.stream)) == 1


async def test_without_a_position_it_is_live(party: Party) -> None:
    alice = await party.member()
    await alice.send(party.stream, "before")
    again = await back(party, alice, {})
    assert again.welcome["streams"][party.stream]["status"] == "live"
    await alice.send(party.stream, "after")
    await again.expect("message", text="after")
    assert len(again.stream_events(party.stream)) == 1


async def test_a_position_at_the_head_is_resumed_with_nothing_to_follow(party: Party) -> None:
    alice = await party.member()
    await alice.send(party.stream, "one")
    event = await alice.expect("message")
    again = await back(party, alice, {party.stream: position(event, alice.joined["epoch"])})
    assert again.welcome["streams"][party.stream]["status"] == "resumed"
    await again.hears_nothing("message")
    assert seqs(again, party.stream) == []


async def test_a_stream_that_one_is_no_longer_in_is_left_out(party: Party) -> None:
    alice, bob = await party.members(2)
    await alice.send(party.stream, "one")
    event = await bob.expect("message")
    await bob.leave(party.stream)
    resume = {
        party.stream: position(event, bob.joined["epoch"]),
        "room:unknown": {"epoch": "x", "seq": 1, "event_id": "y"},
    }
    again = await back(party, bob, resume)
    assert set(again.welcome["streams"]) == {"me"}
    await alice.send(party.stream, "two")
    await again.hears_nothing("message")


async def test_me_is_resumed_too(party: Party) -> None:
    alice = await party.member()
    epoch = alice.welcome["streams"]["me"]["epoch"]
    again = await back(party, alice, {"me": {"epoch": epoch, "seq": 0, "event_id": ""}})
    assert again.welcome["streams"]["me"]["status"] == "resumed"
    joined = await again.expect("joined", stream="me")
    assert joined["room_stream"] == party.stream
    assert joined["seq"] == 1
    await alice.send(party.stream, "once")
    await again.expect("message", text="once")
    assert len(again.stream_events(party.stream)) == 1  # replayed `joined` follows nothing twice


async def test_a_position_of_10000_events_is_honoured_and_an_older_one_is_not(
    party: Party, once: None
) -> None:
    alice = await party.member()
    await alice.send(party.stream, "first")
    await alice.send(party.stream, "second")
    first, second = [await alice.expect("message"), await alice.expect("message")]
    await party.stuff(alice, OLDEST)
    epoch = alice.joined["epoch"]
    async with party.house.connect(
        alice.person, resume={party.stream: position(first, epoch)}, acking=False
    ) as old:
        assert old.welcome["streams"][party.stream]["status"] == "reset"
    again = await back(party, alice, {party.stream: position(second, epoch)})
    assert again.welcome["streams"][party.stream]["status"] == "resumed"
    await again.expect("message", seq=second["seq"] + OLDEST, within=30)
    assert seqs(again, party.stream) == list(range(second["seq"] + 1, second["seq"] + OLDEST + 1))


async def test_no_hole_and_no_repeat_while_others_keep_sending(party: Party) -> None:
    alice, bob, carol = await party.members(3)
    stop = asyncio.Event()

    async def chatter(speaker: Speaker) -> int:
        count = 0
        while not stop.is_set() and count < 19:
            await speaker.send(party.stream, f"{count}")
            count += 1
            await asyncio.sleep(0.03)
        return count

    talking = [asyncio.create_task(chatter(speaker)) for speaker in (alice, bob)]
    seen: list[Json] = []
    current: dict[str, Json] = {party.stream: {"epoch": carol.joined["epoch"], "seq": 0, "event_id": ""}}
    for _ in range(8):
        async with party.house.connect(carol.person, resume=current) as reader:
            assert reader.welcome["streams"][party.stream]["status"] == "resumed"
            await asyncio.sleep(0.1)
            reader.cut()
            await reader.closed()
            seen += reader.stream_events(party.stream)
            if seen:
                current = {party.stream: position(seen[-1], carol.joined["epoch"])}
    stop.set()
    await asyncio.gather(*talking)
    async with party.house.connect(carol.person, resume=current) as reader:
        head = (await reader.history(party.stream))["head"]
        if seen[-1]["seq"] < head:
            await reader.until(lambda: next((e for e in reader.events if e["seq"] == head), None), 5, "head")
        seen += reader.stream_events(party.stream)
        stored = (await reader.history(party.stream, after=0, limit=200))["events"]
    assert [event["seq"] for event in seen] == list(range(1, head + 1))
    assert seen == stored


async def test_a_changed_epoch_resets(party: Party) -> None:
    alice = await party.member()
    await alice.send(party.stream, "one")
    event = await alice.expect("message")
    await alice.close()
    await party.inside.do("change_epoch", stream=party.stream, epoch="feedbeef")
    again = await back(party, alice, {party.stream: position(event, alice.joined["epoch"])})
    state = again.welcome["streams"][party.stream]
    assert (state["status"], state["epoch"]) == ("reset", "feedbeef")


async def test_an_epoch_that_changes_under_an_open_socket_closes_it(party: Party) -> None:
    alice, bob = await party.members(2)
    await alice.send(party.stream, "one")
    event = await bob.expect("message")
    await party.inside.do("change_epoch", stream=party.stream, epoch="0ddba11e")
    assert await bob.closed() == 4204
    assert bob.bye is not None
    assert bob.bye["code"] == 4204
    again = await back(party, bob, {party.stream: position(event, bob.joined["epoch"])})
    state = again.welcome["streams"][party.stream]
    assert (state["status"], state["epoch"]) == ("reset", "0ddba11e")
    sent = await again.send(party.stream, "goes on")
    assert (await again.expect("message", event_id=sent["event_id"]))["text"] == "goes on"


async def test_a_storm_of_resumes_reads_what_went_as_gone(party: Party) -> None:
    alice, bob = await party.members(2)
    sent = await alice.send(party.stream, "to be taken back")
    await alice.send(party.stream, "to stay")
    await alice.do("remove", stream=party.stream, event_id=sent["event_id"])
    start = {party.stream: {"epoch": bob.joined["epoch"], "seq": 0, "event_id": ""}}
    readers = [await back(party, bob, start) for _ in range(6)]
    for reader in readers:
        await reader.expect("message.removed")
        messages = [e for e in reader.events if e["kind"] == "message"]
        assert [m.get("gone") for m in messages] == ["removed", None]
        assert "text" not in messages[0]
        assert seqs(reader, party.stream) == list(range(1, 6))
