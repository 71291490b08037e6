"""A transport and a hub that only take notes."""

from __future__ import annotations

from typing import Any


class FakeTransport:
    """Keeps what was written; `waiting` is what the kernel has not taken yet."""

    def __init__(self) -> None:
        self.payloads: list[bytes] = []
        self.frames: list[bytes] = []
        self.waiting = 0
        self.closed: int | None = None

    def write(self, payload: bytes, frame: bytes) -> None:
        self.payloads.append(payload)
        self.frames.append(frame)

    def buffered(self) -> int:
        return self.waiting

    async def close(self, code: int) -> None:
        self.closed = code

    def objects(self) -> list[bytes]:
        """Return every object written, in order."""
        return [line for payload in self.payloads for line in payload.split(b"\n")]


class FakeHub:
    """Flushes nothing by itself."""

    def __init__(self) -> None:
        self.pumped: list[Any] = []
        self.removed: list[Any] = []

    def soon(self, connection: Any) -> None:
        pass

    def keep(self, out: list[bytes]) -> None:
        pass

    def remove(self, connection: Any) -> None:
        self.removed.append(connection)

    def pump(self, connection: Any) -> None:
        self.pumped.append(connection)

    def shown_to(self, follow: Any, line: Any) -> Any:
        return line
