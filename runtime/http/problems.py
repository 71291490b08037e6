"""Every error as `application/problem+json`, with the codes of the HTTP contract."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from rest_framework import exceptions

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER_S = 2  # a restarting database or a full pool is usually back by then
TITLES = {
    400: "Bad request", 401: "Unauthorized", 403: "Forbidden", 404: "Not found", 405: "Method not allowed",
    406: "Not acceptable", 409: "Conflict", 410: "Gone", 412: "Precondition failed", 413: "Too large",
    415: "Unsupported media type", 422: "Invalid", 429: "Too many requests", 500: "Server error",
    503: "Unavailable",
}  # fmt: skip


class Problem(exceptions.APIException):
    """One refusal of an HTTP door, with the status and code of the contract."""

    status_code = 400

    def __init__(
        self,
        status: int,
        code: str,
        detail: str = "",
        *,
        errors: Sequence[Mapping[str, Any]] = (),
        retry_after_s: float | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail or TITLES.get(status, "Error"), code)
        self.status_code = status
        self.code = code
        self.errors = list(errors)
        self.retry_after_s = retry_after_s
        self.extra = dict(extra or {})


def invalid(field: str, code: str, message: str, **bounds: Any) -> Problem:
    """Return the 422 that names one field."""
    return Problem(422, "invalid", errors=[{"field": field, "code": code, "message": message, **bounds}])


def unauthorized(code: str = "unauthorized", detail: str = "") -> Problem:
    """Return the 401 of a missing or dead credential."""
    return Problem(401, code, detail or "A live credential is needed.")


def conflict(detail: str, code: str = "conflict") -> Problem:
    """Return the 409 of a duplicate, a race or a wrong state."""
    return Problem(409, code, detail)


def unavailable(retry_after_s: float = RETRY_AFTER_S) -> Problem:
    """Return the 503 that promises nothing was stored."""
    return Problem(503, "unavailable", "Try again soon; nothing was stored.", retry_after_s=retry_after_s)


def body_of(problem: Problem) -> dict[str, Any]:
    """Return the JSON object of a problem."""
    return {
        "title": TITLES.get(problem.status_code, "Error"),
        "status": problem.status_code,
        "code": problem.code,
        "detail": str(problem.detail),
        "errors": problem.errors,
        **problem.extra,
    }


def headers_of(problem: Problem) -> dict[str, str]:
    """Return the headers that belong to a problem."""
    headers = {}
    if problem.retry_after_s is not None:
        headers["Retry-After"] = str(max(1, math.ceil(problem.retry_after_s)))
    if problem.status_code == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return headers


def response(problem: Problem) -> HttpResponse:
    """Return a problem as a plain Django response, for middleware and Django views."""
    return HttpResponse(
        json.dumps(body_of(problem)),
        status=problem.status_code,
        content_type=CONTENT_TYPE,
        headers=headers_of(problem),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a write from a browser without its CSRF token."""
    return response(Problem(403, "csrf_failed", "The CSRF token is missing or wrong."))
