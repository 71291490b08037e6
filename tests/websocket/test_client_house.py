"""The Python client in a running house."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hearth_client.client import Client
from hearth_client.errors import BadField, Closed, Conflict, NotFound, NotMember
from hearth_client.frames import ME, Event, Reset
from hearth_client.room import Room
from hearth_client.storage import File

from tests.house import House

CLIENT = Path(__file__).resolve().parents[2] / "client" / "src"


async def messages(room: Room, count: int) -> list[Event]:
    """Return the next `count` messages of a room."""
    found: list[Event] = []
    async with asyncio.timeout(20):
        async for item in room:
            if isinstance(item, Event) and item.kind == "message":
                found.append(item)
            if len(found) == count:
                break
    room.client.follow(room.stream).confirm()
    return found


async def test_alice_and_bob_talk(house: House) -> None:
    slug = await house.room()
    async with Client(house.url) as alice, Client(house.url) as bob:
        hers, his = await alice.join(slug), await bob.join(slug)
        receipt = await hers.send("Are you awake?")
        assert receipt.status == "delivered"
        [heard] = await messages(his, 1)
        assert (heard.text, heard.seq, heard.event_id) == ("Are you awake?", receipt.seq, receipt.event_id)
        assert heard.member == hers.member
        await his.send("Yes.", reply_to=heard.event_id)
        assert [one.text for one in await messages(hers, 2)] == ["Are you awake?", "Yes."]


async def test_every_command_of_a_room(house: House) -> None:
    slug = await house.room()
    async with Client(house.url) as alice, Client(house.url) as bob:
        hers, his = await alice.join(slug, "Quiet Owl"), await bob.join(slug)
        assert hers.member is not None
        assert his.member is not None
        receipt = await hers.send("Good evening")
        assert receipt.event_id is not None
        assert receipt.seq is not None
        assert await his.react(receipt.event_id, "hug") is not None
        assert await his.react(receipt.event_id, "hug") is None
        await his.read(receipt.seq)
        his.typing()
        await his.report(receipt.event_id, "other", "a test")
        assert {one.member.name for one in (await his.members()).members} >= {"Quiet Owl"}
        page = await his.history(limit=200)
        assert [one.seq for one in page.events] == list(range(1, page.head + 1))
        await his.block(hers.member.id)
        await his.unblock(hers.member.id)
        assert await hers.remove(receipt.event_id) is not None
        await his.leave()
        with pytest.raises(NotMember):
            await his.history()


async def test_refusals_are_typed(house: House) -> None:
    slug = await house.room()
    async with Client(house.url) as alice, Client(house.url) as bob:
        with pytest.raises(NotFound):
            await alice.join("there-is-no-such-room")
        await alice.join(slug, "Quiet Owl")
        with pytest.raises(Conflict):
            await bob.join(slug, "quiet owl")
        with pytest.raises(BadField):
            await (await bob.join(slug)).send("   ")


async def test_a_restart_resumes_where_alice_stopped(house: House, tmp_path: Path) -> None:
    slug = await house.room()
    store = File(tmp_path / "alice.json")
    async with Client(house.url) as bob:
        his = await bob.join(slug)
        async with Client(house.url, store=store) as alice:
            hers = await alice.join(slug)
            await his.send("one")
            await messages(hers, 1)
        for text in ("two", "three"):
            await his.send(text)
        async with Client(house.url, store=store) as alice:
            [again] = alice.joined()
            assert again.member == hers.member
            assert [one.text for one in await messages(again, 2)] == ["two", "three"]


async def test_a_lost_connection_is_resumed_with_no_gap(house: House) -> None:
    slug = await house.room()
    async with Client(house.url) as alice, Client(house.url) as bob:
        hers, his = await alice.join(slug), await bob.join(slug)
        seqs: list[int] = []

        async def read() -> None:
            async for item in hers:
                assert not isinstance(item, Reset)
                seqs.append(item.seq)

        reading = asyncio.create_task(read())
        for n in range(15):
            await his.send(f"message {n}")
            if n in (4, 9):
                for socket in list(alice._sockets.values()):
                    socket.transport.abort()
        head = (await his.history(limit=1)).head
        async with asyncio.timeout(20):
            while not seqs or seqs[-1] < head:
                await asyncio.sleep(0.05)
        reading.cancel()
        assert seqs == list(range(seqs[0], head + 1))
        assert alice.reconnects >= 1


async def test_a_match_opens_a_room(house: House) -> None:
    async with Client(house.url) as alice, Client(house.url) as bob:
        topic = next(iter(await alice.rooms())).topic
        await alice.match(topic, "seeker", "en")
        await bob.match(topic, "listener", "en")
        async with asyncio.timeout(20):
            async for item in alice.follow(ME):
                if isinstance(item, Event) and item.kind == "matched":
                    break
        [room] = alice.joined()
        assert (await room.send("Hello")).status == "delivered"


async def test_the_eleventh_connection_is_closed_for_good(house: House) -> None:
    person = await house.guest()
    clients = [Client(house.url, token=person.token) for _ in range(11)]
    try:
        for client in clients[:10]:
            await client.connect(20)
        with pytest.raises(Closed, match="4005"):
            await clients[10].connect(20)
    finally:
        for client in clients[:10]:
            await client.close()


async def test_the_terminal_chat_speaks_through_a_pipe(house: House) -> None:
    slug = await house.room()
    command = [
        sys.executable,
        "-m",
        "hearth_client",
        "--url",
        house.url,
        "--room",
        slug,
        "--name",
        "Quiet Owl",
    ]
    done = await asyncio.to_thread(
        subprocess.run,
        command,
        input="Good night\n/who\n",
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(CLIENT)},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "You are Quiet Owl" in done.stdout
    assert "Quiet Owl: Good night" in done.stdout
    assert "\x1b" not in done.stdout
