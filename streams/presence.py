"""Who is connected where, over all processes: each tells the others, none asks a database.

A process gossips what changed, and now and then everything it holds; when it falls silent, that
lapses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

LAPSE_S = 45.0  # three missed full reports: a killed process's people are gone after that


@dataclass(slots=True)
class _Peer:
    heard_at: float
    here: dict[int, set[str]] = field(default_factory=dict)


class Presence:
    """The view of one process. Pure: time (monotonic seconds) is an argument."""

    def __init__(self) -> None:
        self._own: dict[int, dict[str, int]] = {}
        self._peers: dict[str, _Peer] = {}
        self._changes: dict[tuple[int, str], bool] = {}
        self.touched: set[int] = set()  # streams whose people changed since someone cleared it

    def arrive(self, stream_id: int, member: str) -> None:
        """One more connection of a member is here."""
        members = self._own.setdefault(stream_id, {})
        members[member] = members.get(member, 0) + 1
        if members[member] == 1:
            self._note(stream_id, member, on=True)

    def depart(self, stream_id: int, member: str) -> None:
        """One connection of a member is gone."""
        members = self._own.get(stream_id, {})
        count = members.get(member, 0)
        if count > 1:
            members[member] = count - 1
        elif count == 1:
            del members[member]
            if not members:
                del self._own[stream_id]
            self._note(stream_id, member, on=False)

    def _note(self, stream_id: int, member: str, *, on: bool) -> None:
        self._changes[(stream_id, member)] = on
        self.touched.add(stream_id)

    def people(self, stream_id: int) -> int:
        """Return how many members have a connection."""
        if not self._peers:
            return len(self._own.get(stream_id, ()))
        return len(self.here(stream_id))

    def here(self, stream_id: int) -> set[str]:
        """Return the members that have a connection."""
        found = set(self._own.get(stream_id, ()))
        for peer in self._peers.values():
            found |= peer.here.get(stream_id, set())
        return found

    def take_changes(self) -> list[tuple[int, str, bool]]:
        """Return what to tell the others since the last call."""
        changes = [(stream_id, member, on) for (stream_id, member), on in self._changes.items()]
        self._changes.clear()
        return changes

    def snapshot(self) -> list[tuple[int, list[str]]]:
        """Return everyone here, as a full report."""
        return [(stream_id, sorted(members)) for stream_id, members in self._own.items()]

    def heard_changes(self, process: str, changes: Iterable[tuple[int, str, bool]], now: float) -> bool:
        """Take in another process's changes; False when it is new here and should report in full."""
        known = process in self._peers
        peer = self._peers.setdefault(process, _Peer(now))
        peer.heard_at = now
        for stream_id, member, on in changes:
            members = peer.here.setdefault(stream_id, set())
            (members.add if on else members.discard)(member)
            self.touched.add(stream_id)
        return known

    def heard_snapshot(self, process: str, report: Iterable[tuple[int, list[str]]], now: float) -> None:
        """Take in another process's full report."""
        here = {stream_id: set(members) for stream_id, members in report}
        before = self._peers.get(process)
        old: Mapping[int, set[str]] = before.here if before else {}
        self._peers[process] = _Peer(now, here)
        self.touched |= {s for s in {*old, *here} if old.get(s, set()) != here.get(s, set())}

    def lapse(self, now: float) -> None:
        """Forget processes that have fallen silent."""
        for process in [name for name, peer in self._peers.items() if now - peer.heard_at > LAPSE_S]:
            self.forget(process)

    def forget(self, process: str) -> None:
        """A process said that it is going."""
        peer = self._peers.pop(process, None)
        if peer is not None:
            self.touched |= set(peer.here)


_view = Presence()


def view() -> Presence:
    """Return this process's view."""
    return _view


def people(stream_id: int) -> int:
    """Return how many members of a stream have a connection, on all processes."""
    return _view.people(stream_id)


def here(stream_id: int) -> set[str]:
    """Return which members of a stream have a connection, on all processes."""
    return _view.here(stream_id)
