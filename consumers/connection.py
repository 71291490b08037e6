"""One open socket as the hub sees it: its window, its cursors and what waits to be written."""

import secrets
from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from consumers.feed import Feed, Follow
from consumers.transports.base import MAX_FRAME_BYTES, Transport, text_frame
from protocol import pushes
from protocol.errors import Close
from protocol.window import Window
from streams.refs import Line

if TYPE_CHECKING:
    from accounts.principals import Principal
    from consumers.hub import Hub

MAX_BUFFERED = 1 << 20  # bytes a reader may leave unread before signals are dropped and commands wait


class Connection:
    """The writing half of one socket. Everything here runs on the event loop, without waiting."""

    def __init__(self, transport: Transport, hub: "Hub") -> None:
        self.id = secrets.token_hex(8)
        self.transport = transport
        self.hub = hub
        self.window = Window()
        self.principal: Principal | None = None
        self.follows: dict[int, Follow] = {}
        self.behind: set[Follow] = set()
        self.pumping = False
        self.closing: Close | None = None
        self.gone = False  # the client closed it
        self.told: Callable[[Line], None] = lambda line: None  # set by the path's door
        self._out: list[bytes] = []
        self._out_bytes = 0
        self.dirty = False

    @property
    def over(self) -> bool:
        """Say whether nothing may be followed or written any more."""
        return self.gone or self.closing is not None

    # -- writing ---------------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        """Queue one object for this tick's frame; nothing follows a goodbye."""
        if self.closing is not None:
            return
        self._out.append(data)
        self._out_bytes += len(data) + 1
        if not self.dirty:
            self.dirty = True
            self.hub.soon(self)

    def write_passing(self, data: bytes) -> None:
        """Queue something that may be dropped: it is, when the reader is slow."""
        if self._out_bytes + self.transport.buffered() < MAX_BUFFERED:
            self.write(data)

    def flush(self, memo: dict[tuple[int, ...], tuple[bytes, bytes]]) -> None:
        """Write what has gathered as one frame; `memo` shares frames between receivers of the same tick."""
        out = self._out
        self.dirty = False
        if not out:
            return
        self._out = []
        size, self._out_bytes = self._out_bytes, 0
        if size > MAX_FRAME_BYTES:
            for part in _split(out):
                payload = b"\n".join(part)
                self.transport.write(payload, text_frame(payload))
            return
        key = tuple(map(id, out))
        frames = memo.get(key)
        if frames is None:
            payload = out[0] if len(out) == 1 else b"\n".join(out)
            frames = memo[key] = (payload, text_frame(payload))
            self.hub.keep(out)  # the ids stay unique while the memo lives
        self.transport.write(*frames)

    def part(self, code: Close, reason: str, retry_after_ms: int | None = None) -> bool:
        """Say goodbye in band; nothing is written after it. False where it was said before."""
        if self.closing is not None:
            return False
        self.hub.remove(self)
        self.write(pushes.bye(code=code, reason=reason, retry_after_ms=retry_after_ms))
        self.flush({})
        self.closing = code
        return True

    async def close(self, code: Close, reason: str, retry_after_ms: int | None = None) -> None:
        """Say goodbye in band, then close. Only the first call counts."""
        if self.part(code, reason, retry_after_ms):
            await self.transport.close(int(code))

    # -- following -------------------------------------------------------------------------

    def offer(
        self, follow: Follow, chunk: bytes, sizes: tuple[int, ...], total: int, last: int, now: float
    ) -> None:
        """Take a batch of lines at the head, or fall behind where the window has no room for it."""
        if len(chunk) <= MAX_FRAME_BYTES and self.window.push(sizes, total, now):
            follow.cursor = last
            self.write(chunk)
        else:
            self.lag(follow)

    def lag(self, follow: Follow) -> None:
        """Mark a cursor as behind: the pump brings it level as the window allows."""
        follow.live = False
        follow.feed.live.discard(follow)
        self.behind.add(follow)
        self.hub.pump(self)

    def take(self, follow: Follow, lines: Sequence[Line]) -> bool:
        """Push lines from the log as far as the window allows; say whether all went."""
        now = monotonic()
        for line in lines:
            shown = self.hub.shown_to(follow, line)
            size = len(shown.data)
            if not self.window.push((size,), size, now):
                self.window.admits((size,), now)  # starts the clock of a full window
                return False
            follow.cursor = line.seq
            self.write(shown.data)
            self.saw(follow.feed, line)
        return True

    def saw(self, feed: Feed, line: Line) -> None:
        """Note a line that may say to follow a room, or to stop: of one's own stream, or the queue's."""
        if feed.ref.wire == "queue" or (feed.ref.wire == "me" and line.kind in ("joined", "matched")):
            self.told(line)

    def acked(self, n: int) -> None:
        """The client has taken `n` events in all; go on pushing if that freed something."""
        if self.window.ack(n) and self.behind:
            self.hub.pump(self)


def _split(out: Sequence[bytes]) -> list[list[bytes]]:
    parts: list[list[bytes]] = [[]]
    size = 0
    for data in out:
        if parts[-1] and size + len(data) + 1 > MAX_FRAME_BYTES:
            parts.append([])
            size = 0
        parts[-1].append(data)
        size += len(data) + 1
    return parts
