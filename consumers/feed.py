"""One stream's followers in this process: a ring of its last encoded events, and who is level with it."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence, Set
from time import monotonic
from typing import TYPE_CHECKING

from consumers.turnout import Turnout
from protocol import pushes
from streams.presence import Place
from streams.refs import Line, StreamRef

if TYPE_CHECKING:
    from consumers.connection import Connection

RING_EVENTS = 1_024  # about one window: a storm of resumes within it reads no database
RING_BYTES = 1 << 20
RING_MAX_AGE_S = 60.0  # a lost word of an erasure is served from memory no longer than this


class Follow:
    """One connection's cursor in one stream."""

    __slots__ = ("blocked", "closed", "connection", "cursor", "feed", "live", "member", "on_close", "since")

    def __init__(
        self, connection: "Connection", feed: "Feed", cursor: int, member: str | None, since: int
    ) -> None:
        self.connection = connection
        self.feed = feed
        self.cursor = cursor
        self.member = member
        self.since = since  # the head at which the member was known to be in: earlier leaves are history
        self.blocked: frozenset[str] | None = None
        self.live = False
        self.closed = False
        self.on_close: Callable[[], object] | None = None


class Feed:
    """The local end of one stream."""

    __slots__ = (
        "allowed",
        "blocks",
        "catching_up",
        "early",
        "follows",
        "generation",
        "head",
        "live",
        "loaded_at",
        "personal",
        "ref",
        "ring",
        "ring_bytes",
        "stale",
        "turnout",
        "version",
        "wanted_at",
    )  # fmt: skip

    def __init__(self, ref: StreamRef) -> None:
        self.ref = ref
        self.personal = ref.wire in ("me", "queue")  # each follower's door looks at what is pushed
        self.head = -1  # unknown until it has been read after the bus was joined
        self.version = -1
        self.follows: set[Follow] = set()
        self.live: set[Follow] = set()
        self.ring: deque[Line] = deque()
        self.ring_bytes = 0
        self.generation = 0  # raised whenever cached lines may have become old
        self.wanted_at = self.loaded_at = monotonic()
        self.early: list[tuple[int, list[Line]]] = []
        self.blocks: dict[str, frozenset[str]] = {}
        self.allowed: Set[str] = frozenset()  # guards that let pass, of the lines about to be pushed
        self.catching_up = False
        self.stale = False  # the log could not be read when it had to be
        self.turnout = Turnout()

    @property
    def place(self) -> Place:
        """Return what presence knows this stream by."""
        return self.ref.id if self.ref.name.startswith("room:") else self.ref.name

    @property
    def opened(self) -> bool:
        """Say whether the head is known."""
        return self.head >= 0

    def remember(self, lines: Iterable[Line]) -> None:
        """Add lines that follow the ring's last; old ones fall out."""
        for line in lines:
            if self.ring and line.seq != self.ring[-1].seq + 1:
                self.drop_ring()
            if not self.ring:
                self.loaded_at = monotonic()
            self.ring.append(line)
            self.ring_bytes += len(line.data)
        while len(self.ring) > RING_EVENTS or self.ring_bytes > RING_BYTES:
            self.ring_bytes -= len(self.ring.popleft().data)

    def drop_ring(self) -> None:
        """Forget cached bytes; the log is read instead."""
        self.generation += 1
        self.ring.clear()
        self.ring_bytes = 0

    def after(self, seq: int, limit: int) -> list[Line] | None:
        """Return up to `limit` cached lines after a seq; None where the log must be read."""
        if self.ring and monotonic() - self.loaded_at > RING_MAX_AGE_S:
            self.drop_ring()
        if not self.ring or self.ring[0].seq > seq + 1:
            return None
        start = seq + 1 - self.ring[0].seq
        return [self.ring[i] for i in range(start, min(start + limit, len(self.ring)))]

    def forget_target(self, line: Line) -> None:
        """An event changed an earlier one: what is cached up to that one is old."""
        if line.target is None or line.kind == "reaction":
            return
        self.generation += 1
        while self.ring and any(cached.event_id == line.target for cached in self.ring):
            self.ring_bytes -= len(self.ring.popleft().data)


def guards_of(lines: Sequence[Line]) -> frozenset[str]:
    """Return what the readers of these lines must be allowed."""
    return frozenset(line.guard for line in lines if line.guard is not None)


def hidden_line(line: Line, wire: str) -> Line:
    """Return what a viewer gets in place of a line they may not see."""
    data = pushes.hidden(stream=wire, seq=line.seq, event_id=line.event_id, at=line.at)
    return Line(line.seq, line.event_id, "hidden", None, None, line.at, data)
