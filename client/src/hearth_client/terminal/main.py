"""`hearth-chat`: pick a room and talk, from a terminal."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from hearth_client.client import Client
from hearth_client.doors import Password
from hearth_client.errors import HearthError
from hearth_client.frames import Listing
from hearth_client.storage import File
from hearth_client.terminal.chat import Chat, enter, housed, typed
from hearth_client.terminal.plain import plain


def say(line: str) -> None:
    """Show one line now."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="hearth-chat", description="Talk in a room of a Hearth house.")
    parser.add_argument("--url", default=os.environ.get("HEARTH_URL", "http://localhost:8000"))
    parser.add_argument("--room", help="slug of the room; asked for where it is not given")
    parser.add_argument("--name", help="pseudonym for the room (2 to 32 characters)")
    parser.add_argument(
        "--state", type=Path, help="file that keeps who you are, unsent messages and positions"
    )
    parser.add_argument("--user", help="sign in; the password is read from HEARTH_PASSWORD")
    parser.add_argument("--rooms", action="store_true", help="list the rooms and stop")
    return parser.parse_args(words)


def listed(rooms: Sequence[Listing]) -> str:
    """Return the rooms, one a line, numbered."""
    rows = [
        f"{n:3} {plain(one.slug):24} {one.people:4} here  {plain(one.title)} ({plain(one.language)})"
        for n, one in enumerate(rooms, 1)
    ]
    return "\n".join(rows)


def pick(rooms: Sequence[Listing], answer: str) -> str | None:
    """Return the slug that a number or a slug names, None if it names none."""
    if answer.isdigit() and 1 <= int(answer) <= len(rooms):
        return rooms[int(answer) - 1].slug
    return next((one.slug for one in rooms if one.slug == answer), None)


async def choose(client: Client, lines: "asyncio.Queue[str | None]") -> str | None:
    """Ask which room; None where the input ends first."""
    rooms = await client.rooms()
    say(listed(rooms))
    say("Which room? (number)")
    while (line := await lines.get()) is not None:
        if (slug := pick(rooms, line.strip())) is not None:
            return slug
        say("There is no such room.")
    return None


async def talk(asked: argparse.Namespace) -> int:
    """Connect, pick a room and chat; returns the exit status."""
    word = os.environ.get("HEARTH_PASSWORD", "")
    password = Password(asked.user, word) if asked.user else None
    store = File(asked.state) if asked.state else None
    client = Client(asked.url, password=password, store=store, backlog=20)
    if asked.rooms:
        say(listed(await client.rooms()))
        await client.close()
        return 0
    async with housed(client):
        lines = typed()
        slug = asked.room or await choose(client, lines)
        if slug is None:
            return 1
        room = await enter(client, slug, asked.name)
        name = plain(room.member.name) if room.member else ""
        say(f"You are {name} in {plain(room.slug)}, {room.people} here. /help lists the commands.")
        await Chat(client, room, say, lively=sys.stdout.isatty()).run(lines)
    return 0


def main(words: Sequence[str] | None = None) -> int:
    """Run the terminal chat; returns the exit status."""
    try:
        return asyncio.run(talk(arguments(words)))
    except KeyboardInterrupt:
        return 130
    except BaseExceptionGroup as group:
        known, others = group.split(HearthError)
        if others is not None or known is None:
            raise
        sys.stderr.write(f"hearth-chat: {known.exceptions[0]}\n")
    except HearthError as error:
        sys.stderr.write(f"hearth-chat: {error}\n")
    return 1
