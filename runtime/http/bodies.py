"""The size of a request's body."""

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
        kind = getattr(view, "cls", None) or getattr(view, "view_class", None) or view
        most = getattr(kind, "max_body_bytes", settings.MAX_BODY_BYTES)
        if _length(request) > most:
            return response(Problem(413, "too_large", f"The body is over {most} bytes."))
        return None


def _length(request: HttpRequest) -> int:
    declared = request.META.get("CONTENT_LENGTH") or ""
    if declared.isdigit():
        return int(declared)
    # Sent in chunks: the server has received it all by now, so it can be measured.
    return len(request.body) if request.method in ("POST", "PUT", "PATCH") else 0
