"""How a request says who is calling: a bearer token, or a browser's session with CSRF."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.middleware.csrf import CsrfViewMiddleware
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts import scopes
from accounts.audit.record import record
from accounts.models import User
from accounts.oauth import grants
from accounts.principals import Principal, authenticate_bearer, of_session
from accounts.signin.live import sign_in_of
from runtime import clock
from runtime.http.problems import Problem, unauthorized


class BearerAuthentication(BaseAuthentication):
    """A guest token, a JWT or an app's token in `Authorization: Bearer …`."""

    def authenticate(self, request: Request) -> tuple[Principal, str] | None:
        """Return the principal and the token; None without such a header. Raises a 401 problem."""
        kind, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if not kind:
            return None
        if kind.lower() != "bearer":
            raise unauthorized(detail="Only bearer credentials are taken.")
        principal = _bearer(token.strip())
        if principal is None:
            raise unauthorized()
        self._enforce_scope(request, principal)
        return principal, token

    @staticmethod
    def _enforce_scope(request: Request, principal: Principal) -> None:
        """Refuse an app what its person did not let it do. Here, so that no view can forget to ask."""
        view = (request.parser_context or {}).get("view")
        if view is None:  # asked outside any view: whose request it is, not what it may do
            return
        if not scopes.admit(principal.scopes, getattr(view, "required_scope", None), request.method or ""):
            detail = {"thing": "scope", "method": request.method, "status": 403}
            record("refused", actor=principal.person_id, detail=detail)
            raise Problem(403, "forbidden", "This token was not given the scope that this door asks for.")

    def authenticate_header(self, request: Request) -> str:
        """Return what a 401 asks for."""
        return "Bearer"


def _bearer(token: str) -> Principal | None:
    principal = authenticate_bearer(token)
    if principal is not None or "." in token:  # an app's token has no dots, a JWT two
        return principal
    return grants.principal_of(token, clock.now())


class _Csrf(CsrfViewMiddleware):
    def _reject(self, request: Any, reason: str) -> Any:
        return reason


class BrowserSession(BaseAuthentication):
    """Django's session cookie; every write carries `X-CSRFToken`."""

    def authenticate(self, request: Request) -> tuple[Principal, None] | None:
        """Return the principal of a signed-in browser, or None. Raises 403 `csrf_failed`."""
        inner = request._request
        user = getattr(inner, "user", None)
        if not isinstance(user, User):
            return None
        session = sign_in_of(inner)
        principal = of_session(session, clock.now()) if session else None
        if principal is None:
            return None
        self._enforce_csrf(request)
        return principal, None

    @staticmethod
    def _enforce_csrf(request: Request) -> None:
        inner: Any = request._request
        unread = not hasattr(inner, "_post")
        if unread:
            inner._post = QueryDict()  # the token stands in the header: no form is read for it, and no file
        try:
            check = _Csrf(lambda _: HttpResponse())
            check.process_request(inner)
            if check.process_view(inner, HttpResponse, (), {}):
                raise Problem(403, "csrf_failed", "The CSRF token is missing or wrong.")
        finally:
            if unread:
                del inner._post
