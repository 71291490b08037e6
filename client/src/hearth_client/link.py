"""One socket's session as the client sees it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from hearth_client.flow import Flow
from hearth_client.frames import Welcome
from hearth_client.outbox import Entry

WELCOME_S = 15.0  # the server waits 5 s for hello; three times that for its answer
PONG_S = 10.0  # what the server allows for a pong, allowed to it as well
PING_SPREAD = 1.2  # pings come every heartbeat ± 20 %


class LinkPhase(Enum):
    """Where a session stands."""

    OPENING = "opening"
    GREETING = "greeting"
    LIVE = "live"


@dataclass(slots=True)
class Call:
    """One command on its way. `deadline` bounds its retries; an `ephemeral` one is never kept for later."""

    handle: int
    word: str
    fields: dict[str, Any]
    repeatable: bool
    deadline: float
    ephemeral: bool = False
    not_before: float = 0.0


@dataclass(frozen=True, slots=True)
class Fill:
    """A `history` command the core sent by itself for a stream."""

    stream: str


Pending = Call | Entry | Fill


@dataclass(slots=True)
class Link:
    """Number, phase, what is in flight, flow control and when it was last heard."""

    number: int
    phase: LinkPhase = LinkPhase.OPENING
    in_flight: dict[int, Pending] = field(default_factory=dict)
    flow: Flow | None = None
    heard: float = 0.0
    silence_s: float = WELCOME_S
    live_since: float = 0.0
    bye: tuple[int, float] | None = None
    drain_by: float | None = None
    shut: bool = False
    _ids: int = 0

    def next_id(self) -> int:
        """Return an id no command of this link had."""
        self._ids += 1
        return self._ids

    def greeted(self, welcome: Welcome, now: float) -> None:
        """The session stands."""
        self.phase = LinkPhase.LIVE
        self.flow = Flow(welcome.window_events, welcome.window_bytes, now)
        self.silence_s = welcome.heartbeat_s * PING_SPREAD + PONG_S
        self.live_since = now

    def dead_at(self) -> float | None:
        """Return when silence means that nobody is there; None before the socket is open."""
        return None if self.phase is LinkPhase.OPENING or self.shut else self.heard + self.silence_s


def first(times: Iterable[float | None]) -> float | None:
    """Return the earliest time that is one."""
    return min((at for at in times if at is not None), default=None)


def later_fill(stream: str, at: float) -> Call:
    """Return what stands among the calls for a `history` to be asked again; handle 0: nobody waits for it."""
    return Call(0, stream, {}, repeatable=False, deadline=at, not_before=at)
