"""The client's asyncio shell against a small house that can be told to misbehave."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import websockets
from hearth_client.client import Client
from hearth_client.errors import Closed, DoorRefused, TooLong
from hearth_client.following import Following
from hearth_client.frames import Event
from hearth_client.storage import File
from websockets.asyncio.server import ServerConnection, serve

AT = "2026-11-20T10:00:00.123Z"
MEMBER = {"id": "m_1", "name": "Quiet Heron"}
ROOM = "room:1"


class SmallHouse:
    """One room, everyone the same member. `silent` swallows replies to `send`, after storing."""

    def __init__(self) -> None:
        self.log: list[dict[str, Any]] = []
        self.joined = False
        self.silent = False
        self.hellos: list[dict[str, Any]] = []
        self.sockets: dict[ServerConnection, int] = {}
        self.tickets = 0
        self.door_status = 200
        self.acks: list[int] = []
        self.pongs = 0

    async def door(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                length = next((int(x[15:]) for x in head.split("\r\n") if x.startswith("content-length:")), 0)
                await reader.readexactly(length)
                self.tickets += "ticket" in head
                body = b'{"token":"guest","ticket":"t","expires_in":300,"code":"unauthorized"}'
                lines = f"HTTP/1.1 {self.door_status} X\r\nContent-Type: application/json\r\n"
                writer.write(f"{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        writer.close()

    async def speak(self, socket: ServerConnection) -> None:
        with contextlib.suppress(websockets.ConnectionClosed):
            async for frame in socket:
                body = json.loads(frame)
                answer = getattr(self, "on_" + body["type"])(socket, body)
                if answer is not None:
                    await self.say(socket, {"type": "ok", "id": body["id"], **answer})
                await self.deliver()
        self.sockets.pop(socket, None)

    async def say(self, socket: ServerConnection, *bodies: dict[str, Any]) -> None:
        # As a real house: a socket that is going away takes nothing more, and its next one resumes.
        with contextlib.suppress(websockets.ConnectionClosed):
            await socket.send("\n".join(json.dumps(body) for body in bodies))

    async def deliver(self) -> None:
        for socket, cursor in list(self.sockets.items()):
            if self.log[cursor:]:
                self.sockets[socket] = len(self.log)
                await self.say(socket, *self.log[cursor:])

    def write(self, text: str, client_id: str = "") -> dict[str, Any]:
        for event in self.log:
            if client_id and event["client_id"] == client_id:
                return event
        seq = len(self.log) + 1
        event = {
            "type": "event",
            "stream": ROOM,
            "seq": seq,
            "event_id": f"e{seq}",
            "kind": "message",
            "at": AT,
        }
        self.log.append({**event, "member": MEMBER, "text": text, "client_id": client_id})
        return self.log[-1]

    def on_hello(self, socket: ServerConnection, body: dict[str, Any]) -> dict[str, Any]:
        self.hellos.append(body)
        streams: dict[str, Any] = {"me": {"epoch": "m", "head": 0, "status": "live"}}
        if self.joined:
            at = body.get("resume", {}).get(ROOM)
            cursor = at["seq"] if at else len(self.log)
            state = {"epoch": "9b", "head": len(self.log), "status": "resumed" if at else "live"}
            streams[ROOM] = {**state, "room": "sleep", "member": MEMBER, "read": 0}
            self.sockets[socket] = cursor
        return {
            "type": "welcome",
            "connection": "c",
            "heartbeat_ms": 25000,
            "window": {"events": 1024, "bytes": 262144},
            "streams": streams,
        }

    def on_join(self, socket: ServerConnection, body: dict[str, Any]) -> dict[str, Any]:
        self.joined = True
        self.sockets[socket] = len(self.log)
        return {"stream": ROOM, "epoch": "9b", "head": len(self.log), "member": MEMBER, "people": 1}

    def on_send(self, socket: ServerConnection, body: dict[str, Any]) -> dict[str, Any] | None:
        if len(body["text"]) > 4000:
            return {"type": "error", "code": "too_long", "message": "", "field": "text"}
        event = self.write(body["text"], body["client_id"])
        if self.silent:
            return None
        return {"status": "delivered", "seq": event["seq"], "event_id": event["event_id"], "at": AT}

    def on_history(self, socket: ServerConnection, body: dict[str, Any]) -> dict[str, Any]:
        before, after = body.get("before", 10**9), body.get("after", 0)
        found = [event for event in self.log if after < event["seq"] < before]
        page = found[: body["limit"]] if "after" in body else found[-body["limit"] :]
        return {"events": page, "head": len(self.log), "more": len(page) < len(found)}

    def on_ack(self, socket: ServerConnection, body: dict[str, Any]) -> None:
        self.acks.append(body["n"])

    def on_pong(self, socket: ServerConnection, body: dict[str, Any]) -> None:
        self.pongs += 1


@contextlib.asynccontextmanager
async def opened(house: SmallHouse) -> AsyncIterator[Any]:
    doors = await asyncio.start_server(house.door, "127.0.0.1", 0)
    door_port = doors.sockets[0].getsockname()[1]
    async with serve(house.speak, "127.0.0.1", 0, subprotocols=["hearth.v1.json"]) as sockets:  # type: ignore[list-item]
        port = next(iter(sockets.sockets)).getsockname()[1]

        def client(**options: Any) -> Client:
            made = Client(f"http://127.0.0.1:{door_port}", rng=Random(1), **options)
            made._url = f"ws://127.0.0.1:{port}/ws/chat/"  # this house's doors and sockets are two servers
            return made

        yield client
    doors.close()


async def take(following: Following, count: int) -> list[int]:
    found: list[int] = []
    async with asyncio.timeout(10):
        while len(found) < count:
            item = await anext(following)
            if isinstance(item, Event):
                found.append(item.seq)
    following.confirm()
    return found


async def test_alice_joins_sends_and_reads_herself() -> None:
    house = SmallHouse()
    async with opened(house) as client, client() as alice:
        room = await alice.join("sleep")
        receipt = await room.send("hello")
        assert (receipt.status, receipt.seq) == ("delivered", 1)
        assert await take(alice.follow(room.stream), 1) == [1]


async def test_a_dropped_connection_costs_no_event_and_no_repeat() -> None:
    house = SmallHouse()
    async with opened(house) as client, client() as alice:
        room = await alice.join("sleep")
        for n in range(3):
            house.write(str(n))
        await house.deliver()
        assert await take(alice.follow(room.stream), 3) == [1, 2, 3]
        for socket in list(house.sockets):
            socket.transport.abort()
        for n in range(3):
            house.write(str(n))
        assert await take(alice.follow(room.stream), 3) == [4, 5, 6]
        assert house.hellos[-1]["resume"][ROOM] == {"epoch": "9b", "seq": 3, "event_id": "e3"}
        assert alice.reconnects == 1


async def test_an_unanswered_message_is_stored_once_and_answered_after_reconnecting() -> None:
    house = SmallHouse()
    async with opened(house) as client, client() as alice:
        room = await alice.join("sleep")
        house.silent = True
        receipt = room.post("hello")
        await take(alice.follow(room.stream), 1)
        house.silent = False
        for socket in list(house.sockets):
            socket.transport.abort()
        async with asyncio.timeout(10):
            assert (await receipt).seq == 1
        assert len(house.log) == 1


async def test_the_outbox_and_the_position_outlive_a_restart(tmp_path: Path) -> None:
    house = SmallHouse()
    store = File(tmp_path / "alice.json")
    async with opened(house) as client:
        async with client(store=store) as alice:
            room = await alice.join("sleep")
            house.write("one")
            await house.deliver()
            assert await take(alice.follow(ROOM), 1) == [1]
            house.silent = True
            receipt = room.post("two")
            await take(alice.follow(ROOM), 1)
        assert receipt.cancelled()
        house.silent = False
        house.write("three")
        assert (tmp_path / "alice.json").stat().st_mode & 0o077 == 0
        async with client(store=store) as alice:
            assert await take(alice.follow(ROOM), 1) == [3]
            async with asyncio.timeout(5):
                while alice.unsent:
                    await asyncio.sleep(0.01)
        assert [event["text"] for event in house.log] == ["one", "two", "three"]


async def test_a_drain_moves_to_a_new_socket_without_a_gap() -> None:
    house = SmallHouse()
    async with opened(house) as client, client() as alice:
        await alice.join("sleep")
        [old] = house.sockets
        await house.say(old, {"type": "drain", "within_ms": 400})
        for n in range(20):
            house.write(str(n))
            await house.deliver()
            await asyncio.sleep(0.02)
        assert await take(alice.follow(ROOM), 20) == list(range(1, 21))
        async with asyncio.timeout(5):
            await old.wait_closed()
        assert old not in house.sockets
        assert alice.connected


async def test_a_refusal_is_typed() -> None:
    async with opened(SmallHouse()) as client, client() as alice:
        room = await alice.join("sleep")
        with pytest.raises(TooLong):
            await room.send("x" * 4001)


async def test_pings_are_answered_and_events_acked() -> None:
    house = SmallHouse()
    async with opened(house) as client, client(following=False) as alice:
        await alice.join("sleep")
        [socket] = house.sockets
        await house.say(socket, {"type": "ping"})
        for n in range(1100):
            house.write(str(n))
        await house.deliver()
        async with asyncio.timeout(5):
            while not house.acks or not house.pongs:
                await asyncio.sleep(0.01)
        assert house.acks[0] == 512


async def test_a_refused_token_stops_the_client() -> None:
    house = SmallHouse()
    house.door_status = 401
    async with opened(house) as client:
        with pytest.raises(DoorRefused, match="unauthorized"):
            await client(token="dead").connect(5)


async def test_a_suspension_ends_every_iterator_with_its_code() -> None:
    house = SmallHouse()
    async with opened(house) as client, client() as alice:
        await alice.join("sleep")
        [socket] = house.sockets
        waiting = asyncio.create_task(anext(alice.follow(ROOM)))  # type: ignore[arg-type]
        await asyncio.sleep(0.05)
        await house.say(socket, {"type": "bye", "code": 4003, "reason": "suspended"})
        await socket.close(4003)
        with pytest.raises(Closed, match="4003"):
            async with asyncio.timeout(5):
                await waiting
