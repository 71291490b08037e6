"""`python -m chatserver.serve`: one daphne process, with a drain of its own on SIGTERM.

daphne has no drain and cuts its sockets on a signal, so the signals are handled here.
"""

import argparse
import asyncio
import os
import signal
import sys
from typing import Any

import uvloop
from twisted.internet import asyncioreactor

asyncioreactor.install(uvloop.new_event_loop())  # type: ignore[no-untyped-call]  # before anything imports the reactor
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatserver.settings")

from daphne.endpoints import build_endpoint_description_strings  # noqa: E402
from daphne.ws_protocol import WebSocketProtocol  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from twisted.internet import reactor  # noqa: E402

from asgi import application  # noqa: E402
from chatserver.bodies import BodyRequest, BodyServer  # noqa: E402
from consumers.station import station  # noqa: E402

NEVER_S = 10 * 365 * 86_400  # the protocol has its own heartbeat and its own limits of age


class _Socket(WebSocketProtocol):  # type: ignore[misc]
    """Daphne's socket; a text frame that is no UTF-8 comes as a binary one, which holds no command.

    The library would cut the connection (1007), and the protocol answers every frame in band.
    """

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        """Hand on one frame."""
        try:
            super().onMessage(payload, isBinary)
        except UnicodeDecodeError:
            super().onMessage(payload, True)


class _Process:
    """The life of the process: listen, drain once, stop."""

    def __init__(self) -> None:
        self.server = BodyServer(
            application=application,
            endpoints=build_endpoint_description_strings(host=settings.HOST, port=settings.PORT),
            signal_handlers=False,
            ping_interval=NEVER_S,
            ping_timeout=NEVER_S,
            websocket_timeout=NEVER_S,
            websocket_max_message_size=1_048_576,
            websocket_max_frame_size=1_048_576,
            server_name="hearth",
            verbosity=1,
        )
        self._starting: asyncio.Task[None] | None = None
        self._leaving: asyncio.Task[None] | None = None

    def run(self) -> None:
        """Serve until a signal ends the process."""
        running: Any = reactor
        running.callLater(0, self._begin)  # once the loop runs: what is started asks for it
        self.server.run()

    def _begin(self) -> None:
        loop = asyncio.get_event_loop()
        # Else autobahn cuts the connection before its close code (1009 for a frame that is too big) is read.
        self.server.ws_factory.setProtocolOptions(failByDrop=False, utf8validateIncoming=False)
        self.server.ws_factory.protocol = _Socket
        build = self.server.http_factory.buildProtocol

        def build_protocol(address: Any) -> Any:
            channel = build(address)
            channel.requestFactory = BodyRequest
            return channel

        self.server.http_factory.buildProtocol = build_protocol
        self._starting = loop.create_task(station().start())
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._leave)

    def _leave(self) -> None:
        if self._leaving is None:
            self._leaving = asyncio.get_event_loop().create_task(self._drain())
        else:
            self._stop()  # asked twice: at once

    async def _drain(self) -> None:
        try:
            for listener in self.server.listeners:
                if getattr(listener, "called", False) and hasattr(listener.result, "stopListening"):
                    listener.result.stopListening()
            await station().drain(settings.DRAIN_SECONDS)
            await station().stop()
        finally:
            self._stop()

    def _stop(self) -> None:
        running: Any = reactor
        if running.running:
            running.stop()


def main() -> int:
    """Run the server; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m chatserver.serve", description=__doc__)
    parser.add_argument("--bootstrap", action="store_true", help="migrate and furnish the house first")
    if parser.parse_args().bootstrap:
        call_command("migrate", verbosity=0)
        call_command("bootstrap")
        connections.close_all()
    _Process().run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
