"""A database that cannot be asked, told as 503; and errors outside DRF, told as problems."""

from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string

from runtime.http.handling import from_exception
from runtime.http.paths import PREFIX
from runtime.http.problems import Problem, response

log = structlog.get_logger(__name__)


class Faults:
    """Answers for what plain Django views raise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the answer to an exception that has one, else None."""
        problem = from_exception(error)
        if problem is None or (problem.status_code in (403, 404) and not _is_api(request)):
            return None
        return response(problem)


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith(PREFIX)


def _page(request: HttpRequest, status: int, code: str) -> HttpResponse:
    problem = Problem(status, code)
    if _is_api(request) or "text/html" not in request.META.get("HTTP_ACCEPT", ""):
        return response(problem)
    try:
        html = render_to_string(f"{status}.html", {"status": status}, request)
    except TemplateDoesNotExist:
        return response(problem)
    return HttpResponse(html, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what cannot be read."""
    return _page(request, 400, "malformed")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a closed door."""
    return _page(request, 403, "forbidden")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for an address where nothing is."""
    return _page(request, 404, "not_found")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer for a bug; the log has its type and place."""
    return response(Problem(500, "internal", "Something went wrong here."))
