"""One stream as this client has it: in order, with no hole and no repeat."""

from enum import Enum
from typing import Any, NamedTuple

from hearth_client.frames import Event, Page, Position

FILL_LIMIT = 200  # the most one page of history holds


class Phase(Enum):
    """How far this client is with a stream."""

    LOADING = "loading"
    LIVE = "live"
    FILLING = "filling"


class Weight(NamedTuple):
    """What an event takes of a window: the link that pushed it and its bytes. History's events have none."""

    link: int
    size: int


Handed = tuple[Event, Weight | None]


class Follower:
    """A cursor that hands events on once each and in order. Performs no I/O.

    Events that came too early wait; the server's window bounds how many that can be.
    """

    def __init__(self, stream: str, *, backlog: int) -> None:
        self.stream = stream
        self.backlog = backlog
        self.epoch = ""
        self.seq = 0
        self.event_id = ""
        self.phase = Phase.LOADING
        self._waiting: dict[int, tuple[Event, Weight]] = {}
        self._head = 0
        self._asked = False

    def restore(self, position: Position) -> None:
        """Take up where an earlier run stopped; the server says at `hello` whether it is honoured."""
        self.epoch, self.seq, self.event_id = position.epoch, position.seq, position.event_id
        self.phase = Phase.LIVE

    def position(self) -> Position | None:
        """Return what to resume from; None before anything is known."""
        if self.phase is Phase.LOADING or (self.seq and not self.event_id):
            return None
        return Position(self.epoch, self.seq, self.event_id)

    def begin(self, epoch: str, head: int) -> list[Handed]:
        """Start anew at `head`: joined just now, no position given, or the position was not honoured."""
        self.epoch, self.seq, self.event_id = epoch, 0, ""
        self._head = head
        self._asked = False
        if head == 0:
            self.phase = Phase.LIVE
            return self._drain()
        self.phase = Phase.LOADING
        return []

    def resumed(self) -> None:
        """The server goes on from our position: forget what came early on the connection before."""
        self._waiting.clear()
        self._asked = False
        self.phase = Phase.LIVE

    def push(self, event: Event, weight: Weight) -> tuple[list[Handed], list[Weight]]:
        """Take one pushed event. Returns what to hand on, and the weight of a repeat (it counts as taken)."""
        known = self._head if self.phase is Phase.LOADING else self.seq
        if event.seq <= known or event.seq in self._waiting:
            return [], [weight]
        self._waiting[event.seq] = (event, weight)
        return ([] if self.phase is Phase.LOADING else self._drain()), []

    def wanted(self) -> dict[str, Any] | None:
        """Return the fields of the `history` command it needs now, once."""
        if self._asked or self.phase is Phase.LIVE:
            return None
        self._asked = True
        if self.phase is Phase.LOADING:
            limit = max(1, min(self.backlog, FILL_LIMIT))  # one at least: its event_id makes a position
            return {"stream": self.stream, "before": self._head + 1, "limit": limit}
        return {"stream": self.stream, "after": self.seq, "limit": FILL_LIMIT}

    def ask_again(self) -> None:
        """The page did not come: let `wanted` name it once more."""
        self._asked = False

    def page(self, page: Page) -> tuple[list[Handed], list[Weight]]:
        """Take the page asked for. Returns what to hand on, and the weights of pushed repeats."""
        self._asked = False
        out: list[Handed] = []
        if self.phase is Phase.LOADING:
            self.seq = self._head
            if page.events and page.events[-1].seq == self._head:
                self.event_id = page.events[-1].event_id
            shown = page.events[-self.backlog :] if self.backlog else ()
            out = [(event, None) for event in shown]
        else:
            for event in page.events:
                if event.seq == self.seq + 1:
                    self.seq, self.event_id = event.seq, event.event_id
                    out.append((event, None))
        repeats = [self._waiting.pop(seq)[1] for seq in sorted(self._waiting) if seq <= self.seq]
        return out + self._drain(), repeats

    def abandon(self) -> list[Weight]:
        """Forget what waits; returns its weights, which count as taken."""
        weights = [weight for _, weight in self._waiting.values()]
        self._waiting.clear()
        return weights

    def _drain(self) -> list[Handed]:
        out: list[Handed] = []
        while (found := self._waiting.pop(self.seq + 1, None)) is not None:
            self.seq, self.event_id = found[0].seq, found[0].event_id
            out.append(found)
        self.phase = Phase.FILLING if self._waiting else Phase.LIVE
        return out
