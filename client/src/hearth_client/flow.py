"""Flow control of one connection: when to tell the server how much was taken."""

ACK_EVERY_S = 10.0


class Flow:
    """Counts what the application took of one connection's events. Performs no I/O."""

    def __init__(self, events: int, size: int, now: float) -> None:
        self.half_events = max(1, events // 2)
        self.half_bytes = max(1, size // 2)
        self.taken = 0
        self.acked = 0
        self._bytes = 0
        self._since: float | None = None
        self._now = now

    def take(self, size: int, now: float) -> None:
        """Count one event of `size` bytes as taken."""
        self.taken += 1
        self._bytes += size
        if self._since is None:
            self._since = now

    def due(self, now: float) -> int | None:
        """Return the `n` to send now, or None. What it returns counts as sent."""
        owed = self.taken - self.acked
        if owed == 0:
            return None
        late = self._since is not None and now - self._since >= ACK_EVERY_S
        if owed < self.half_events and self._bytes < self.half_bytes and not late:
            return None
        self.acked = self.taken
        self._bytes = 0
        self._since = None
        return self.taken

    def deadline(self) -> float | None:
        """Return when an ack falls due by time alone."""
        return None if self._since is None else self._since + ACK_EVERY_S
