"""Static files under ASGI."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise, answering with whole bodies: its file iterators would block the event loop."""

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        """Return the file, or 304."""
        answer = static_file.get_response(request.method, request.META)
        body = answer.file.read() if answer.file is not None else b""
        if answer.file is not None:
            answer.file.close()
        made = HttpResponse(body, status=int(answer.status))
        del made["Content-Type"]
        for name, value in answer.headers:
            made[name] = value
        return made
