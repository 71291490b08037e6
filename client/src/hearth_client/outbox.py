"""Messages not yet answered: in order per stream, kept over reconnects and, with a file, over restarts."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One message on its way. The same `client_id` is used for every attempt, so it is stored once."""

    stream: str
    client_id: str
    text: str
    reply_to: str | None = None


class Outbox:
    """Entries by stream, oldest first; one per stream is in flight, so a refusal cannot reorder a sender."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._streams: dict[str, list[Entry]] = {}
        self._in_flight: set[str] = set()
        self._not_before: dict[str, float] = {}
        self.version = 0
        for entry in entries:
            self._streams.setdefault(entry.stream, []).append(entry)

    def add(self, entry: Entry) -> None:
        """Put a message at the end of its line. Raises ValueError if its `client_id` waits already."""
        line = self._streams.setdefault(entry.stream, [])
        if any(other.client_id == entry.client_id for other in line):
            raise ValueError("this client_id is waiting already")
        line.append(entry)
        self.version += 1

    def due(self, now: float) -> list[Entry]:
        """Return the entries to send now and count them as in flight."""
        found = []
        for stream, line in self._streams.items():
            if line and stream not in self._in_flight and self._not_before.get(stream, 0.0) <= now:
                self._in_flight.add(stream)
                found.append(line[0])
        return found

    def settle(self, entry: Entry) -> None:
        """Take an answered entry out."""
        self._in_flight.discard(entry.stream)
        self._take_out(entry)

    def postpone(self, entry: Entry, until: float) -> None:
        """Try the entry again at `until`; what waits behind it waits too."""
        self._in_flight.discard(entry.stream)
        self._not_before[entry.stream] = until

    def lost(self, entry: Entry) -> None:
        """The connection went before the answer came: send it again on the next one."""
        self._in_flight.discard(entry.stream)

    def drop(self, client_id: str) -> Entry | None:
        """Forget an entry that is not in flight; None if it is, or is not here."""
        for stream, line in self._streams.items():
            for place, entry in enumerate(line):
                if entry.client_id == client_id and not (place == 0 and stream in self._in_flight):
                    self._take_out(entry)
                    return entry
        return None

    def _take_out(self, entry: Entry) -> None:
        line = self._streams.get(entry.stream, [])
        if entry in line:
            line.remove(entry)
            self.version += 1
        if not line:
            self._streams.pop(entry.stream, None)
            self._not_before.pop(entry.stream, None)

    def deadline(self) -> float | None:
        """Return when the next postponed entry falls due."""
        waits = [
            at
            for stream, at in self._not_before.items()
            if self._streams.get(stream) and stream not in self._in_flight
        ]
        return min(waits, default=None)

    def __iter__(self) -> Iterator[Entry]:
        for line in self._streams.values():
            yield from line

    def __len__(self) -> int:
        return sum(len(line) for line in self._streams.values())

    def dump(self) -> list[dict[str, Any]]:
        """Return all entries as plain data."""
        return [asdict(entry) for entry in self]

    @classmethod
    def load(cls, rows: Iterable[dict[str, Any]]) -> "Outbox":
        """Return an outbox from what `dump` gave. Raises KeyError if a row lacks a field."""
        return cls(Entry(row["stream"], row["client_id"], row["text"], row.get("reply_to")) for row in rows)
