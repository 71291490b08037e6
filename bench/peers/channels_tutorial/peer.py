"""The peer everything is measured against: the official Channels tutorial on the same daphne."""

import sys
from collections.abc import Sequence

from bench.contender import Contender, PeerServer
from bench.load import PlainDialect


class TutorialServer(PeerServer):
    """daphne as its command line starts it."""

    name = "channels-tutorial"

    def program(self) -> Sequence[str]:
        """Return daphne with the tutorial's application."""
        where = ["-b", "127.0.0.1", "-p", str(self.port), "-v", "0"]
        return [sys.executable, "-m", "daphne", *where, "bench.peers.channels_tutorial.asgi:application"]


PEER = Contender(
    key="tutorial",
    title="Channels tutorial (daphne, in-memory layer)",
    dialect=PlainDialect(proto="chat", path="/ws/chat/room%d/"),
    start=TutorialServer,
)
