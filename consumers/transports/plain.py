"""The ASGI `send` of any server: the fallback of the raw-frame adapters."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

Send = Callable[[dict[str, Any]], Awaitable[None]]


class PlainTransport:
    """Sends through ASGI; a server that waits for its socket is waited for in a task of its own."""

    __slots__ = ("_bytes", "_queue", "_send", "_task")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._queue: deque[bytes] = deque()
        self._bytes = 0
        self._task: asyncio.Task[None] | None = None

    def write(self, payload: bytes, frame: bytes) -> None:
        """See `Transport.write`."""
        self._queue.append(payload)
        self._bytes += len(payload)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._drain())

    def buffered(self) -> int:
        """See `Transport.buffered`."""
        return self._bytes

    async def _drain(self) -> None:
        try:
            while self._queue:
                payload = self._queue.popleft()
                await self._send({"type": "websocket.send", "text": payload.decode()})
                self._bytes -= len(payload)
        except Exception:
            self._queue.clear()
            self._bytes = 0
        finally:
            self._task = None

    async def close(self, code: int) -> None:
        """See `Transport.close`."""
        if self._task is not None:
            await asyncio.wait([self._task], timeout=5.0)
        with contextlib.suppress(Exception):
            await self._send({"type": "websocket.close", "code": code})
