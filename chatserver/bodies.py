"""Bodies of requests as daphne receives them: on the disk where they are large, and no larger than allowed.

As it is, daphne's request parses every form in memory, and hands a body on as a queue that holds all of it at
once. Here the file it came into is handed to Django as it is, and what no door would take is not kept.
"""

import io
import tempfile
from typing import Any, BinaryIO, cast

from daphne.http_protocol import WebRequest
from daphne.server import Server
from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from accounts.tokens import may_be_good
from runtime.http.bodies import most_of
from runtime.http.paths import PREFIX

IN_MEMORY = 100_000  # bytes; as Twisted has it
EXTENSION = "hearth.body"


def limit_of(path: str) -> int:
    """Return how many bytes the door of a path takes."""
    if path.startswith(PREFIX) and not path.endswith("/"):
        path += "/"
    try:
        return most_of(resolve(path).func)
    except Resolver404:
        return int(settings.MAX_BODY_BYTES)


def handed_over(scope: Any) -> BinaryIO | None:
    """Return the body that came with a scope; None from other servers."""
    return cast(BinaryIO | None, (scope.get("extensions") or {}).pop(EXTENSION, None))


def measure(request: HttpRequest, body: Any) -> None:
    """Say how long a body is that was sent in chunks: DRF takes one of no length for none."""
    if not request.META.get("CONTENT_LENGTH"):
        request.META["CONTENT_LENGTH"] = str(body.seek(0, io.SEEK_END))
    body.seek(0)


class BodyRequest(WebRequest):  # type: ignore[misc]
    """A request whose body is received into a file, up to a byte more than its door takes."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._parsePOSTFormSubmission = False  # Django does, piece by piece
        self._room = 0

    def gotLength(self, length: int | None) -> None:
        """Make room for the body; one that is declared too long is refused by its length, and not kept."""
        small = length is not None and length < IN_MEMORY
        self._room = IN_MEMORY if small else 1 + self._most()
        if length is not None and length >= self._room:
            self._room = 0
        self.content = io.BytesIO() if small or not self._room else _nameless()

    def handleContentChunk(self, data: bytes) -> None:
        """Keep what came, while there is room."""
        kept = data[: self._room]
        self._room -= len(kept)
        if kept:
            self.content.write(kept)

    def _most(self) -> int:
        """Return how much is kept: of a caller that nothing speaks for, no more than an ordinary body."""
        most = limit_of(self._asked())
        if most <= settings.MAX_BODY_BYTES or self._speaks_for_somebody():
            return most
        return int(settings.MAX_BODY_BYTES)

    def _speaks_for_somebody(self) -> bool:
        sent = self.requestHeaders.getRawHeaders("authorization")
        if sent:
            return may_be_good(sent[0])
        cookies = self.requestHeaders.getRawHeaders("cookie") or []
        return any(f"{settings.SESSION_COOKIE_NAME}=" in one for one in cookies)

    def _asked(self) -> str:
        path: bytes = getattr(self.channel, "_path", b"")  # the request itself knows only when all has come
        return path.partition(b"?")[0].decode("latin-1")


class BodyServer(Server):  # type: ignore[misc]
    """Hands the file of a body on with the scope."""

    def create_application(self, protocol: Any, scope: Any) -> Any:
        """Begin to answer a request or to serve a socket."""
        if scope["type"] == "http":
            scope["extensions"] = {EXTENSION: protocol.content}
            protocol.content = io.BytesIO()
        return super().create_application(protocol, scope)


def _nameless() -> Any:
    settings.INCOMING_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    return tempfile.TemporaryFile(dir=settings.INCOMING_DIR)
