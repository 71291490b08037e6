"""A steady load over HTTP: requests at a rate, each timed from when it was due; one JSON line of figures.

`python -m bench.steady` reads what to do from stdin: `{"port": 8000, "rate": 50, "seconds": 20,
"paths": [...], "tokens": [...]}`. With `"rate": 0` and `"workers": N` it is a closed loop: N requests in
flight at any time. `"bodies"` (a list) makes POSTs of them.
"""

import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass, field
from typing import Any

CONNECTIONS = 64  # in an open loop; a server that falls behind is not helped by a client that waits


class Broken(Exception):
    """An answer that was none, or was not 2xx."""


@dataclass
class Line:
    """One kept connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, request: bytes) -> int:
        """Send a request and return its status once the answer is whole. Raises Broken."""
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        first, *fields = head.decode("latin-1").split("\r\n")
        told = {name.lower(): value for name, _, value in (one.partition(": ") for one in fields)}
        if "content-length" not in told:
            raise Broken(first)
        await self.reader.readexactly(int(told["content-length"]))
        return int(first.split()[1])


@dataclass
class Load:
    """What is asked, and what came of it."""

    port: int
    seconds: float
    paths: list[str]
    rate: float = 0.0
    workers: int = 1
    warm: float = 1.0
    tokens: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    seed: int = 1
    took_ms: list[float] = field(default_factory=list)
    lag_ms: list[float] = field(default_factory=list)
    asked: int = 0  # in all, those before the time that counts too
    failed: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.free: asyncio.LifoQueue[Line | None] = asyncio.LifoQueue()

    def request(self) -> bytes:
        """Return the next request: any path, any person."""
        path = self.chance.choice(self.paths)
        head = [f"{'POST' if self.bodies else 'GET'} {path} HTTP/1.1", "Host: 127.0.0.1"]
        if self.tokens:
            head.append(f"Authorization: Bearer {self.chance.choice(self.tokens)}")
        body = self.chance.choice(self.bodies).encode() if self.bodies else b""
        if body:
            head += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        return "\r\n".join(head).encode() + b"\r\n\r\n" + body

    async def one(self, due: float, counts: bool) -> None:
        """Ask once; the time counts from `due`, on a monotonic clock."""
        request = self.request()
        self.asked += 1
        line = await self.free.get()
        lag = time.perf_counter() - due
        try:
            if line is None:
                line = Line(*await asyncio.open_connection("127.0.0.1", self.port))
            status = await line.ask(request)
            if not 200 <= status < 300:
                raise Broken(str(status))
        except (OSError, Broken, asyncio.IncompleteReadError) as error:
            self.failed[str(error)[:60]] = self.failed.get(str(error)[:60], 0) + 1
            line = None
        else:
            if counts:
                self.took_ms.append((time.perf_counter() - due) * 1_000)
                self.lag_ms.append(lag * 1_000)
        self.free.put_nowait(line)

    async def run(self) -> float:
        """Put the load on and return the seconds that were measured."""
        for _ in range(CONNECTIONS if self.rate else self.workers):
            self.free.put_nowait(None)
        began = time.perf_counter()
        counted_from = began + self.warm
        end = counted_from + self.seconds
        if self.rate:
            await self._open(began, counted_from, end)
            return self.seconds
        await asyncio.gather(*(self._closed(counted_from, end) for _ in range(self.workers)))
        return time.perf_counter() - counted_from

    async def _open(self, began: float, counted_from: float, end: float) -> None:
        asked, due = [], began
        while due < end:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            asked.append(asyncio.create_task(self.one(due, due >= counted_from)))
            due += 1 / self.rate
        await asyncio.gather(*asked)

    async def _closed(self, counted_from: float, end: float) -> None:
        while (now := time.perf_counter()) < end:
            await self.one(now, now >= counted_from)


def quantile(values: list[float], share: float) -> float:
    """Return the value that a share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def main() -> None:
    """Run the load that stdin tells, and say what came of it."""
    asked: dict[str, Any] = json.loads(sys.stdin.read())
    load = Load(**asked)
    measured = asyncio.run(load.run())
    told = {
        "requests": len(load.took_ms),
        "asked": load.asked,
        "per_s": len(load.took_ms) / measured,
        "failed": load.failed,
        **{f"p{share}_ms": quantile(load.took_ms, share / 100) for share in (50, 95, 99)},
        "lag_p99_ms": quantile(load.lag_ms, 0.99),
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
