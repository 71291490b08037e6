"""What an exception means to an HTTP caller; DRF's handler.

Apart from `problems`, because DRF imports this module's imports while it loads the classes that raise them.
"""

from typing import Any

import structlog
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, InterfaceError
from django.http import Http404
from drf_standardized_errors.formatter import flatten_errors
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from protocol.errors import Refusal
from runtime.http.problems import CONTENT_TYPE, Problem, body_of, headers_of, unavailable

log = structlog.get_logger(__name__)

# What a socket's refusal is over HTTP.
REFUSAL_STATUS = {
    "bad_frame": 400, "unknown_type": 400, "bad_field": 422, "too_long": 422, "unauthorized": 401,
    "forbidden": 403, "not_member": 403, "muted": 403, "banned": 403, "off_duty": 403, "not_found": 404,
    "conflict": 409, "room_full": 409, "already_claimed": 409, "stale_fence": 409, "rate_limited": 429,
    "slow_mode": 429, "unavailable": 503,
}  # fmt: skip
# Our words for what DRF says of a field, the same at every door.
FIELD_CODES = {
    "max_value": "out_of_range", "min_value": "out_of_range",
    "max_length": "too_long", "min_length": "too_short",
}  # fmt: skip
# The contract's words where DRF has another.
CODES = {
    "not_authenticated": "unauthorized", "authentication_failed": "unauthorized",
    "permission_denied": "forbidden", "parse_error": "malformed", "throttled": "rate_limited",
}  # fmt: skip


def from_exception(error: Exception) -> Problem | None:
    """Return the problem that an exception means, or None if it is a bug."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Refusal):
        return _from_refusal(error)
    if isinstance(error, Http404):
        return Problem(404, "not_found")
    if isinstance(error, PermissionDenied):
        return Problem(403, "forbidden")
    if isinstance(error, RequestDataTooBig):
        return Problem(413, "too_large", "The body is over the limit.")
    if isinstance(error, BadRequest | SuspiciousOperation | UnicodeDecodeError):
        return Problem(400, "malformed", "The request cannot be read.")
    if is_fault(error):
        return unavailable()
    if isinstance(error, exceptions.APIException):
        return _from_drf(error)
    return None


def is_fault(error: BaseException) -> bool:
    """Return whether the database could not be asked, as opposed to refusing what it was asked."""
    return isinstance(error, InterfaceError) or type(error) is DatabaseError or _operational(error)


def _operational(error: BaseException) -> bool:
    return any(kind.__name__ in ("OperationalError", "PoolTimeout") for kind in type(error).__mro__)


def _from_refusal(error: Refusal) -> Problem:
    status = REFUSAL_STATUS.get(error.code, 409)
    extra = {key: value for key, value in error.extra.items() if key not in ("field", "retry_after_ms")}
    retry_ms = error.extra.get("retry_after_ms")
    if status == 422:
        field = {"field": error.extra.get("field"), "code": error.code, "message": error.message}
        return Problem(422, "invalid", error.message, errors=[field])
    return Problem(
        status,
        "rate_limited" if status == 429 else error.code,
        error.message,
        retry_after_s=None if retry_ms is None else retry_ms / 1000,
        extra=extra,
    )


def _from_drf(error: exceptions.APIException) -> Problem:
    if isinstance(error, exceptions.ValidationError):
        return Problem(422, "invalid", errors=_field_errors(error))
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else "error"
    detail = error.detail if isinstance(error.detail, str) else ""
    wait = getattr(error, "wait", None)
    return Problem(error.status_code, CODES.get(code, code), detail, retry_after_s=wait)


def _field_errors(error: exceptions.ValidationError) -> list[dict[str, Any]]:
    return [field_error(item) for item in flatten_errors(error.detail)]


def field_error(item: Any) -> dict[str, Any]:
    """Return `field`, `code` and `message` of one flattened error."""
    field = (item.attr or "").removesuffix("non_field_errors").rstrip(".")
    return {"field": field or None, "code": FIELD_CODES.get(item.code, item.code), "message": item.detail}


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's handler. A bug becomes a bare 500 here, so that nothing of it reaches the caller."""
    problem = from_exception(error)
    if problem is None:
        log.error("request_failed", exc_info=error)
        problem = Problem(500, "internal", "Something went wrong here.")
    set_rollback()
    answer = Response(body_of(problem), status=problem.status_code, headers=headers_of(problem))
    answer.content_type = CONTENT_TYPE
    answer.exception = True
    return answer
