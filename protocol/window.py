"""Flow control of one connection: how many events, and bytes of them, are pushed and not yet acked. Pure.

It is called once per receiver and batch, so it holds references to size tuples that all receivers of
a batch share, and nothing at all while everything is acked.
"""

from protocol import limits


class Window:
    """The events one client has been sent and has not yet taken in.

    `pushed` and `acked` count events from the connection's beginning, `unacked_bytes` the bytes between
    them. `full_since` is the time it was last found full, None while it is not.
    """

    __slots__ = (
        "_first",
        "_parts",
        "_until",
        "acked",
        "bytes",
        "events",
        "full_since",
        "pushed",
        "unacked_bytes",
    )

    def __init__(self, events: int = limits.WINDOW_EVENTS, bytes: int = limits.WINDOW_BYTES) -> None:
        self.events = events
        self.bytes = bytes
        self.pushed = 0
        self.acked = 0
        self.unacked_bytes = 0
        self.full_since: float | None = None
        self._until = events  # the count of pushed events at which it is full: acked + events
        self._parts: list[tuple[int, ...]] = []
        self._first = 0  # how many events of the first part are acked

    @property
    def unacked(self) -> int:
        """How many events are pushed and not acked."""
        return self.pushed - self.acked

    def fits(self, n: int, size: int) -> bool:
        """Say whether `n` more events of `size` bytes together may be pushed now."""
        if self.unacked_bytes + size > self.bytes:
            return n <= 1 and self.pushed == self.acked  # no event is too big to be pushed alone
        return self.pushed + n <= self._until

    def push(self, sizes: tuple[int, ...], size: int, now: float) -> bool:
        """Record events of these sizes, `size` bytes together, as pushed; False if they do not fit.

        Nothing is recorded then. The tuple is kept, not copied: share one among all receivers.
        """
        pushed = self.pushed + len(sizes)
        unacked_bytes = self.unacked_bytes + size
        if (pushed > self._until or unacked_bytes > self.bytes) and not self.fits(len(sizes), size):
            return False
        self._parts.append(sizes)
        self.pushed = pushed
        self.unacked_bytes = unacked_bytes
        if pushed == self._until and self.full_since is None:
            self.full_since = now
        return True

    def admits(self, sizes: tuple[int, ...], now: float) -> int:
        """Return how many events from the front of `sizes` may be pushed now.

        0 of some means that the window is full: `full_since` is set if it was not.
        """
        room = self.bytes - self.unacked_bytes
        most = min(len(sizes), self._until - self.pushed)
        count = 0
        while count < most and sizes[count] <= room:
            room -= sizes[count]
            count += 1
        if count == 0 and most and self.pushed == self.acked:
            return 1  # bigger than the whole window: alone, or it would wait for ever
        if count == 0 and sizes and self.full_since is None:
            self.full_since = now
        return count

    def ack(self, n: int) -> bool:
        """Take the client's count of events; True if that freed something.

        A count below the last or above what was pushed is ignored. Freeing stops the clock of
        `full_since`; it starts anew when the window is next found full.
        """
        if n <= self.acked or n > self.pushed:
            return False
        parts = self._parts
        if n == self.pushed:
            self._parts = []
            self._first = 0
            self.unacked_bytes = 0
        else:
            left = n - self.acked + self._first
            freed = -sum(parts[0][: self._first])
            whole = 0
            while left >= len(parts[whole]):
                left -= len(parts[whole])
                freed += sum(parts[whole])
                whole += 1
            freed += sum(parts[whole][:left])
            del parts[:whole]
            self._first = left
            self.unacked_bytes -= freed
        self.acked = n
        self._until = n + self.events
        self.full_since = None
        return True

    def overdue(self, now: float, seconds: float = limits.WINDOW_FULL_SECONDS) -> bool:
        """Say whether the window has been full for `seconds`: close the connection with 4108."""
        return self.full_since is not None and now - self.full_since >= seconds
