"""One room, with every command one can give in it."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from hearth_client.following import Following
from hearth_client.frames import (
    Member,
    Page,
    People,
    Reaction,
    Receipt,
    ReportReason,
    Signal,
    page_of,
    people_of,
)

if TYPE_CHECKING:
    from hearth_client.client import Client


class Room:
    """A room this person is in. Iterate over it for its events; a method raises its command's refusals."""

    def __init__(
        self, client: "Client", stream: str, slug: str, member: Member | None, people: int | None
    ) -> None:
        self.client = client
        self.stream = stream
        self.slug = slug
        self.member = member
        self.people = people

    def __aiter__(self) -> Following:
        return self.client.follow(self.stream)

    def signals(self) -> AsyncIterator[Signal]:
        """Yield typing, presence and read signals as they come."""
        return self.client.follow(self.stream).signals()

    def post(
        self, text: str, *, reply_to: str | None = None, client_id: str | None = None
    ) -> "asyncio.Future[Receipt]":
        """Put a message in the outbox and return its receipt to come."""
        return self.client.post(self.stream, text, reply_to=reply_to, client_id=client_id)

    async def send(self, text: str, *, reply_to: str | None = None, client_id: str | None = None) -> Receipt:
        """Send a message and return what became of it. Raises Muted, TooLong, NotFound (what is answered)."""
        return await self.client.send(self.stream, text, reply_to=reply_to, client_id=client_id)

    async def remove(self, event_id: str) -> int | None:
        """Remove one's own message; returns the removal's seq."""
        return _seq(await self.client.call("remove", stream=self.stream, event_id=event_id))

    async def remove_held(self, client_id: str) -> None:
        """Remove one's own message while it is held."""
        await self.client.call("remove", stream=self.stream, client_id=client_id)

    async def react(self, event_id: str, reaction: Reaction, on: bool = True) -> int | None:
        """Set or take back a reaction; returns its seq, None where it changed nothing."""
        fields: dict[str, Any] = {"stream": self.stream, "event_id": event_id, "reaction": reaction, "on": on}
        return _seq(await self.client.call("react", **fields))

    async def read(self, seq: int) -> None:
        """Say up to where one has read; only forward."""
        await self.client.call("read", stream=self.stream, seq=seq)

    def typing(self, on: bool = True) -> None:
        """Say that one is typing; dropped while offline."""
        self.client.hint("typing", stream=self.stream, on=on)

    async def history(
        self, *, before: int | None = None, after: int | None = None, limit: int | None = None
    ) -> Page:
        """Return a page of the room's log: before or after a seq (both exclusive), or the latest."""
        answer = await self.client.call(
            "history", stream=self.stream, before=before, after=after, limit=limit
        )
        return page_of(answer, self.stream)

    async def members(self) -> People:
        """Return at most 200 members, those here first, and how many are connected."""
        return people_of(await self.client.call("members", stream=self.stream))

    async def report(self, event_id: str, reason: ReportReason, note: str | None = None) -> None:
        """Report a message to the moderators."""
        fields: dict[str, Any] = {"stream": self.stream, "event_id": event_id, "reason": reason, "note": note}
        await self.client.call("report", repeatable=False, **fields)

    async def block(self, member_id: str) -> None:
        """See nothing of this member any more, in this room."""
        await self.client.call("block", stream=self.stream, member=member_id)

    async def unblock(self, member_id: str) -> None:
        """See this member again."""
        await self.client.call("unblock", stream=self.stream, member=member_id)

    async def leave(self) -> None:
        """Leave the room; joining again gives the same member."""
        await self.client.call("leave", repeatable=False, stream=self.stream)


def _seq(answer: dict[str, Any]) -> int | None:
    seq = answer.get("seq")
    return seq if isinstance(seq, int) else None
