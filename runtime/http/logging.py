"""One line and one count per request: method, route, status, time. Never a path, query, agent or address."""

import time
import uuid
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware

from runtime import metrics

log = structlog.get_logger(__name__)
QUIET = frozenset({"/livez", "/readyz", "/health", "/metrics"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestLog(RequestMiddleware):
    """django-structlog's request id, with everything that could point at a person left out."""

    async_capable = False

    def prepare(self, request: HttpRequest) -> None:
        """Bind a request id to all lines of this request."""
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=str(uuid.uuid4()))
        request.__dict__["_began"] = time.perf_counter()

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        """Write the line and count."""
        seconds = time.perf_counter() - request.__dict__["_began"]
        method = request.method if request.method in METHODS else "OTHER"
        metrics.requests.labels(method, str(response.status_code)).inc()
        metrics.request_seconds.labels(method).observe(seconds)
        if request.path_info not in QUIET:
            log.info(
                "request",
                method=method,
                route=self.format_request(request),
                status=response.status_code,
                ms=round(seconds * 1_000, 1),
            )
        structlog.contextvars.clear_contextvars()

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Return the route's pattern, in which no id stands."""
        match = getattr(request, "resolver_match", None)
        return match.route if match else "unmatched"

    def _process_exception(self, request: Any, exception: Exception) -> None:
        log.error("request_failed", route=self.format_request(request), exc_info=exception)
