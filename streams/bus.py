"""One channel of the layer per process: what other processes stored, and what they say of presence."""

import asyncio
import contextlib
import secrets
import time
from collections import deque
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

import structlog
from channels.layers import InMemoryChannelLayer

from runtime import metrics
from streams import presence, publish
from streams.refs import Line

log = structlog.get_logger(__name__)

GOSSIP_S = 0.2  # how long changes of presence are gathered
REPORT_S = 15.0  # how often a process says everything it holds
RETRY_S = 1.0
LAYER_S = 2.0  # a layer that hangs is as good as gone; nobody on the way in waits longer
MAX_OUTGOING = 20_000  # hints kept while the layer is away; the sweep covers what is dropped


class Receiver(Protocol):
    """The hub: what arrives for the sockets of this process. Called on its event loop."""

    def on_events(self, stream_id: int, version: int, lines: list[Line]) -> None:
        """Events were stored."""

    def on_signal(
        self, stream_id: int, data: bytes, member: str | None, only: str | None, skip: str | None
    ) -> None:
        """Something passing happened."""

    def on_kick(self, person: UUID, code: int, session: UUID | None) -> None:
        """A person's sockets must close."""

    def on_forget(self, stream_id: int) -> None:
        """Cached bytes of a stream are old."""

    def on_spent(self, stream_id: int, room_id: int) -> None:
        """The person of that stream has used a turn in a room by way of another process."""


class Bus:
    """The process's own end of the layer; attach it with `streams.publish.attach`."""

    def __init__(self, layer: Any, receiver: Receiver) -> None:
        self.process = secrets.token_hex(8)
        self.healthy = True
        self._layer = layer
        self._alone = isinstance(layer, InMemoryChannelLayer)  # nobody else can hear us
        self._receiver = receiver
        self._view = presence.view()
        self._outgoing: deque[tuple[str, dict[str, Any]]] = deque(maxlen=MAX_OUTGOING)
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._channel = ""
        self._followed: set[int] = set()
        self._lost = False  # something failed since the groups were last joined

    async def start(self) -> None:
        """Begin to listen, send and gossip; a layer that is away is waited for in the background."""
        self._loop = asyncio.get_running_loop()
        publish.attach(self)
        if self._alone:
            return
        await self._take_channel()
        self._tasks = [self._loop.create_task(work()) for work in (self._listen, self._send, self._gossip)]

    async def _take_channel(self) -> None:
        try:
            async with asyncio.timeout(LAYER_S):
                self._channel = await self._layer.new_channel("hearth")
        except Exception as fault:
            self._failed(fault)
            return
        await self._rejoin()

    async def stop(self) -> None:
        """Say goodbye and stop; presence of this process ends everywhere."""
        publish.attach(None)
        if not self._alone:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(LAYER_S):
                    await self._layer.group_send(
                        publish.ALL, {"type": "presence.gone", "origin": self.process}
                    )
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task

    async def follow(self, stream_id: int) -> None:
        """Hear of a stream from now on."""
        if self._alone:
            return
        self._followed.add(stream_id)
        if self.healthy:
            await self._join(publish.group(stream_id))
        else:
            self._lost = True  # it is joined once the layer is back, and the sweep serves it until then

    async def unfollow(self, stream_id: int) -> None:
        """Hear of a stream no more."""
        if self._alone or stream_id not in self._followed:
            return
        self._followed.discard(stream_id)
        try:
            async with asyncio.timeout(LAYER_S):
                await self._layer.group_discard(publish.group(stream_id), self._channel)
        except Exception as fault:
            self._failed(fault)

    async def _join(self, group: str) -> None:
        try:
            async with asyncio.timeout(LAYER_S):
                await self._layer.group_add(group, self._channel)
        except Exception as fault:
            self._failed(fault)

    def post(self, group_name: str, message: dict[str, Any]) -> None:
        """Deliver here at once and to the others soon. Callable from any thread."""
        assert self._loop is not None
        try:
            running = asyncio.get_running_loop()
        except RuntimeError:
            running = None
        if running is self._loop:
            self._post(group_name, message)
        else:
            self._loop.call_soon_threadsafe(self._post, group_name, message)

    def _post(self, group_name: str, message: dict[str, Any]) -> None:
        self._deliver(message)
        if not self._alone:
            self._outgoing.append((group_name, message))
            self._wake.set()

    def _deliver(self, message: dict[str, Any]) -> None:
        receiver = self._receiver
        match message["type"]:
            case "stream.events":
                receiver.on_events(message["stream"], message["version"], message["lines"])
            case "stream.signal":
                receiver.on_signal(
                    message["stream"], message["data"], message["member"], message["only"], message["skip"]
                )
            case "stream.kick":
                session = message["session"]
                receiver.on_kick(UUID(message["person"]), message["code"], UUID(session) if session else None)
            case "stream.forget":
                receiver.on_forget(message["stream"])

    async def _send(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._outgoing:
                group, message = self._outgoing.popleft()
                wire = message | {"origin": self.process}
                if message["type"] == "stream.events":
                    wire["lines"] = publish.pack(message["lines"])
                try:
                    async with asyncio.timeout(LAYER_S):
                        await self._layer.group_send(group, wire)
                    self.healthy = True
                except Exception as fault:
                    self._failed(fault)
                    self._outgoing.clear()  # hints, and old by the time the layer is back
                    await asyncio.sleep(RETRY_S)

    async def _listen(self) -> None:
        while not self._channel:
            await asyncio.sleep(RETRY_S)
            await self._take_channel()
        while True:
            try:
                message = await self._layer.receive(self._channel)
            except asyncio.CancelledError:
                raise
            except Exception as fault:
                self._failed(fault)
                await asyncio.sleep(RETRY_S)
                continue
            if message.get("origin") != self.process:
                self._heard(message)

    def _heard(self, message: dict[str, Any]) -> None:
        now = time.monotonic()
        match message["type"]:
            case "presence.changes":
                changes = [(stream, member, on) for stream, member, on in message["changes"]]
                if not self._view.heard_changes(message["origin"], changes, now):
                    self._outgoing.append((publish.ALL, {"type": "presence.ask"}))
                    self._wake.set()
            case "presence.report":
                self._view.heard_snapshot(message["origin"], message["here"], now)
            case "presence.ask":
                self._report()
            case "presence.gone":
                self._view.forget(message["origin"])
            case "stream.spent":  # known here already where it was spent
                self._receiver.on_spent(message["stream"], message["room"])
            case "stream.events":
                self._deliver(message | {"lines": [_line(packed) for packed in message["lines"]]})
            case _:
                self._deliver(message)

    def _report(self) -> None:
        self._outgoing.append((publish.ALL, {"type": "presence.report", "here": self._view.snapshot()}))
        self._wake.set()

    async def _gossip(self) -> None:
        self._outgoing.append((publish.ALL, {"type": "presence.ask"}))
        reported = 0.0
        while True:
            now = time.monotonic()
            if now - reported >= (REPORT_S if self.healthy else RETRY_S):
                reported = now
                self._view.take_changes()
                self._report()
                self._view.lapse(now)
            elif changes := self._view.take_changes():
                self._outgoing.append((publish.ALL, {"type": "presence.changes", "changes": changes}))
                self._wake.set()
            if self._lost and self.healthy and self._channel:
                await self._rejoin()
            await asyncio.sleep(GOSSIP_S)

    async def _rejoin(self) -> None:
        """Ask the layer for our groups again after it was away."""
        self._lost = False
        for group in (publish.ALL, *(publish.group(stream_id) for stream_id in list(self._followed))):
            await self._join(group)
            if self._lost:
                return  # away again: the next time

    def _failed(self, fault: BaseException) -> None:
        metrics.layer_failures.inc()
        if self.healthy:
            log.warning("layer_unreachable", fault=type(fault).__name__)
        self.healthy = False
        self._lost = True


def _line(packed: list[Any]) -> Line:
    seq, event_id, kind, member, target, at, data, guard = packed
    return Line(seq, event_id, kind, member, target, datetime.fromtimestamp(at, UTC), data, guard)
