"""Who is connected where, over all processes: each tells the others, none asks a database.

A process gossips what changed, and now and then everything it holds; when it falls silent, that
lapses. In a room its members are counted, on a person's own stream the connections.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Place = int | str  # a room by its stream's id; a person's own stream, or the queue, by its name
LAPSE_S = 45.0  # three missed full reports: a killed process's people are gone after that


@dataclass(slots=True)
class _Peer:
    heard_at: float
    here: dict[Place, set[str]] = field(default_factory=dict)


class Presence:
    """The view of one process. Pure: time (monotonic seconds) is an argument."""

    def __init__(self) -> None:
        self._own: dict[Place, dict[str, int]] = {}
        self._peers: dict[str, _Peer] = {}
        self._changes: dict[tuple[Place, str], bool] = {}
        self.touched: set[Place] = set()  # places whose people changed since someone cleared it

    def arrive(self, place: Place, member: str) -> None:
        """One more connection of a member is here; on a person's own stream each stands for itself."""
        members = self._own.setdefault(place, {})
        members[member] = members.get(member, 0) + 1
        if members[member] == 1:
            self._note(place, member, on=True)

    def depart(self, place: Place, member: str) -> None:
        """One connection of a member is gone."""
        members = self._own.get(place, {})
        count = members.get(member, 0)
        if count > 1:
            members[member] = count - 1
        elif count == 1:
            del members[member]
            if not members:
                del self._own[place]
            self._note(place, member, on=False)

    def _note(self, place: Place, member: str, *, on: bool) -> None:
        self._changes[(place, member)] = on
        self.touched.add(place)

    def count(self, place: Place) -> int:
        """Return how many members, or on a person's own stream connections, are here."""
        if not self._peers:
            return len(self._own.get(place, ()))
        return len(self.here(place))

    def here(self, place: Place) -> set[str]:
        """Return the members that have a connection."""
        found = set(self._own.get(place, ()))
        for peer in self._peers.values():
            found |= peer.here.get(place, set())
        return found

    def elsewhere(self, place: Place) -> bool:
        """Tell whether anybody is here by way of another process."""
        return any(peer.here.get(place) for peer in self._peers.values())

    def take_changes(self) -> list[tuple[Place, str, bool]]:
        """Return what to tell the others since the last call."""
        changes = [(place, member, on) for (place, member), on in self._changes.items()]
        self._changes.clear()
        return changes

    def snapshot(self) -> list[tuple[Place, list[str]]]:
        """Return everyone here, as a full report."""
        return [(place, sorted(members)) for place, members in self._own.items()]

    def heard_changes(self, process: str, changes: Iterable[tuple[Place, str, bool]], now: float) -> bool:
        """Take in another process's changes; False when it is new here and should report in full."""
        known = process in self._peers
        peer = self._peers.setdefault(process, _Peer(now))
        peer.heard_at = now
        for place, member, on in changes:
            members = peer.here.setdefault(place, set())
            (members.add if on else members.discard)(member)
            self.touched.add(place)
        return known

    def heard_snapshot(self, process: str, report: Iterable[tuple[Place, list[str]]], now: float) -> None:
        """Take in another process's full report."""
        here = {place: set(members) for place, members in report}
        before = self._peers.get(process)
        old: Mapping[Place, set[str]] = before.here if before else {}
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


def people(room: int) -> int:
    """Return how many members of a room have a connection, on all processes."""
    return _view.count(room)


def here(room: int) -> set[str]:
    """Return which members of a room have a connection, on all processes."""
    return _view.here(room)


def connections(*own: str) -> int:
    """Return how many connections follow a person's own streams of these names, on all processes."""
    return sum(_view.count(name) for name in own)


def elsewhere(own: str) -> bool:
    """Tell whether a person's own stream is followed by way of another process."""
    return _view.elsewhere(own)
