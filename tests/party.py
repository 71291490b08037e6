"""A room of one test, the people it invites, and somebody inside the house."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from tests.house import House, Person
from tests.insider import Inside
from tests.speaker import Speaker


@dataclass
class Party:
    """A room of one test and the people it invites; everyone is seen out at the end."""

    house: House
    slug: str
    stack: AsyncExitStack
    stream: str = ""

    @property
    def inside(self) -> Inside:
        """Somebody inside the house."""
        return self.house.inside

    async def connect(self, person: Person | None = None, **options: Any) -> Speaker:
        """Return a connection of a new guest, or of `person`; not greeted with `greet=False`."""
        if not options.pop("greet", True):
            return await self.stack.enter_async_context(self.house.connect(None, **options))
        person = person or await self.house.guest(web=options.get("web", 0))
        speaker: Speaker = await self.stack.enter_async_context(self.house.connect(person, **options))
        speaker.person = person  # type: ignore[attr-defined]
        return speaker

    async def member(
        self, person: Person | None = None, *, name: str | None = None, **options: Any
    ) -> Speaker:
        """Return a connection that has joined the room; `member` is its id there."""
        speaker = await self.connect(person, **options)
        joined = await speaker.join(self.slug, name=name)
        self.stream = joined["stream"]
        speaker.joined = joined  # type: ignore[attr-defined]
        speaker.member = joined["member"]["id"]  # type: ignore[attr-defined]
        return speaker

    async def members(self, count: int, **options: Any) -> list[Speaker]:
        """Return several members of the room, in the order they joined."""
        return [await self.member(**options) for _ in range(count)]

    async def stuff(self, hearing: Speaker, count: int, **more: Any) -> int:
        """Write many messages into the room at once; return its head, once a connection has come to it."""
        head: int = await self.inside.do("stuff", stream=self.stream, count=count, **more)

        def heard() -> dict[str, Any] | None:
            last = hearing.stream_events(self.stream)[-1:]
            return last[0] if last and last[0]["seq"] >= head else None

        await hearing.until(heard, 30, f"event {head}")
        return head


@contextlib.asynccontextmanager
async def party_in(house: House) -> AsyncIterator[Party]:
    """Give a party in a fresh room of a house."""
    async with AsyncExitStack() as stack:
        yield Party(house, await house.room(), stack)


async def eventually(look: Callable[[], Awaitable[bool]], *, within: float = 10.0) -> None:
    """Wait until something is so. Raises AssertionError after `within` seconds."""
    async with asyncio.timeout(within):
        while not await look():
            await asyncio.sleep(0.05)
