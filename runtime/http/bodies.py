"""The size of a request's body."""

import io
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from runtime.http.problems import Problem, response


class BodyLimit:
    """Refuses a body over 1 MiB with 413, or over what the view names as `max_body_bytes`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Return the refusal, or None."""
        most = most_of(view)
        if _length(request) > most:
            return response(Problem(413, "too_large", f"The body is over {most} bytes."))
        return None


def most_of(view: Any) -> int:
    """Return how many bytes a view takes."""
    kind = getattr(view, "cls", None) or getattr(view, "view_class", None) or view
    most: int = getattr(kind, "max_body_bytes", settings.MAX_BODY_BYTES)
    return most


def _length(request: HttpRequest) -> int:
    declared = request.META.get("CONTENT_LENGTH") or ""
    if declared.isdigit():
        return int(declared)
    if request.method not in ("POST", "PUT", "PATCH"):
        return 0
    # Sent in chunks: the server has received it all by now, so it can be measured, and is not read for that.
    stream = whole(request)
    if stream is None:
        return len(request.body)
    length = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    return int(length)


def whole(request: HttpRequest) -> Any | None:
    """Return the received body as a file at its beginning; None where the server gives none to go back in."""
    stream: Any = getattr(request, "_stream", None)
    if request.__dict__.get("_read_started") or not getattr(stream, "seekable", bool)():
        return None
    stream.seek(0)
    return stream
