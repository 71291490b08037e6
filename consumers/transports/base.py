"""What the hub asks of a server's socket, and the bytes of one unmasked text frame."""

from typing import Protocol

MAX_FRAME_BYTES = 262_144  # protocol.md: one frame from the server holds at most 256 KiB


class Transport(Protocol):
    """One socket's way out. All calls come from the event loop and keep their order."""

    def write(self, payload: bytes, frame: bytes) -> None:
        """Send one text frame: `payload` is its text in UTF-8, `frame` the same with its header."""

    def buffered(self) -> int:
        """Return the bytes taken but not yet handed to the kernel; 0 where the server does not say."""

    async def close(self, code: int) -> None:
        """Close with a code after everything written so far."""


def text_frame(payload: bytes) -> bytes:
    """Return a final, unmasked text frame (RFC 6455, 5.2)."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload
