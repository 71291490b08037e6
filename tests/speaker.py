"""An independent speaker of the protocol on plain `websockets`: it shares no code with the house.

It answers pings, acknowledges events at half the window, keeps every frame it was given, and hands out
replies by `id` and events in the order they came.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from tests.canaries import canaries

PATIENCE = 10.0  # seconds a test waits for something that has to come; two busy cores are slow
SILENCE = 0.4  # seconds a test listens for something that must not come

Json = dict[str, Any]


class Refused(Exception):
    """The server answered a command with an error; `code` is its word and `reply` the whole object."""

    def __init__(self, reply: Json) -> None:
        super().__init__(f"{reply.get('code')}: {reply.get('message')} ({reply})")
        self.code: str = reply["code"]
        self.reply = reply


class Closed(Exception):
    """The server closed the socket while something was awaited; `bye` is its last word."""

    def __init__(self, code: int, bye: Json | None) -> None:
        super().__init__(f"closed with {code} after {bye}")
        self.code = code
        self.bye = bye


class Speaker:
    """One connection of one person. Use `async with`; it always closes."""

    def __init__(
        self,
        url: str,
        *,
        ticket: str | None = None,
        resume: Mapping[str, Json] | None = None,
        acking: bool = True,
        ponging: bool = True,
        subprotocol: str | None = "hearth.v1.json",
        origin: str | None = None,
        user_agent: str | None = None,
    ) -> None:
        self.url = url
        self.ticket = ticket
        self.position = resume
        self.acking = acking
        self.ponging = ponging
        self.subprotocol = subprotocol
        self.origin = origin
        self.user_agent = user_agent
        self.frames: list[str | bytes] = []
        self.objects: list[Json] = []
        self.events: list[Json] = []
        self.welcome: Json = {}
        self.bye: Json | None = None
        self.close_code: int | None = None
        self.taken = 0
        self.unacked_bytes = 0
        self.acked = 0
        self.ids = itertools.count(1)
        self.own = secrets.token_hex(6)  # an object's id() comes again, and a person's client_id must not
        self.texts = itertools.count(1)
        self.waiting: dict[Any, asyncio.Future[Json]] = {}
        self.read_to = 0
        self.news = asyncio.Condition()
        self.socket: ClientConnection | None = None
        self.reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self.socket = await connect(
            self.url,
            subprotocols=[Subprotocol(self.subprotocol)] if self.subprotocol else None,
            origin=Origin(self.origin) if self.origin else None,
            user_agent_header=self.user_agent,
            max_size=2**21,
            ping_interval=None,
            compression=None,
            proxy=None,
        )
        self.reading = asyncio.create_task(self.read())
        if self.ticket is not None:
            try:
                await self.hello(self.ticket, resume=self.position)
            except BaseException:
                await self.close()
                raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the socket in good order."""
        if self.socket is not None:
            await self.socket.close()
        if self.reading is not None:
            await self.reading

    def cut(self) -> None:
        """Lose the network: the socket ends with no close frame."""
        assert self.socket is not None
        self.socket.transport.abort()

    # What comes in ------------------------------------------------------------------------------------------

    async def read(self) -> None:
        """Take frames until the socket ends."""
        assert self.socket is not None
        try:
            async for frame in self.socket:
                self.frames.append(frame)
                text = frame if isinstance(frame, str) else frame.decode()
                for line in text.split("\n"):
                    await self.take(json.loads(line), len(line.encode()))
        except ConnectionClosed:
            pass
        finally:
            self.close_code = self.socket.close_code
            for future in self.waiting.values():
                if not future.done():
                    future.set_exception(Closed(self.close_code or 0, self.bye))
            async with self.news:
                self.news.notify_all()

    async def take(self, received: Json, size: int) -> None:
        """Sort one object into replies, events and the rest."""
        self.objects.append(received)
        canaries.note_all(received)
        word = received["type"]
        if word == "ping" and self.ponging:
            await self.raw({"type": "pong"})
        elif word in ("ok", "error", "welcome", "pong"):
            future = self.waiting.pop(received.get("id"), None)
            if future is not None and not future.done():
                future.set_result(received)
        elif word == "event":
            self.events.append(received)
            self.taken += 1
            self.unacked_bytes += size
            window = self.welcome.get("window", {"events": 1024, "bytes": 262144})
            half = (
                self.taken - self.acked >= window["events"] // 2 or self.unacked_bytes >= window["bytes"] // 2
            )
            if half and self.acking:
                await self.ack()
        elif word == "bye":
            self.bye = received
        async with self.news:
            self.news.notify_all()

    # What goes out ------------------------------------------------------------------------------------------

    async def raw(self, command: Json | str | bytes) -> None:
        """Send one frame as it is."""
        assert self.socket is not None
        canaries.note_all(command)
        await self.socket.send(json.dumps(command) if isinstance(command, dict) else command)

    async def ack(self, n: int | None = None) -> None:
        """Acknowledge `n` events in all; without it, every event taken."""
        self.acked = self.taken if n is None else n
        self.unacked_bytes = 0
        await self.raw({"type": "ack", "n": self.acked})

    async def put(self, word: str, **fields: Any) -> asyncio.Future[Json]:
        """Send a command without waiting; the future gets its reply, `ok` or `error`."""
        number = fields.pop("id", None)
        number = next(self.ids) if number is None else number
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self.waiting[number] = future
        sent = {key: value for key, value in fields.items() if value is not None}
        try:
            await self.raw({"type": word, "id": number, **sent})
        except ConnectionClosed:
            assert self.reading is not None
            await self.reading
            if not future.done():
                future.set_exception(Closed(self.close_code or 0, self.bye))
        return future

    async def ask(self, word: str, **fields: Any) -> Json:
        """Send a command and return its reply, `ok` or `error`. Raises Closed."""
        reply = await self.put(word, **fields)
        async with asyncio.timeout(PATIENCE):
            return await reply

    async def do(self, word: str, **fields: Any) -> Json:
        """Send a command and return its `ok`. Raises Refused and Closed."""
        reply = await self.ask(word, **fields)
        if reply["type"] == "error":
            raise Refused(reply)
        return reply

    async def hello(self, ticket: str, *, resume: Mapping[str, Json] | None = None) -> Json:
        """Greet the server and return `welcome`. Raises Refused and Closed."""
        self.welcome = await self.do("hello", ticket=ticket, resume=resume)
        return self.welcome

    async def join(self, room: str, *, name: str | None = None) -> Json:
        """Join a room by its slug and return the `ok`: `stream`, `epoch`, `head`, `member`, `people`."""
        return await self.do("join", room=room, name=name)

    async def leave(self, stream: str) -> Json:
        """Leave a room."""
        return await self.do("leave", stream=stream)

    async def send(
        self, stream: str, text: str, *, client_id: str | None = None, reply_to: str | None = None
    ) -> Json:
        """Send a message and return the `ok`; a `client_id` is made where none is given."""
        client_id = client_id or f"c{self.own}-{next(self.texts)}"
        return await self.do("send", stream=stream, client_id=client_id, text=text, reply_to=reply_to)

    async def history(self, stream: str, **bounds: int) -> Json:
        """Return a page: `events`, `head`, `more`."""
        return await self.do("history", stream=stream, **bounds)

    # What a test waits for ----------------------------------------------------------------------------------

    async def expect(self, kind: str, *, within: float = PATIENCE, **fields: Any) -> Json:
        """Return the next event of this kind with these fields; each event is handed out once, in order."""

        def find() -> Json | None:
            for position in range(self.read_to, len(self.events)):
                event = self.events[position]
                if event["kind"] == kind and matches(event, fields):
                    self.read_to = position + 1
                    return event
            return None

        return await self.until(find, within, f"event {kind} {fields}")

    async def expect_object(self, word: str, *, within: float = PATIENCE, **fields: Any) -> Json:
        """Return the first object of this type with these fields, of all that came since the start."""

        def find() -> Json | None:
            found = (one for one in self.objects if one["type"] == word and matches(one, fields))
            return next(found, None)

        return await self.until(find, within, f"object {word} {fields}")

    async def signal(self, kind: str, *, within: float = PATIENCE, **fields: Any) -> Json:
        """Return the first signal of this kind with these fields, of all that came since the start."""
        return await self.expect_object("signal", within=within, kind=kind, **fields)

    async def hears_nothing(self, kind: str, *, within: float = SILENCE, **fields: Any) -> None:
        """Fail if an event of this kind with these fields comes within `within` seconds."""
        try:
            event = await self.expect(kind, within=within, **fields)
        except AssertionError:
            return
        raise AssertionError(f"should not have come: {event}")

    async def closed(self, *, within: float = PATIENCE) -> int:
        """Return the close code once the server has closed the socket."""
        assert self.reading is not None
        async with asyncio.timeout(within):
            await asyncio.shield(self.reading)
        return self.close_code or 0

    async def until(self, find: Callable[[], Json | None], within: float, what: str) -> Json:
        """Return what `find` finds as soon as it does. Raises Closed, and AssertionError after `within` s."""
        try:
            async with asyncio.timeout(within), self.news:
                while (found := find()) is None:
                    if self.reading is not None and self.reading.done():
                        raise Closed(self.close_code or 0, self.bye)
                    if self.close_code is not None:
                        raise Closed(self.close_code, self.bye)
                    await self.news.wait()
                return found
        except TimeoutError:
            kinds = [event["kind"] for event in self.events]
            raise AssertionError(f"no {what} within {within} s; events so far: {kinds[-20:]}") from None

    # What a client remembers --------------------------------------------------------------------------------

    def stream_events(self, stream: str) -> list[Json]:
        """Return the events of one stream in the order they came."""
        return [event for event in self.events if event["stream"] == stream]

    def positions(self) -> dict[str, Json]:
        """Return the `resume` that continues where this connection is: the last event of each stream."""
        epochs = {name: state["epoch"] for name, state in self.welcome.get("streams", {}).items()}
        for one in self.objects:
            if one["type"] == "ok" and "epoch" in one and "stream" in one:
                epochs[one["stream"]] = one["epoch"]
        return {
            event["stream"]: {
                "epoch": epochs[event["stream"]],
                "seq": event["seq"],
                "event_id": event["event_id"],
            }
            for event in self.events
            if event["stream"] in epochs
        }


def matches(received: Json, fields: Mapping[str, Any]) -> bool:
    """Tell whether an object carries all of `fields`; a callable is a test of the value."""
    return all(
        value(received.get(key)) if callable(value) else received.get(key) == value
        for key, value in fields.items()
    )
