"""The hub: one per process. What is stored arrives once and goes to every local follower."""

import asyncio
import contextlib
import random
from collections.abc import Iterable, Sequence, Set
from time import monotonic
from typing import Any, Protocol
from uuid import UUID

import structlog

from consumers.connection import Connection
from consumers.feed import RING_EVENTS, Feed, Follow, guards_of, hidden_line
from consumers.pump import Pump
from protocol import pushes
from protocol.errors import Close, Unavailable
from runtime import metrics
from streams import db, log, presence
from streams.bus import Bus
from streams.refs import Line, StreamRef

logger = structlog.get_logger(__name__)

SWEEP_S = 2.5  # a lost hint is found within this; protocol.md promises 5 s
TICK_S = 0.5
UNUSED_S = 10.0  # a feed somebody asked for this lately is kept: they may be on their way to follow it


Blocks = dict[str, frozenset[str]]  # whom each member has blocked


class House(Protocol):
    """What the hub asks of the rooms above the log. Database functions, run in reader threads."""

    def blocked_by(self, stream_id: int) -> Blocks:
        """Return, by viewer member, whom they have blocked."""

    def allowed(self, person: UUID, guards: Set[str]) -> Set[str]:
        """Return which of these guards let the person see something now."""

    def sessions_over(self, session_ids: list[UUID]) -> dict[UUID, Close]:
        """Return those sign-ins that have ended, with the close code of their sockets."""

    def spent(self, person: UUID, room_id: int) -> None:
        """Count a message that the person sent to a room by way of another process. In memory."""


class Clocked(Protocol):
    """A socket's shell, as far as the hub's clock knows it."""

    def tick(self, now: float) -> None:
        """Do what is due at `now` (monotonic seconds)."""


class Hub:
    """Feeds of this process, their followers, and the work that keeps them level with the log."""

    def __init__(self, layer: Any, house: House) -> None:
        self.bus = Bus(layer, self)
        self.house = house
        self.connections: set[Connection] = set()
        self.shells: set[Clocked] = set()
        self.by_person: dict[UUID, set[Connection]] = {}
        self._feeds: dict[int, Feed] = {}
        self._opening: dict[int, asyncio.Task[None]] = {}
        self._catching: dict[int, asyncio.Task[Any]] = {}
        self._dirty: list[Connection] = []
        self._kept: list[list[bytes]] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self._pump = Pump(self)

    # -- life ------------------------------------------------------------------------------

    async def start(self) -> None:
        """Join the bus and begin to sweep."""
        await self.bus.start()
        self.spawn(self._sweep())
        self.spawn(self._tick())

    async def stop(self) -> None:
        """Leave the bus and stop all work."""
        await self.bus.stop()
        for task in list(self._tasks):
            task.cancel()
        for task in list(self._tasks):
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task

    def spawn(self, work: Any) -> "asyncio.Task[Any]":
        """Run a coroutine on the hub's account; a fault is logged without its words."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            logger.error("hub_task_failed", fault=type(fault).__name__, exc_info=fault)

    # -- connections -----------------------------------------------------------------------

    def add(self, connection: Connection) -> None:
        """Know a connection; its principal is set."""
        assert connection.principal is not None
        self.connections.add(connection)
        self.by_person.setdefault(connection.principal.person_id, set()).add(connection)

    def remove(self, connection: Connection) -> None:
        """Forget a connection and all it follows."""
        self.connections.discard(connection)
        if connection.principal is not None:
            of_person = self.by_person.get(connection.principal.person_id)
            if of_person is not None:
                of_person.discard(connection)
                if not of_person:
                    del self.by_person[connection.principal.person_id]
        for follow in list(connection.follows.values()):
            self.unfollow(follow)

    def end(self, connection: Connection, code: Close) -> None:
        """Say goodbye at once; only the closing takes time."""
        if connection.part(code, code.reason):
            self.spawn(connection.transport.close(int(code)))

    def soon(self, connection: Connection) -> None:
        """Flush a connection at the end of this tick."""
        if not self._dirty:
            asyncio.get_running_loop().call_soon(self._flush)
        self._dirty.append(connection)

    def keep(self, out: list[bytes]) -> None:
        """Keep chunks alive while this tick's frames are shared."""
        self._kept.append(out)

    def _flush(self) -> None:
        dirty, self._dirty = self._dirty, []
        memo: dict[tuple[int, ...], tuple[bytes, bytes]] = {}
        for connection in dirty:
            connection.flush(memo)
        self._kept.clear()

    # -- following -------------------------------------------------------------------------

    async def open(self, refs: Iterable[StreamRef]) -> list[Feed]:
        """Return the feeds of these streams, their heads known. Raises `Unavailable`."""
        wanted = list(refs)
        for ref in wanted:
            if (known := self._feeds.get(ref.id)) is not None and known.ref.epoch != ref.epoch:
                self._replace(known)
        fresh = [ref for ref in wanted if ref.id not in self._feeds]
        if fresh:
            self._feeds |= {ref.id: Feed(ref) for ref in fresh}
            # A task of the hub's own: whoever asked first may go away, and others wait for the same.
            opening = self.spawn(self._open([self._feeds[ref.id] for ref in fresh]))
            self._opening |= {ref.id: opening for ref in fresh}
        for ref in wanted:
            self._feeds[ref.id].wanted_at = monotonic()
        waited = {task for ref in wanted if (task := self._opening.get(ref.id)) is not None}
        if waited:
            await asyncio.wait(waited)
        feeds = [self._feeds.get(ref.id) for ref in wanted]
        if any(feed is None or not feed.opened for feed in feeds):
            raise Unavailable(retry_after_ms=1_000)
        return [feed for feed in feeds if feed is not None]

    async def _open(self, feeds: list[Feed]) -> None:
        try:
            for feed in feeds:
                await self.bus.follow(feed.ref.id)
            heads, blocks = await db.run(self._read, [feed.ref for feed in feeds])
        except Exception as fault:
            for feed in feeds:
                self._feeds.pop(feed.ref.id, None)
                self.spawn(self._leave_bus(feed.ref.id))
            if not isinstance(fault, Unavailable):
                raise
            return  # who waits finds no feed, and says so
        finally:
            for feed in feeds:
                self._opening.pop(feed.ref.id, None)
        for feed in feeds:
            stored = heads.get(feed.ref.id)
            feed.head, feed.version = (stored.seq, stored.version) if stored is not None else (0, 0)
            feed.blocks = blocks.get(feed.ref.id, {})
            self._replay(feed)

    def _replay(self, feed: Feed) -> None:
        """Look again at what arrived while the log was being read."""
        early, feed.early = feed.early, []
        for version, lines in early:
            self.on_events(feed.ref.id, version, lines)

    def _read(self, refs: list[StreamRef]) -> tuple[dict[int, log.Head], dict[int, Blocks]]:
        rooms = [ref.id for ref in refs if ref.name.startswith("room:")]
        return log.heads([ref.id for ref in refs]), {room: self.house.blocked_by(room) for room in rooms}

    def follow(
        self, connection: Connection, feed: Feed, cursor: int, member: str | None, since: int | None = None
    ) -> Follow:
        """Give a connection a cursor in an open feed; following again changes nothing.

        The cursor may be ahead of the feed, which has not heard of those events yet. `since` is a head at
        which the member was in the stream.
        """
        known = connection.follows.get(feed.ref.id)
        if known is not None:
            return known
        if self._feeds.get(feed.ref.id) is not feed:  # closed as unused on the way here
            raise Unavailable
        follow = Follow(connection, feed, cursor, member, cursor if since is None else since)
        follow.blocked = feed.blocks.get(member) if member is not None else None
        feed.follows.add(follow)
        connection.follows[feed.ref.id] = follow
        if _counted(follow):
            presence.view().arrive(feed.place, member or connection.id)
        if cursor >= feed.head:
            follow.live = True
            feed.live.add(follow)
        else:
            connection.lag(follow)
        return follow

    def unfollow(self, follow: Follow) -> None:
        """Take a cursor away; a feed that nobody follows is closed, now or by the sweep."""
        if follow.closed:
            return
        follow.closed = True
        feed, connection = follow.feed, follow.connection
        feed.follows.discard(follow)
        feed.live.discard(follow)
        connection.behind.discard(follow)
        connection.follows.pop(feed.ref.id, None)
        if _counted(follow):
            presence.view().depart(feed.place, follow.member or connection.id)
        if follow.on_close is not None:
            follow.on_close()
        if self._unused(feed, monotonic()) and self._feeds.get(feed.ref.id) is feed:
            del self._feeds[feed.ref.id]
            self.spawn(self._leave_bus(feed.ref.id))

    async def _leave_bus(self, stream_id: int) -> None:
        if stream_id not in self._feeds:
            await self.bus.unfollow(stream_id)
            if stream_id in self._feeds:  # followed anew meanwhile
                await self.bus.follow(stream_id)

    # -- what arrives ----------------------------------------------------------------------

    def on_events(self, stream_id: int, version: int, lines: list[Line]) -> None:
        """Give stored events to everyone level with the head; a hole sends the hub to the log."""
        feed = self._feeds.get(stream_id)
        if feed is None:
            return
        if not feed.opened or feed.catching_up:
            feed.early.append((version, lines))  # looked at again once the log has been read
            return
        hole = lines and lines[0].seq > feed.head + 1
        # A hint may be older than the end of a grant: what is guarded is asked about before it goes.
        if version > feed.version or hole or (feed.personal and guards_of(lines)):
            self._catch_up(feed)
            return
        fresh = (
            lines if not lines or lines[0].seq == feed.head + 1 else [x for x in lines if x.seq > feed.head]
        )
        if fresh:
            self._deliver(feed, fresh)

    def _deliver(self, feed: Feed, lines: list[Line]) -> None:
        for line in lines:
            feed.forget_target(line)
        before, feed.head = feed.head, lines[-1].seq
        feed.remember(lines)
        metrics.deliveries.inc(len(lines) * len(feed.live))
        self._let_go(feed, lines)
        chunk = lines[0].data if len(lines) == 1 else b"\n".join([line.data for line in lines])
        sizes = tuple([len(line.data) for line in lines])
        total = sum(sizes)
        last = feed.head
        now = monotonic()
        for follow in list(feed.live):
            blocked = follow.blocked
            if follow.cursor != before:
                self._deliver_apart(follow, lines)
            elif feed.personal or (blocked and any(line.member in blocked for line in lines)):
                if not follow.connection.take(follow, lines):
                    follow.connection.lag(follow)
            else:
                follow.connection.offer(follow, chunk, sizes, total, last, now)

    def _deliver_apart(self, follow: Follow, lines: list[Line]) -> None:
        """Give lines to a follower who was given some already: a join or the log was ahead of the feed."""
        left = [line for line in lines if line.seq > follow.cursor]
        if left and (left[0].seq != follow.cursor + 1 or not follow.connection.take(follow, left)):
            follow.connection.lag(follow)

    def _let_go(self, feed: Feed, lines: list[Line]) -> None:
        """Who left (or was removed) gets nothing from here on: the log's order decides, not a message.

        A leave before `since` is not the end of this stay: they have come back.
        """
        gone = {line.member: line.seq for line in lines if line.kind == "member.left"}
        if gone:
            for follow in [f for f in feed.follows if gone.get(f.member, 0) > f.since]:
                self.unfollow(follow)

    def shown_to(self, follow: Follow, line: Line) -> Line:
        """Return a line as this viewer may see it."""
        blocked = follow.blocked
        if (blocked and line.member in blocked) or (
            line.guard is not None and line.guard not in follow.feed.allowed
        ):
            return hidden_line(line, follow.feed.ref.wire)
        return line

    async def ask_guards(self, feed: Feed, lines: Sequence[Line]) -> None:
        """Ask what the feed's person may see of these lines now: the last thing before they are pushed.

        Only a person's own stream has guards, so all its followers are the same person. Raises `Unavailable`.
        """
        guards = guards_of(lines) if feed.personal else frozenset()
        if not guards:
            return
        people = {
            principal.person_id
            for follow in feed.follows
            if (principal := follow.connection.principal) is not None
        }
        person = people.pop() if len(people) == 1 else None
        feed.allowed = await db.run(self.house.allowed, person, guards) if person else frozenset()

    def on_signal(
        self, stream_id: int, data: bytes, member: str | None, only: str | None, skip: str | None
    ) -> None:
        """Pass on a signal to those who may see its author; `skip` is a connection."""
        feed = self._feeds.get(stream_id)
        if feed is None:
            return
        for follow in feed.follows:
            if follow.connection.id == skip or (only is not None and follow.member != only):
                continue
            if member is not None and only is None and follow.member == member:
                continue
            if follow.blocked and member in follow.blocked:
                continue
            follow.connection.write_passing(data)

    def on_kick(self, person: UUID, code: int, session: UUID | None) -> None:
        """Close a person's sockets."""
        for connection in list(self.by_person.get(person, ())):
            principal = connection.principal
            if session is None or (principal is not None and principal.session_id == session):
                self.spawn(
                    connection.close(Close(code), "signed_out" if code == Close.SIGNED_OUT else "refused")
                )

    def on_forget(self, stream_id: int) -> None:
        """Drop cached bytes of a stream."""
        feed = self._feeds.get(stream_id)
        if feed is not None:
            feed.drop_ring()

    def on_spent(self, stream_id: int, room_id: int) -> None:
        """Hold a person with sockets on several processes to one allowance."""
        feed = self._feeds.get(stream_id)
        principals = (follow.connection.principal for follow in feed.follows) if feed is not None else ()
        person = next((known.person_id for known in principals if known is not None), None)
        if person is not None:
            self.house.spent(person, room_id)

    # -- catching up -----------------------------------------------------------------------

    def _catch_up(self, feed: Feed) -> None:
        if not feed.catching_up:
            feed.catching_up = True
            self._catching[feed.ref.id] = self.spawn(self._read_on(feed))

    async def level(self, stream_id: int) -> None:
        """Wait until the feed knows what was stored so far: what `ok` says must hold from then on.

        Raises `Unavailable` where the log cannot be read; the same command may be said again then.
        """
        while (task := self._catching.get(stream_id)) is not None:
            await asyncio.wait([task])
            if (feed := self._feeds.get(stream_id)) is not None and feed.stale:
                raise Unavailable

    async def _read_on(self, feed: Feed) -> None:
        """Bring the feed level with the log: blocks and version first, then every event it missed."""
        metrics.catch_ups.inc()
        try:
            while self._feeds.get(feed.ref.id) is feed:  # its follower may still be on the way in
                stored = (await db.run(log.heads, [feed.ref.id])).get(feed.ref.id)
                if stored is None:
                    break
                head, version, epoch = stored
                if epoch != feed.ref.epoch:
                    self._replace(feed)
                    break
                if version != feed.version:
                    await self._reload_blocks(feed, version)
                if head <= feed.head:
                    break
                lines = await db.run(log.page, feed.ref, after=feed.head, limit=RING_EVENTS)
                lines = [line for line in lines if line.seq > feed.head]
                await self.ask_guards(feed, lines)
                if lines:
                    self._deliver(feed, lines)
            feed.stale = False
        except Unavailable:
            feed.stale = True  # the sweep tries again
        finally:
            feed.catching_up = False
            self._catching.pop(feed.ref.id, None)
            self._replay(feed)

    async def _reload_blocks(self, feed: Feed, version: int) -> None:
        if feed.ref.name.startswith("room:"):
            feed.blocks = await db.run(self.house.blocked_by, feed.ref.id)
            for follow in feed.follows:
                follow.blocked = feed.blocks.get(follow.member) if follow.member is not None else None
        feed.version = version

    def _replace(self, feed: Feed) -> None:
        """Close a feed whose stream is numbered anew: what its followers were given stands no more."""
        for connection in {follow.connection for follow in feed.follows}:
            self.end(connection, Close.EPOCH_CHANGED)
        if self._feeds.get(feed.ref.id) is feed:
            del self._feeds[feed.ref.id]
            self.spawn(self._leave_bus(feed.ref.id))

    def pump(self, connection: Connection) -> None:
        """Bring a connection's cursors level, as its window allows."""
        self._pump.start(connection)

    # -- the clockwork ---------------------------------------------------------------------

    async def _sweep(self) -> None:
        """Find what no hint has told: events of followed streams, and sign-ins that are over."""
        while True:
            await asyncio.sleep(SWEEP_S * random.uniform(0.8, 1.0))
            self._drop_unused()
            try:
                await self._sweep_streams()
                await self._sweep_sessions()
            except Unavailable:
                continue
            except Exception as fault:
                logger.error("sweep_failed", fault=type(fault).__name__, exc_info=fault)

    async def _sweep_streams(self) -> None:
        ids = [feed.ref.id for feed in self._feeds.values() if feed.opened]
        for stream_id, (head, version, epoch) in (await db.run(log.heads, ids) if ids else {}).items():
            feed = self._feeds.get(stream_id)
            if feed is None or not feed.opened:
                continue
            if epoch != feed.ref.epoch:
                self._replace(feed)
            elif head > feed.head or version > feed.version or feed.stale:
                self._catch_up(feed)

    async def _sweep_sessions(self) -> None:
        """Close the sockets of whoever signed out, was suspended or deleted while the word of it was lost."""
        by_session: dict[UUID, list[Connection]] = {}
        for connection in self.connections:
            if connection.principal is not None and connection.principal.session_id is not None:
                by_session.setdefault(connection.principal.session_id, []).append(connection)
        over = await db.run(self.house.sessions_over, list(by_session)) if by_session else {}
        for session_id, code in over.items():
            for connection in by_session[session_id]:
                self.spawn(connection.close(code, code.reason))

    @staticmethod
    def _unused(feed: Feed, now: float) -> bool:
        return feed.opened and not feed.follows and now - feed.wanted_at > UNUSED_S

    def _drop_unused(self) -> None:
        """Close feeds whose would-be follower went away before following."""
        now = monotonic()
        for feed in [feed for feed in self._feeds.values() if self._unused(feed, now)]:
            del self._feeds[feed.ref.id]
            self.spawn(self._leave_bus(feed.ref.id))

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            now = monotonic()
            metrics.cursors_behind.set(sum(len(c.behind) for c in self.connections))
            self._tell_presence(now)
            for connection in list(self.connections):
                if connection.window.overdue(now):
                    self.spawn(connection.close(Close.SLOW, "slow"))
            for shell in list(self.shells):
                shell.tick(now)

    def _tell_presence(self, now: float) -> None:
        view = presence.view()
        later: set[presence.Place] = set()
        for place in view.touched:
            feed = self._feeds.get(place) if isinstance(place, int) else None  # only rooms are told
            if feed is None:
                continue
            people = view.count(place)
            if feed.turnout.early(people, now):
                later.add(place)
                continue
            if not feed.turnout.tell(people, now):
                continue
            data = pushes.signal(stream=feed.ref.wire, kind="presence", fields={"people": people})
            for follow in feed.follows:
                follow.connection.write_passing(data)
        view.touched = later


def _counted(follow: Follow) -> bool:
    """Say whether a follower is somebody in the stream: a moderator who looks into a room is not."""
    return follow.member is not None or not isinstance(follow.feed.place, int)
