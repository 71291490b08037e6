"""Whoever is measured: a title, a dialect, and how to start its server."""

import contextlib
import socket
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from bench.load import Dialect
from bench.machine import layout
from tests.servers import Server

PEERS = Path(__file__).resolve().parent / "peers"


class PeerServer(Server):
    """A server kept to the server's core; subclasses name the `program`."""

    def program(self) -> Sequence[str]:
        """Return the program and its arguments."""
        raise NotImplementedError

    def command(self) -> Sequence[str]:
        """Return the program, pinned."""
        place = layout()
        return [*place.pin(place.server), *self.program()]

    def answers(self) -> bool:
        """Tell whether its port is open."""
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False


def nothing_missing() -> str | None:
    """Return None: whatever it needs is in the lock file."""
    return None


@dataclass(frozen=True)
class Contender:
    """One server to measure. `start` gives a fresh one; `missing` says what it lacks on this machine."""

    key: str
    title: str
    dialect: Dialect
    start: Callable[[], AbstractContextManager[Server]]
    missing: Callable[[], str | None] = field(default=nothing_missing)


def peers() -> list[Contender]:
    """Return the PEER of every `bench/peers/<name>/peer.py`, the tutorial first."""
    found = [
        import_module(f"bench.peers.{path.parent.name}.peer").PEER for path in sorted(PEERS.glob("*/peer.py"))
    ]
    return sorted(found, key=lambda peer: peer.key != "tutorial")
