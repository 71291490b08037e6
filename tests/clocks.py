"""The long waits of the protocol, run in the background of a test run so that they cost it no time."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Any

from tests.house import House
from tests.party import Party
from tests.speaker import Speaker

Result = dict[str, Any]
WINDOW = 1024
WITHIN = 60.0


class Clocks:
    """A thread with a loop of its own that lives through every long wait once."""

    def __init__(self, house: House, open_party: Callable[[], Any]) -> None:
        self.house = house
        self.open_party = open_party
        self.results: dict[str, Future[Result]] = {
            name: Future() for name in ("pings", "mute", "full", "acking", "deaf", "silent", "presence")
        }
        self.thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)
        self.thread.start()

    async def result(self, name: str) -> Result:
        """Return what one of the waits came to."""
        async with asyncio.timeout(WITHIN):
            return await asyncio.wrap_future(self.results[name])

    async def _run(self) -> None:
        async with self.open_party() as party:
            alice = await party.member()
            await party.stuff(alice, WINDOW + 300)
            lives = {
                "pings": self._pings, "mute": self._mute, "full": self._full, "acking": self._acking,
                "deaf": self._deaf, "silent": self._silent, "presence": self._presence,
            }  # fmt: skip
            await asyncio.gather(*(self._live(name, live(party, alice)) for name, live in lives.items()))

    async def _live(self, name: str, life: Awaitable[Result]) -> None:
        try:
            self.results[name].set_result(await life)
        except BaseException as fault:
            self.results[name].set_exception(fault)

    async def _pings(self, party: Party, alice: Speaker) -> Result:
        began = time.monotonic()
        speaker = await party.connect()
        await speaker.expect_object("ping", within=40)
        first = time.monotonic() - began
        await asyncio.sleep(12)
        return {"first": first, "open": speaker.close_code is None}

    async def _mute(self, party: Party, alice: Speaker) -> Result:
        began = time.monotonic()
        speaker = await party.connect(ponging=False)
        await speaker.expect_object("ping", within=40)
        first = time.monotonic() - began
        code = await speaker.closed(within=20)
        return {"first": first, "closed": time.monotonic() - began, "code": code, "bye": speaker.bye["code"]}

    async def _full(self, party: Party, alice: Speaker) -> Result:
        slow = await self._filled(party, alice)
        began = time.monotonic()
        code = await slow.closed(within=45)
        return {"closed": time.monotonic() - began, "code": code, "bye": slow.bye["code"]}

    async def _acking(self, party: Party, alice: Speaker) -> Result:
        slow = await self._filled(party, alice)
        for n in (1, 2):
            await asyncio.sleep(18)
            await slow.ack(n)
        return {"open": slow.close_code is None}

    async def _deaf(self, party: Party, alice: Speaker) -> Result:
        """Fill a window and the kernel's buffers, read nothing more, and see who is left of the person."""
        guest = await party.house.guest()
        slug = await party.inside.room()
        deaf = await party.connect(guest)
        await deaf.join(slug)
        watcher = await party.connect()
        stream = (await watcher.join(slug))["stream"]
        await party.inside.do("stuff", stream=stream, count=WINDOW + 300, text="x" * 150)
        assert deaf.socket is not None
        deaf.socket.transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.sleep(44)
        people = (await watcher.do("members", stream=stream))["people"]
        deaf.cut()
        return {"people": people - 1}

    async def _silent(self, party: Party, alice: Speaker) -> Result:
        """Say no `hello`; the second one says other things instead."""
        silent, talking = await party.connect(greet=False), await party.connect(greet=False)
        began = time.monotonic()
        for _ in range(8):
            await asyncio.sleep(0.5)
            assert (await talking.ask("history", stream="me"))["code"] == "unauthorized"
        codes = [await silent.closed()]
        closed = time.monotonic() - began
        codes.append(await talking.closed())
        return {"codes": codes, "closed": closed, "bye": silent.bye and silent.bye["code"]}

    async def _presence(self, party: Party, alice: Speaker) -> Result:
        """Let two people come at once and one go, and note when the first is told."""
        slug = await party.inside.room()
        watcher = await party.connect()
        await watcher.join(slug)
        await watcher.signal("presence", people=1)
        began = time.monotonic()
        others = [await party.connect() for _ in range(2)]
        for other in others:
            await other.join(slug)
        await watcher.signal("presence", people=3)
        second = time.monotonic() - began
        await others[0].close()
        await watcher.signal("presence", people=2)
        told = [one["people"] for one in watcher.objects if one.get("kind") == "presence"]
        return {"told": told, "second": second, "third": time.monotonic() - began}

    async def _filled(self, party: Party, alice: Any) -> Speaker:
        start = {party.stream: {"epoch": alice.joined["epoch"], "seq": 0, "event_id": ""}}
        slow = await party.connect(alice.person, resume=start, acking=False)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(10):
                while len(slow.events) < WINDOW:
                    await asyncio.sleep(0.05)
        assert len(slow.events) == WINDOW
        return slow
