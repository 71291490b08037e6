"""Flow control: a window of events and bytes, and what a slow reader costs."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from tests.party import Party, eventually
from tests.speaker import Json, Speaker

EVENTS, BYTES = 1024, 262_144


def sizes(speaker: Speaker) -> list[int]:
    """Return the bytes of each event object, as they stood on the wire."""
    lines = [line for frame in speaker.frames for line in str(frame).split("\n")]
    return [len(line.encode()) for line in lines if json.loads(line)["type"] == "event"]


async def settled(speaker: Speaker, least: int, *, quiet: float = 0.4) -> int:
    """Return how many events have come once there are `least` of them and no more come."""
    async with asyncio.timeout(15):
        while len(speaker.events) < least:
            await asyncio.sleep(0.02)
        before, since = len(speaker.events), time.monotonic()
        while time.monotonic() - since < quiet:
            await asyncio.sleep(0.05)
            if len(speaker.events) != before:
                before, since = len(speaker.events), time.monotonic()
    return before


async def behind(party: Party, who: Speaker, epoch: str, **options: Any) -> Speaker:
    """Return a connection that begins at the room's beginning and acks nothing by itself."""
    start: dict[str, Json] = {party.stream: {"epoch": epoch, "seq": 0, "event_id": ""}}
    return await party.connect(who.person, resume=start, acking=False, **options)


async def test_pushes_stop_exactly_at_the_bound_of_events_and_an_ack_goes_on(party: Party) -> None:
    alice = await party.member()
    head = await party.stuff(alice, 2 * EVENTS)
    slow = await behind(party, alice, alice.joined["epoch"])
    assert await settled(slow, EVENTS) == EVENTS
    await slow.ack(0)
    await slow.ack(EVENTS + 1)  # above what was pushed: ignored
    assert await settled(slow, EVENTS) == EVENTS
    await slow.ack(100)
    assert await settled(slow, EVENTS + 100) == EVENTS + 100
    await slow.ack(50)  # below the last: ignored
    assert await settled(slow, EVENTS + 100) == EVENTS + 100
    await slow.ack(EVENTS + 100)
    await slow.until(lambda: next((e for e in slow.events if e["seq"] == head), None), 10, "head")
    assert [event["seq"] for event in slow.events] == list(range(1, head + 1))


async def test_pushes_stop_before_the_bound_of_bytes(party: Party) -> None:
    alice = await party.member()
    await party.stuff(alice, 200, text="é" * 2000)
    slow = await behind(party, alice, alice.joined["epoch"])
    count = await settled(slow, 10)
    measured = sizes(slow)
    assert sum(measured) <= BYTES < sum(measured) + measured[-1]
    await slow.ack(count)
    assert await settled(slow, count + 1) > count
    assert sum(sizes(slow)[count:]) <= BYTES


async def test_replies_signals_and_history_do_not_count(party: Party, once: None) -> None:
    alice = await party.member()
    await party.stuff(alice, EVENTS + 10)
    slow = await behind(party, alice, alice.joined["epoch"])
    assert await settled(slow, EVENTS) == EVENTS
    page = await slow.history(party.stream, limit=200)
    assert len(page["events"]) == 200
    await alice.do("typing", stream=party.stream, on=True)
    assert (await slow.ask("ping"))["type"] == "pong"
    assert await settled(slow, EVENTS) == EVENTS


async def test_live_events_stop_at_the_bound_too_and_go_on_by_the_log(party: Party) -> None:
    alice, bob = await party.members(2)
    await party.stuff(alice, EVENTS - 5)
    slow = await behind(party, bob, bob.joined["epoch"])
    assert await settled(slow, EVENTS - 3) == EVENTS - 3
    for number in range(8):
        await alice.send(party.stream, f"live {number}")
    assert await settled(slow, EVENTS) == EVENTS
    await slow.ack(EVENTS)
    await slow.expect("message", text="live 7")
    assert [event["seq"] for event in slow.events] == list(range(1, EVENTS + 6))


async def test_the_window_is_shared_by_all_streams_of_a_connection(party: Party) -> None:
    alice = await party.member()
    await party.stuff(alice, EVENTS)
    me = alice.welcome["streams"]["me"]["epoch"]
    resume = {
        party.stream: {"epoch": alice.joined["epoch"], "seq": 0, "event_id": ""},
        "me": {"epoch": me, "seq": 0, "event_id": ""},
    }
    slow = await party.connect(alice.person, resume=resume, acking=False)
    assert await settled(slow, EVENTS) == EVENTS
    assert {event["stream"] for event in slow.events} == {"me", party.stream}


async def test_a_malformed_ack_is_bad_field_with_a_null_id(party: Party, once: None) -> None:
    alice = await party.connect()
    for bad in ("5", None, 1.5):
        before = len(alice.objects)
        await alice.raw({"type": "ack", "n": bad})
        await alice.ask("ping")
        errors = [one for one in alice.objects[before:] if one["type"] == "error"]
        assert [(one["code"], one["field"], one["id"]) for one in errors] == [("bad_field", "n", None)]


async def test_an_ack_of_less_than_nothing_is_ignored(party: Party, once: None) -> None:
    alice = await party.connect()
    before = len(alice.objects)
    await alice.raw({"type": "ack", "n": -1})
    await alice.ask("ping")
    assert [one["type"] for one in alice.objects[before:]] == ["pong"]


async def test_a_client_that_stops_reading_costs_little_and_harms_nobody(party: Party) -> None:
    alice, bob = await party.members(2)
    epoch = bob.joined["epoch"]
    await party.stuff(alice, 1500, text="x" * 200)
    deaf = [await behind(party, bob, epoch) for _ in range(4)]
    before = resident_kib(party.house.web.pid)
    for speaker in deaf:
        speaker.socket.transport.pause_reading()
        for number in range(60):  # each answer would be 200 events
            await speaker.put("history", stream=party.stream, limit=200, id=1000 + number)
    for number in range(10):
        began = time.monotonic()
        await alice.send(party.stream, f"still {number}")
        await bob.expect("message", text=f"still {number}")
        assert time.monotonic() - began < 3
    await asyncio.sleep(0.5)
    grown = resident_kib(party.house.web.pid) - before
    assert grown < 40 * 1024, f"four deaf readers cost {grown} KiB"
    for speaker in deaf:
        speaker.cut()

    async def gone() -> bool:
        listed = (await alice.do("members", stream=party.stream))["members"]
        return len(listed) == 2

    await eventually(gone)


def resident_kib(pid: int) -> int:
    """Return the memory of a process that is in use."""
    from pathlib import Path

    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise AssertionError("no such line")
