"""The session shell: reads one socket, keeps its commands in order and answers each of them.

What a path adds (who may enter, what its commands do) is its `Door`.
"""

import asyncio
import contextlib
import random
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from time import monotonic
from typing import Any

import structlog

from consumers.connection import MAX_BUFFERED, Connection
from consumers.hub import Hub
from protocol import codec, pushes
from protocol.commands import Ack, Command, Hello, Ping
from protocol.errors import Bye, Close, RateLimited, Refusal, Unauthorized, Unavailable
from protocol.session import Phase, Session
from protocol.sockets import Socket
from runtime import metrics
from runtime.limits import TokenBucket
from streams.refs import Line

logger = structlog.get_logger(__name__)

Receive = Callable[[], Awaitable[dict[str, Any]]]
Fields = Mapping[str, Any]
BREATH_S = 0.05
RETRY_MS = 1_000


class Door(ABC):
    """What one socket path adds to the shell."""

    socket: Socket

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @abstractmethod
    async def enter(self, hello: Hello) -> Callable[[], None]:
        """Admit the bearer of the ticket. Raises `Refusal` or `Bye`.

        Returns the last step, which must not wait: it follows the streams and gives `welcome`.
        """

    @abstractmethod
    async def handle(self, command: Command) -> Fields:
        """Carry out one command and return the fields of its `ok`. Raises `Refusal` or `Bye`."""

    def begin(self, command: Command) -> "asyncio.Future[Any] | None":
        """Start a command that need not be waited for before the next; None for any other."""
        return None

    def told(self, line: Line) -> None:
        """The person's own stream says that they are in a room now, or no more."""
        return

    async def left(self) -> None:
        """The socket is gone."""
        return


class Shell:
    """One socket from accept to close."""

    def __init__(self, door: Door, connection: Connection, hub: Hub, bucket: TokenBucket | None) -> None:
        self.door = door
        self.connection = connection
        self.hub = hub
        self.session = Session(door.socket, now=monotonic())
        self._bucket = bucket
        self._queue: deque[Command] = deque()
        self._worker: asyncio.Task[None] | None = None

    async def run(self, receive: Receive) -> None:
        """Read frames until the socket is gone."""
        self.hub.shells.add(self)
        try:
            while True:
                event = await receive()
                if event["type"] == "websocket.disconnect":
                    return
                if self.connection.closing is not None:
                    continue
                frame = event.get("text")
                self.received(frame if frame is not None else event.get("bytes") or b"")
                if self.connection.transport.buffered() > MAX_BUFFERED:
                    await self._breathe()
        finally:
            self.connection.gone = True
            self.hub.shells.discard(self)
            if self._worker is not None:
                self._worker.cancel()
            self.hub.remove(self.connection)
            if self.connection.principal is not None:
                with contextlib.suppress(Unavailable):  # what is left then lapses by itself
                    await self.door.left()

    async def _breathe(self) -> None:
        """Read no more from a client that does not read us; it is slow before it is dear."""
        since = monotonic()
        while self.connection.transport.buffered() > MAX_BUFFERED and self.connection.closing is None:
            if monotonic() - since > 30.0:
                await self.connection.close(Close.SLOW, "slow")
            await asyncio.sleep(BREATH_S)

    def received(self, frame: str | bytes) -> None:
        """Take one frame."""
        try:
            command = self.session.receive(frame)
        except Refusal as refusal:
            self._refuse(refusal.id, refusal)
            return
        except Bye as bye:
            self._bye(bye)
            return
        if command is None:
            return
        if isinstance(command, Ack):
            self.connection.acked(command.n)
        elif isinstance(command, Ping):
            self.connection.write(codec.pong(command.id))
        elif self._worker is None and not self._queue:
            self._start(command)
        else:
            self._queue.append(command)

    def _start(self, command: Command) -> None:
        if not self._begin(command):
            self._queue.append(command)
            self._worker = asyncio.get_running_loop().create_task(self._work())

    def _begin(self, command: Command) -> bool:
        """Start a command whose end need not be awaited; False where it is not such a one."""
        number: int = command.id  # type: ignore[attr-defined]
        try:
            future = self.door.begin(command)
        except Exception as fault:
            self._failed(number, fault)
            return True
        if future is None:
            return False
        future.add_done_callback(lambda done: self._finish(number, done))
        return True

    def _finish(self, number: int, done: "asyncio.Future[Any]") -> None:
        if done.cancelled():
            return
        fault = done.exception()
        if fault is None:
            self._ok(number, done.result())
        else:
            self._failed(number, fault)

    async def _work(self) -> None:
        try:
            while self._queue and self.connection.closing is None:
                command = self._queue.popleft()
                if self._begin(command):
                    continue
                number: int = command.id  # type: ignore[attr-defined]
                try:
                    if isinstance(command, Hello):
                        await self._enter(command)
                    elif self.session.phase is Phase.GREETING:
                        raise Unauthorized  # it was said behind a `hello` that was refused
                    else:
                        await self._breathe()  # a page of history is big: none for who does not read
                        self._spend()
                        self._ok(number, await self.door.handle(command))
                except asyncio.CancelledError:
                    raise
                except Exception as fault:
                    self._failed(number, fault)
        finally:
            self._worker = None

    def _spend(self) -> None:
        """Take a token of this connection's bucket. Raises `RateLimited`."""
        if self._bucket is not None:
            wait = self._bucket.spend(monotonic())
            if wait > 0:
                raise RateLimited(retry_after_ms=int(wait * 1000) + 1)

    async def _enter(self, hello: Hello) -> None:
        try:
            last_step = await self.door.enter(hello)
        except BaseException:
            self.hub.remove(self.connection)
            self.connection.principal = None  # the next ticket may be somebody else's
            raise
        if self.connection.closing is None:
            self.session.welcomed(hello.id, monotonic(), random.random())
            last_step()

    def _ok(self, number: int, fields: Fields) -> None:
        if self.connection.closing is None:
            self.connection.write(codec.ok(number, **fields))
        self.session.answered(number)

    def _failed(self, number: int, fault: BaseException) -> None:
        if isinstance(fault, Refusal):
            self._refuse(number, fault)
        elif isinstance(fault, Bye):
            self._bye(fault)
        else:
            logger.error(
                "command_failed", connection=self.connection.id, fault=type(fault).__name__, exc_info=fault
            )
            self._refuse(number, Unavailable(retry_after_ms=RETRY_MS))

    def _refuse(self, number: int | None, refusal: Refusal) -> None:
        if self.connection.closing is not None:
            return
        metrics.refusals.labels(refusal.code).inc()
        self.connection.write(codec.error(number, refusal))
        try:
            self.session.refused(number)
        except Bye as bye:
            self._bye(bye)

    def _bye(self, bye: Bye) -> None:
        # At once, so that nothing that was queued behind it is carried out; only the closing takes time.
        if self.connection.part(bye.code, bye.reason, bye.retry_after_ms):
            self.hub.spawn(self.connection.transport.close(int(bye.code)))

    def tick(self, now: float) -> None:
        """Keep the clocks: the hello deadline, the heartbeat and the wait for its pong."""
        due = self.session.due
        if due is None or now < due or self.connection.closing is not None:
            return
        try:
            if self.session.tick(now, random.random()):
                self.connection.write(pushes.ping())
        except Bye as bye:
            self._bye(bye)
