"""One person in one room, at a terminal or a pipe."""

import asyncio
import contextlib
import sys
import threading
from collections.abc import AsyncIterator, Callable
from typing import get_args

from hearth_client.client import Client
from hearth_client.errors import CommandError, HearthError, RoomFull
from hearth_client.frames import ME, Reaction, Receipt, ReportReason
from hearth_client.room import Room
from hearth_client.terminal.lines import HELD, Book, me_line, signal_line

HELP = """/who                     who is here
/reply N text            answer message #N
/react N heart           heart, hug, strength, thanks; again with - before it to take it back
/remove N                remove your own message
/report N reason [note]  harassment, danger, spam, private, other
/block N, /unblock N     see nothing more of who wrote #N in this room, or see it again
/more                    earlier messages
/leave                   leave the room
/quit                    go away, and stay a member"""
LINGER_S = 1.0  # after the last line of a pipe: time for answers to be shown
UNSENT_S = 30.0

Say = Callable[[str], None]


class Quit(Exception):
    """The person is done."""


def typed() -> "asyncio.Queue[str | None]":
    """Return a queue of the lines of standard input, None at its end. A thread does the reading."""
    loop, lines = asyncio.get_running_loop(), asyncio.Queue[str | None]()

    def read() -> None:
        with contextlib.suppress(RuntimeError, ValueError, OSError):  # the loop or the terminal is gone
            for line in sys.stdin:
                loop.call_soon_threadsafe(lines.put_nowait, line.rstrip("\n"))
            loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()
    return lines


class Chat:
    """Shows what happens in a room and does what is typed."""

    def __init__(self, client: Client, room: Room, say: Say, *, lively: bool) -> None:
        self._client = client
        self._room = room
        self._say = say
        self._lively = lively
        self._book = Book()
        self._earliest: int | None = None
        self._receipts: set[asyncio.Future[Receipt]] = set()

    async def run(self, lines: "asyncio.Queue[str | None]") -> None:
        """Return when the person quits or the input ends. Raises what stopped the client."""
        shows = [self._show_room(), self._show_me(), self._show_signals()]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(show) for show in shows]
            try:
                await self._listen(lines)
            except Quit:
                pass
            finally:
                for task in tasks:
                    task.cancel()

    async def _listen(self, lines: "asyncio.Queue[str | None]") -> None:
        while (line := await lines.get()) is not None:
            if not line.strip():
                continue
            try:
                await self._do(line.strip())
            except CommandError as refused:
                self._say(f"— not done: {refused}")
            except (KeyError, ValueError, IndexError):
                self._say("— that is no command of mine; /help lists them")
        if self._receipts:
            await asyncio.wait(self._receipts, timeout=UNSENT_S)
        await asyncio.sleep(LINGER_S)

    async def _do(self, line: str) -> None:
        if not line.startswith("/") or line.startswith("//"):
            self._post(line.removeprefix("/") if line.startswith("//") else line)
            return
        word, _, rest = line[1:].partition(" ")
        match word:
            case "help":
                self._say(HELP)
            case "quit":
                raise Quit
            case "leave":
                await self._room.leave()
                raise Quit
            case "who":
                await self._who()
            case "more":
                await self._more()
            case "reply":
                number, _, text = rest.partition(" ")
                self._post(text, reply_to=self._id(number))
            case _:
                await self._act(word, rest.split(maxsplit=2))

    async def _act(self, word: str, words: list[str]) -> None:
        event_id = self._id(words[0])
        match word:
            case "remove":
                await self._room.remove(event_id)
            case "react":
                reaction = next(one for one in get_args(Reaction) if one == words[1].lstrip("-"))
                await self._room.react(event_id, reaction, not words[1].startswith("-"))
            case "report":
                reason = next(one for one in get_args(ReportReason) if one == words[1])
                await self._room.report(event_id, reason, words[2] if len(words) > 2 else None)
                self._say("— thank you: a moderator will look")
            case "block":
                await self._room.block(self._author(words[0]))
            case "unblock":
                await self._room.unblock(self._author(words[0]))
            case _:
                raise KeyError(word)

    def _post(self, text: str, reply_to: str | None = None) -> None:
        receipt = self._room.post(text, reply_to=reply_to)

        def answered(done: "asyncio.Future[Receipt]") -> None:
            self._receipts.discard(done)
            if done.cancelled():
                return
            error = done.exception()
            if error is not None:
                self._say(f"— not sent: {error}")
            elif done.result().status == "held":
                self._say(f"— {HELD}")

        self._receipts.add(receipt)
        receipt.add_done_callback(answered)

    def _id(self, number: str) -> str:
        return self._book.ids[int(number.lstrip("#"))]

    def _author(self, number: str) -> str:
        return self._book.authors[int(number.lstrip("#"))]

    async def _who(self) -> None:
        found = await self._room.members()
        names = [f"{one.member.name}{'' if one.here else ' (away)'}" for one in found.members]
        self._say(f"— {found.people} here: {', '.join(names)}")

    async def _more(self) -> None:
        page = await self._room.history(before=self._earliest, limit=20)
        for event in page.events:
            self._line(self._book.room_line(event))
        if page.events:
            self._earliest = page.events[0].seq
        if not page.more:
            self._say("— this is the beginning")

    def _line(self, line: str | None) -> None:
        if line is not None:
            self._say(line)

    async def _show_room(self) -> None:
        async for item in self._room:
            seq = getattr(item, "seq", None)
            if seq is not None and (self._earliest is None or seq < self._earliest):
                self._earliest = seq
            self._line(self._book.room_line(item))
        self._say("— you are not in this room any more")

    async def _show_me(self) -> None:
        async for item in self._client.follow(ME):
            self._line(me_line(item))

    async def _show_signals(self) -> None:
        me = self._room.member.id if self._room.member else None
        async for signal in self._room.signals():
            if self._lively:
                self._line(signal_line(signal, me))


async def enter(client: Client, slug: str, name: str | None) -> Room:
    """Join a room, or the open one of its topic where it is full."""
    try:
        return await client.join(slug, name)
    except RoomFull as full:
        return await client.join(full.room, name)


@contextlib.asynccontextmanager
async def housed(client: Client) -> AsyncIterator[Client]:
    """Connect, and close at the end whatever happened."""
    try:
        await client.connect()
        yield client
    finally:
        with contextlib.suppress(HearthError):
            await client.close()
