"""The asyncio shell: sockets, doors, timers and files around the pure core."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import Iterable
from random import Random
from types import TracebackType
from typing import Any

import websockets
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from hearth_client import actions as act
from hearth_client import storage as kept
from hearth_client.core import Core
from hearth_client.doors import Doors, Password
from hearth_client.errors import Disconnected, DoorUnreachable, HearthError, TimedOut
from hearth_client.follower import Weight
from hearth_client.following import Following, Item
from hearth_client.frames import ME, SUBPROTOCOL, Event, Listing, Position, Receipt, Reset, Role, joined_of
from hearth_client.outbox import Entry
from hearth_client.room import Room

SOCKET = "/ws/chat/"
OPEN_S = 10.0
CLOSE_S = 3.0
MOST_FRAME = 2**20  # the protocol's frames end at 256 KiB; its transport's at 1 MiB
SOONEST_TICK_S = 0.01
SAVE_EVERY_S = 1.0  # positions: a crash gives at most this much again


class Stopping(HearthError):
    """The application closed the client."""


class Client:
    """One person at one house: connects, resumes, resends, and hands on every event once and in order.

    Use as an async context manager, or call `connect` and `close`. With `store` positions, outbox and token
    outlive the process. `backlog` is how many of a stream's latest events are given where there is no
    position. With
    `following=False` events count as taken on arrival and are not kept, for a client that only writes.
    """

    def __init__(
        self,
        base_url: str,
        *,
        token: str | None = None,
        password: Password | None = None,
        store: kept.Storage | None = None,
        backlog: int = 50,
        following: bool = True,
        path: str = SOCKET,
        rng: Random | None = None,
    ) -> None:
        self._store = store or kept.Memory()
        state = self._store.load()
        self.doors = Doors(base_url, token=token or state.get("token"), password=password)
        self._url = self.doors.socket_url(path)
        self._keep = following
        self._positions = kept.positions_in(state)
        outbox = kept.outbox_in(state)
        self.core = Core(positions=self._positions, outbox=outbox, backlog=backlog, rng=rng or Random())
        self._followings: dict[str, Following] = {}
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._receipts: dict[str, asyncio.Future[Receipt]] = {}
        self._sockets: dict[int, ClientConnection] = {}
        self._writers: dict[int, asyncio.Queue[str | None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._up = asyncio.Event()
        self._over = asyncio.Event()
        self._saved = (outbox.version, self.doors.token, dict(self._positions), 0.0)
        self.reconnects = 0
        self.last_close = 0

    # life

    async def __aenter__(self) -> "Client":
        await self.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def connect(self, timeout_s: float | None = None) -> None:
        """Return once a session stands. Raises what ended the attempt, or TimedOut; both close the client."""
        if self.core.stopped is None and not self._tasks and not self.core.live:
            self._do(self.core.start(self._now()))
        waits = [asyncio.ensure_future(self._up.wait()), asyncio.ensure_future(self._over.wait())]
        done, _ = await asyncio.wait(waits, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        error = self.core.stopped or (None if done else TimedOut("no session within the time given"))
        if error is not None:
            await self.close()
            raise error

    async def close(self) -> None:
        """Close the sockets; unsent messages stay in the outbox, and on file if there is one."""
        self._do(self.core.stop(Stopping("the client was closed")))
        if self._timer is not None:
            self._timer.cancel()
        for task in list(self._tasks):
            with contextlib.suppress(asyncio.CancelledError):
                async with asyncio.timeout(CLOSE_S * 2):
                    await asyncio.gather(task, return_exceptions=True)
        self._save(force=True)
        await self.doors.close()

    @property
    def connected(self) -> bool:
        """Whether a session stands now."""
        return self.core.live

    @property
    def unsent(self) -> list[Entry]:
        """The messages not yet answered, oldest first per stream."""
        return list(self.core.outbox)

    # rooms

    async def rooms(self) -> list[Listing]:
        """Return the open topic rooms."""
        return await self.doors.rooms()

    async def join(self, slug: str, name: str | None = None) -> Room:
        """Join a room by its slug and return it. Raises RoomFull, Conflict, Banned, BadField, NotFound."""
        joined = joined_of(await self.call("join", room=slug, name=name))
        return Room(self, joined.stream, slug, joined.member, joined.people)

    def joined(self) -> list[Room]:
        """Return the rooms this person is in, as the session names them."""
        return [
            Room(self, stream, one.room or "", one.member, None)
            for stream, one in self._followings.items()
            if one.member is not None and stream != ME
        ]

    async def match(self, topic: str, role: Role, language: str | None = None) -> None:
        """Wait to be matched with one person; a `matched` event on `me` names the room. Raises BadField."""
        await self.call("match", topic=topic, role=role, language=language)

    async def unmatch(self) -> None:
        """Wait no longer."""
        await self.call("unmatch")

    def follow(self, stream: str = ME) -> Following:
        """Return the one iterator over a stream. Raises KeyError if this person is not in it."""
        return self._followings[stream]

    # commands

    async def call(
        self, word: str, *, repeatable: bool = True, patience_s: float = 30.0, **fields: Any
    ) -> dict[str, Any]:
        """Return the `ok` of a command, sent now or once a session stands; `patience_s` bounds all of it.

        Refusals worth a retry are retried within that time. Raises the refusal, Disconnected, TimedOut.
        """
        handle, todo = self.core.call(word, fields, self._now(), repeatable=repeatable, patience_s=patience_s)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[handle] = answer
        self._do(todo)
        try:
            async with asyncio.timeout(patience_s):  # `wait_for` of Python 3.11 may lose a cancellation
                return await answer
        except TimeoutError:
            raise TimedOut(f"no answer to {word} in {patience_s:g} s") from None
        finally:
            self._answers.pop(handle, None)
            self.core.cancel(handle)

    def hint(self, word: str, **fields: Any) -> None:
        """Send a command whose answer does not matter (typing); dropped while no session stands."""
        self._do(self.core.call(word, fields, self._now(), repeatable=False, ephemeral=True)[1])

    def post(
        self, stream: str, text: str, *, reply_to: str | None = None, client_id: str | None = None
    ) -> "asyncio.Future[Receipt]":
        """Put a message in the outbox (on file before this returns) and return its receipt to come.

        It is resent with the same `client_id` until it is answered, however often the connection goes. The
        future raises the refusal; it is cancelled where the client closes first: the message stays unsent.
        """
        entry = Entry(stream, client_id or uuid.uuid4().hex, text, reply_to)
        receipt = asyncio.get_running_loop().create_future()
        todo = self.core.send(entry, self._now())
        self._receipts[entry.client_id] = receipt
        self._do(todo)
        return receipt

    async def send(
        self, stream: str, text: str, *, reply_to: str | None = None, client_id: str | None = None
    ) -> Receipt:
        """Post a message and return its receipt. Cancelling the wait does not take the message back."""
        return await asyncio.shield(self.post(stream, text, reply_to=reply_to, client_id=client_id))

    def take_back(self, client_id: str) -> bool:
        """Forget a message that waits unsent; False if it is on its way or gone out."""
        entry = self.core.outbox.drop(client_id)
        if entry is not None and (receipt := self._receipts.pop(client_id, None)) is not None:
            receipt.cancel()
        self._save()
        return entry is not None

    # the shell proper

    def _now(self) -> float:
        return time.monotonic()

    def _do(self, todo: Iterable[act.Action]) -> None:
        self._save()
        for one in todo:
            match one:
                case act.Open(link):
                    self._spawn(self._hold(link))
                case act.Write(link, frame):
                    if (writer := self._writers.get(link)) is not None:
                        writer.put_nowait(frame)
                case act.Shut(link, dead):
                    self._shut(link, dead)
                case act.Live():
                    self.reconnects += 1 if self._up.is_set() or self.last_close else 0
                    self._up.set()
                case act.Lost(code, _):
                    self.last_close = code
                    self._up.clear()
                case act.Stopped(error):
                    self._stopped(error)
                case act.Settled(handle, outcome):
                    _resolve(self._answers.get(handle), outcome)
                case act.Sent(entry, receipt):
                    _resolve(self._receipts.pop(entry.client_id, None), receipt)
                case _:
                    self._stream_action(one)
        self._schedule()

    def _stream_action(self, one: act.Action) -> None:
        match one:
            case act.Began(stream, room, member):
                following = self._followings.setdefault(stream, Following(stream, self._took))
                following.room, following.member = room or following.room, member or following.member
            case act.Deliver(stream, item, weight):
                if not self._keep:
                    self._took(stream, item, weight)
                elif (known := self._followings.get(stream)) is not None:
                    known.put(item, weight)
            case act.Placed(stream, position):
                self._positions[stream] = position
            case act.Heard(signal):
                if (known := self._followings.get(signal.stream)) is not None:
                    known.hear(signal)
            case act.Ended(stream, reason):
                self._positions.pop(stream, None)
                if (gone := self._followings.pop(stream, None)) is not None:
                    gone.end(reason)

    def _took(self, stream: str, item: Item | None, weight: Weight | None) -> None:
        if isinstance(item, Event) and (follower := self.core.followers.get(stream)) is not None:
            self._positions[stream] = Position(follower.epoch, item.seq, item.event_id)
        elif isinstance(item, Reset):
            self._positions.pop(stream, None)
        if weight is not None and self.core.stopped is None:
            self._do(self.core.taken(weight, self._now()))
        else:
            self._save()

    def _stopped(self, error: HearthError) -> None:
        self._up.clear()
        self._over.set()
        for receipt in self._receipts.values():
            receipt.cancel()
        self._receipts.clear()
        for following in self._followings.values():
            following.end("closed", None if isinstance(error, Stopping) else error)

    def _shut(self, link: int, dead: bool) -> None:
        socket = self._sockets.get(link)
        if dead and socket is not None:
            socket.transport.abort()
        elif (writer := self._writers.get(link)) is not None:
            writer.put_nowait(None)

    async def _hold(self, link: int) -> None:
        """Hold one socket from its ticket to its end, and tell the core of both."""
        try:
            ticket = await self.doors.ticket()
            socket = await connect(
                self._url,
                subprotocols=[Subprotocol(SUBPROTOCOL)],
                compression=None,
                ping_interval=None,
                open_timeout=OPEN_S,
                close_timeout=CLOSE_S,
                max_size=MOST_FRAME,
                proxy=None,
            )
        except HearthError as error:
            self._do(self.core.failed(link, error, self._now()))
            return
        except (OSError, TimeoutError, websockets.WebSocketException) as error:
            unreachable = DoorUnreachable(f"no socket: {type(error).__name__}")
            self._do(self.core.failed(link, unreachable, self._now()))
            return
        self._sockets[link] = socket
        self._writers[link] = asyncio.Queue()
        writer = asyncio.create_task(self._write(socket, self._writers[link]))
        try:
            self._do(self.core.opened(link, ticket, self._now()))
            async for frame in socket:
                if isinstance(frame, str):
                    self._do(self.core.received(link, frame, self._now()))
        except websockets.ConnectionClosed:
            pass
        finally:
            writer.cancel()
            await socket.close()
            self._sockets.pop(link, None)
            self._writers.pop(link, None)
            self._do(self.core.closed(link, socket.close_code or 1006, self._now()))

    async def _write(self, socket: ClientConnection, frames: "asyncio.Queue[str | None]") -> None:
        with contextlib.suppress(websockets.ConnectionClosed):
            while (frame := await frames.get()) is not None:
                await socket.send(frame)
            await socket.close()

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _schedule(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        at = self.core.deadline() if self.core.stopped is None else None
        if at is not None:
            wait = max(SOONEST_TICK_S, at - self._now())
            self._timer = asyncio.get_running_loop().call_later(wait, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._do(self.core.tick(self._now()))

    def _save(self, *, force: bool = False) -> None:
        """Keep the outbox and token at once where they changed, positions at most every second."""
        version, token, positions, at = self._saved
        now = self._now()
        urgent = version != self.core.outbox.version or token != self.doors.token
        moved = positions != self._positions and (force or now - at >= SAVE_EVERY_S)
        if not urgent and not moved:
            return
        self._store.save(kept.state_of(self.doors.token, self._positions, self.core.outbox))
        self._saved = (self.core.outbox.version, self.doors.token, dict(self._positions), now)


def _resolve(future: "asyncio.Future[Any] | None", outcome: Any) -> None:
    if future is None or future.done():
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)


__all__ = ["Client", "Disconnected", "Stopping"]
