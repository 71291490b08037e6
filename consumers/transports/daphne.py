"""Raw frames on daphne: one socket write for a frame that was built once for all its receivers.

Leans on private fields of daphne, autobahn and Twisted; `adopt` checks them and else declines.
"""

import contextlib
import functools
from typing import Any

from consumers.transports.plain import Send

KNOWN = ("4.2",)  # daphne's minor versions whose fields are known to be as used here
_OPEN = 3  # autobahn's WebSocketProtocol.STATE_OPEN


class DaphneTransport:
    """Writes frames to Twisted's connection, past autobahn's framing and logging of every message."""

    __slots__ = ("_protocol", "_send", "_socket_send", "_tcp")

    def __init__(self, protocol: Any, send: Send) -> None:
        self._protocol = protocol
        self._tcp = protocol.transport
        self._send = send
        self._socket_send = self._tcp.socket.send

    def write(self, payload: bytes, frame: bytes) -> None:
        """See `Transport.write`: straight to the kernel while nothing waits, else behind what waits."""
        if self._protocol.state != _OPEN:
            return
        tcp = self._tcp
        if not tcp._tempDataBuffer and not tcp.dataBuffer and tcp.connected and not tcp.disconnecting:
            try:
                sent = self._socket_send(frame)
            except BlockingIOError:
                sent = 0
            except OSError:
                return  # the reader side will tell that it is gone
            if sent == len(frame):
                return
            frame = frame[sent:]
        tcp.write(frame)

    def buffered(self) -> int:
        """See `Transport.buffered`."""
        return len(self._tcp.dataBuffer) - int(self._tcp.offset) + int(self._tcp._tempDataLen)

    async def close(self, code: int) -> None:
        """See `Transport.close`."""
        with contextlib.suppress(Exception):
            await self._send({"type": "websocket.close", "code": code})


def adopt(send: Send, version: str) -> DaphneTransport | None:
    """Return the raw transport behind daphne's `send`, or None where its insides are not as expected."""
    if not version.startswith(KNOWN) or not isinstance(send, functools.partial) or not send.args:
        return None
    protocol: Any = send.args[0]
    tcp = getattr(protocol, "transport", None)
    fields = (
        "_tempDataBuffer",
        "_tempDataLen",
        "dataBuffer",
        "offset",
        "connected",
        "disconnecting",
        "socket",
    )
    if type(tcp).__module__ != "twisted.internet.tcp" or not all(hasattr(tcp, name) for name in fields):
        return None
    return DaphneTransport(protocol, send) if getattr(protocol, "STATE_OPEN", None) == _OPEN else None
