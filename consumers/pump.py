"""Bringing cursors level with their streams: from the ring where it reaches, else from the log."""

import asyncio
from typing import TYPE_CHECKING

from consumers.connection import Connection
from consumers.feed import RING_EVENTS, Feed, Follow
from protocol.errors import Unavailable
from streams import db, log
from streams.refs import Line

if TYPE_CHECKING:
    from consumers.hub import Hub

RETRY_S = 1.0  # the log cannot be read just now


class Pump:
    """One task per connection that is behind; whoever asks for the same page shares its query."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._pages: dict[tuple[int, int], asyncio.Task[list[Line]]] = {}

    def start(self, connection: Connection) -> None:
        """Pump for a connection until it is level or its window is full; the next ack calls again."""
        if not connection.pumping:
            connection.pumping = True
            self._hub.spawn(self._run(connection))

    async def _run(self, connection: Connection) -> None:
        try:
            while connection.behind and not connection.over:
                follow = min(connection.behind, key=lambda f: f.feed.ref.wire != "me")
                try:
                    if not await self._advance(connection, follow):
                        return
                except Unavailable:
                    await asyncio.sleep(RETRY_S)
        finally:
            connection.pumping = False

    async def _advance(self, connection: Connection, follow: Follow) -> bool:
        """Push from one cursor until it is level (True) or the window is full (False)."""
        feed = follow.feed
        while not follow.closed and not connection.over:
            if follow.cursor >= feed.head:
                connection.behind.discard(follow)
                follow.live = True
                feed.live.add(follow)
                return True
            head = feed.head
            lines = feed.after(follow.cursor, log.PAGE) or await self._page(feed, follow.cursor)
            if follow.closed or connection.over:
                return True
            # Not past the feed: what follows may begin with this member's own leaving (`Hub._let_go`).
            due = [line for line in lines if follow.cursor < line.seq <= feed.head]
            if not due:  # nothing is stored there any more
                follow.cursor = max(follow.cursor, head)
            await self._hub.ask_guards(feed, due)
            if follow.closed or connection.over:
                return True
            if not connection.take(follow, due):
                return False
            await asyncio.sleep(0)  # others are served between two pages
        return True

    async def _page(self, feed: Feed, after: int) -> list[Line]:
        key = (feed.ref.id, after)
        task = self._pages.get(key)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._load(feed, after))
            self._pages[key] = task
            task.add_done_callback(lambda _: self._pages.pop(key, None))
        return await asyncio.shield(task)

    async def _load(self, feed: Feed, after: int) -> list[Line]:
        """Read a page; where the ring can reach it, fill the ring instead, once for everyone."""
        if feed.ring or feed.head - after > RING_EVENTS:
            return await db.run(log.page, feed.ref, after=after)
        generation = feed.generation
        start = max(0, feed.head - RING_EVENTS)
        lines = await db.run(log.page, feed.ref, after=start, limit=RING_EVENTS)
        lines = [line for line in lines if line.seq <= feed.head]
        if not feed.ring and feed.generation == generation:  # else it may hold what went meanwhile
            feed.remember(lines)
        return [line for line in lines if line.seq > after]
