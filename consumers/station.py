"""What one serving process owns: its hub and its job worker, from start to drain."""

import asyncio
import random
from collections.abc import Set
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import structlog
from channels.layers import get_channel_layer
from django.conf import settings

from accounts import guards, principals
from chat import send, turns
from chat.blocks import blocked_by
from consumers.hub import Hub
from moderation import scoring, screening
from moderation.backlog.worker import BacklogWorker
from protocol import pushes
from protocol.errors import Close
from runtime import clock, lifecycle
from runtime.worker import JobWorker
from streams import commit

logger = structlog.get_logger(__name__)


class _House:
    """The hub's port to the rooms and the people."""

    def blocked_by(self, stream_id: int) -> dict[str, frozenset[str]]:
        """See `consumers.hub.House`."""
        return dict(blocked_by(stream_id))

    def allowed(self, person: UUID, wanted: Set[str]) -> Set[str]:
        """See `consumers.hub.House`."""
        return guards.allowed(person, wanted, clock.now())

    def sessions_over(self, session_ids: list[UUID]) -> dict[UUID, Close]:
        """See `consumers.hub.House`."""
        over = principals.over(session_ids, clock.now())
        return {pk: Close.BANNED if suspended else Close.SIGNED_OUT for pk, suspended in over.items()}

    def spent(self, person: UUID, room_id: int) -> None:
        """See `consumers.hub.House`."""
        send.spent_elsewhere(person, room_id, clock.now())


class Station:
    """The running parts of one process (one event loop)."""

    def __init__(self) -> None:
        self.hub = Hub(get_channel_layer(), _House())
        self.worker = JobWorker() if settings.JOBS_IN_PROCESS else None
        self.backlog: BacklogWorker | None = None
        self._started: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start once; everyone who asks waits for the same start."""
        if self._started is None:
            self._started = asyncio.get_running_loop().create_task(self._start())
        await asyncio.shield(self._started)

    async def _start(self) -> None:
        # Rules take most of a second to compile: before the first message and off the loop.
        _, asker = await asyncio.gather(
            asyncio.to_thread(screening.screener), asyncio.to_thread(scoring.asker)
        )
        await self.hub.start()
        if asker is not None and settings.SCREENER_IN_PROCESS:
            self.backlog = BacklogWorker(asker)
            self.backlog.start()
        if self.worker is not None:
            self.worker.start()

    async def stop(self) -> None:
        """Finish what was accepted and stop."""
        if self._started is None:
            return
        await turns.settled()
        await commit.settled()
        await self.hub.stop()
        for worker in (self.worker, self.backlog):
            if worker is not None:
                await asyncio.to_thread(worker.stop)

    async def drain(self, seconds: float) -> None:
        """Send every client elsewhere, spread over `seconds`, and close who is left with 4201."""
        lifecycle.begin_drain()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        for connection in list(self.hub.connections):
            within = random.uniform(0.2, 0.9) * seconds
            connection.write(pushes.drain(within_ms=int(within * 1000)))
        while self.hub.connections and loop.time() < deadline:  # noqa: ASYNC110 - once in a life, for seconds
            await asyncio.sleep(0.05)
        await turns.settled()
        await commit.settled()
        left = list(self.hub.connections)
        for start in range(0, len(left), 200):
            await asyncio.gather(
                *(
                    c.close(Close.DRAINING, "draining", random.randint(0, 1_000))
                    for c in left[start : start + 200]
                )
            )
        await asyncio.sleep(0.1 if left else 0)  # the last frames leave the kernel's door
        logger.info("drained", moved=len(left) == 0)


_stations: "WeakKeyDictionary[asyncio.AbstractEventLoop, Station]" = WeakKeyDictionary()


def station() -> Station:
    """Return this loop's station."""
    loop = asyncio.get_running_loop()
    found = _stations.get(loop)
    if found is None:
        found = _stations[loop] = Station()
    return found


async def lifespan(receive: Any, send: Any) -> None:
    """Serve ASGI's lifespan (uvicorn; daphne has none, `chatserver.serve` starts the station there)."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await station().start()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await station().drain(settings.DRAIN_SECONDS)
            await station().stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
