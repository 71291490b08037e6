"""What the application reads: one stream's items, one by one."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

from hearth_client.errors import HearthError
from hearth_client.follower import Weight
from hearth_client.frames import Event, Member, Reset, Signal

MOST_SIGNALS = 256  # signals may be dropped: the oldest go first

Item = Event | Reset


class Following(AsyncIterator[Item]):
    """Async iterator over one stream. Ends when it is left; raises where the client stopped on an error.

    An item counts as taken, towards the server's window and the position kept, when the next one is asked
    for: a crash in between gives it again.
    """

    def __init__(self, stream: str, took: Callable[[str, Item | None, Weight | None], None]) -> None:
        self.stream = stream
        self.room: str | None = None
        self.member: Member | None = None
        self.ended: str | None = None
        self._took = took
        self._items: deque[tuple[Item, Weight | None]] = deque()
        self._held: tuple[Item, Weight | None] | None = None
        self._error: HearthError | None = None
        self._wake = asyncio.Event()
        self._signals: deque[Signal] = deque(maxlen=MOST_SIGNALS)
        self._signalled = asyncio.Event()
        self.attended = False

    def __aiter__(self) -> "Following":
        return self

    async def __anext__(self) -> Item:
        self.attended = True
        self.confirm()
        while not self._items:
            if self._error is not None:
                raise self._error
            if self.ended is not None:
                raise StopAsyncIteration
            self._wake.clear()
            await self._wake.wait()
        self._held = self._items.popleft()
        return self._held[0]

    def confirm(self) -> None:
        """Count the item given last as taken, without asking for the next."""
        if self._held is not None:
            (item, weight), self._held = self._held, None
            self._took(self.stream, item, weight)

    async def signals(self) -> AsyncIterator[Signal]:
        """Yield this stream's signals as they come: typing, presence, read."""
        while True:
            while self._signals:
                yield self._signals.popleft()
            if self.ended is not None or self._error is not None:
                return
            self._signalled.clear()
            await self._signalled.wait()

    def put(self, item: Item, weight: Weight | None) -> None:
        """Take one item in. Where nobody reads it counts as taken at once: the window must not stall."""
        if not self.attended and weight is not None:
            self._took(self.stream, None, weight)
            weight = None
        self._items.append((item, weight))
        self._wake.set()

    def hear(self, signal: Signal) -> None:
        """Take one signal in."""
        self._signals.append(signal)
        self._signalled.set()

    def end(self, reason: str, error: HearthError | None = None) -> None:
        """No more comes."""
        self.ended, self._error = reason, error
        self._wake.set()
        self._signalled.set()
