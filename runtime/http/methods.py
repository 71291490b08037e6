"""Which methods a door has: any other is 405, whoever asks and whatever they carry."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from runtime.http.problems import Problem, response

SAFE = ("GET", "HEAD", "OPTIONS")
View = TypeVar("View", bound=Callable[..., HttpResponse])


def only_safe(view: View) -> View:
    """Say of a function view that it only shows something; `Methods` holds it to that."""
    exempt = csrf_exempt(view)  # there is no write to protect, and 403 would tell the wrong thing
    exempt.allowed_methods = SAFE  # type: ignore[attr-defined]
    return exempt


def allowed_of(view: Any) -> tuple[str, ...] | None:
    """Return the methods a view has, as its kind of view says; None where it does not say."""
    told = getattr(view, "allowed_methods", None)
    if told is not None:
        return tuple(told)
    kind = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if kind is None:
        return None
    actions = getattr(view, "actions", None)  # a viewset's, for this address
    names = [name for name in kind.http_method_names if (name in actions if actions else hasattr(kind, name))]
    if "get" in names:
        names.append("head")
    return tuple(name.upper() for name in dict.fromkeys([*names, "options"]))


class Methods:
    """Answers a method that a door has not, before anybody asks for a credential or a CSRF token."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Return the 405, the answer to `OPTIONS`, or None."""
        allowed = allowed_of(view)
        if allowed is None:
            return None
        if request.method not in allowed:
            answer = response(Problem(405, "method_not_allowed", "This door has no such method."))
        elif request.method == "OPTIONS":  # never DRF's own answer, which asks the view for an object
            answer = HttpResponse(status=204)
        else:
            return None
        answer["Allow"] = ", ".join(allowed)
        return answer
