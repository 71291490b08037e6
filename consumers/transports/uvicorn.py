"""Raw frames on uvicorn's `websockets-sansio` and `wsproto` protocols: the asyncio transport itself."""

import contextlib
from typing import Any

from consumers.transports.plain import Send


class UvicornTransport:
    """Writes frames to asyncio's transport; the protocol object keeps the closing handshake."""

    __slots__ = ("_send", "_tcp")

    def __init__(self, tcp: Any, send: Send) -> None:
        self._tcp = tcp
        self._send = send

    def write(self, payload: bytes, frame: bytes) -> None:
        """See `Transport.write`."""
        if not self._tcp.is_closing():
            self._tcp.write(frame)

    def buffered(self) -> int:
        """See `Transport.buffered`."""
        return int(self._tcp.get_write_buffer_size())

    async def close(self, code: int) -> None:
        """See `Transport.close`."""
        with contextlib.suppress(Exception):
            await self._send({"type": "websocket.close", "code": code})


def adopt(send: Send) -> UvicornTransport | None:
    """Return the raw transport behind uvicorn's `send`, or None where its insides are not as expected."""
    protocol = getattr(send, "__self__", None)
    if protocol is None or not type(protocol).__module__.startswith("uvicorn.protocols.websockets"):
        return None
    if getattr(getattr(protocol, "config", None), "ws_per_message_deflate", True):
        return None  # a compressed connection must be framed by the server
    tcp = getattr(protocol, "transport", None)
    return UvicornTransport(tcp, send) if hasattr(tcp, "get_write_buffer_size") else None
