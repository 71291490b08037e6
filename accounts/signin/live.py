"""Who a browser's request is from: only while the sign-in behind its session lives."""

from uuid import UUID

from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import AuthSession, User
from runtime import clock

SIGN_IN = "sign_in"  # where a browser's session keeps the key of its sign-in


class LiveSessions(AuthenticationMiddleware):
    """Django's middleware, with the sign-in's own row asked: it ends on every process at once.

    The row is in the database alone. A session that a cache gave back after its sign-in had ended, or whose
    end a Redis that was away never heard of, lets nobody in.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Give the request its user, looked up when somebody asks."""
        request.user = SimpleLazyObject(lambda: _user(request))  # type: ignore[assignment]


def sign_in_of(request: HttpRequest) -> AuthSession | None:
    """Return the sign-in behind a request's session, ended or not, with its person."""
    kept = getattr(request, "_sign_in", None)
    key = request.session.get(SIGN_IN)
    if kept is not None and str(kept.pk) == key:
        return kept
    if not key:
        return None
    found = AuthSession.objects.select_related("user").filter(pk=UUID(key)).first()
    request.__dict__["_sign_in"] = found
    return found


def _user(request: HttpRequest) -> User | AnonymousUser:
    known = request.__dict__.get("_cached_user")
    if known is None:
        known = request.__dict__["_cached_user"] = _live_user(request)
    return known


def _live_user(request: HttpRequest) -> User | AnonymousUser:
    user = auth.get_user(request)
    if not isinstance(user, User):
        return AnonymousUser()
    now = clock.now()
    session = sign_in_of(request)
    if session is None or session.user_id != user.pk or not session.alive(now):
        request.session.flush()
        return AnonymousUser()
    # A suspended person is let in again when it is lifted: their session stays.
    return user if user.admitted(now) else AnonymousUser()
