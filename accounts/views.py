"""The doors of `/api/v1/guests/`, `/auth/…` and `/realtime/ticket/`."""

from django.conf import settings
from django.contrib.auth import logout as browser_logout
from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import locales, sessions, tickets
from accounts.audit.access import RefusalsAudited
from accounts.audit.record import record
from accounts.models import User
from accounts.passwords import judge
from accounts.permissions import GuestOrPerson, IsPerson
from accounts.principals import Principal
from accounts.serializers import Credentials, GuestBearer, Nothing, RefreshToken, Ticket, TokenPair
from runtime import clock
from runtime.http.checking import checked
from runtime.http.limits import spend_by_address, spend_by_person
from runtime.http.problems import Problem, unauthorized


class Guests(APIView):
    """Become a guest."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=None, responses={201: GuestBearer}, operation_id="guests_create")
    def post(self, request: Request) -> Response:
        """Answer with a guest's bearer token. Nothing personal is asked or kept.

        `Accept-Language` says in which language, and with the lines of which country, a card comes.
        """
        if not settings.GUESTS_ENABLED:
            raise Problem(403, "forbidden", "Guests are not admitted here; please sign in.")
        spend_by_address(request, "guests", settings.LIMITS.guests_per_address)
        checked(Nothing(), request.data)
        return Response({"token": sessions.open_guest(locales.preferred(request.headers))}, status=201)


class PasswordDoor(APIView):
    """Sign in with a password."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=Credentials, responses={200: TokenPair}, operation_id="auth_token")
    def post(self, request: Request) -> Response:
        """Answer with an access and a refresh token, or 401 `unauthorized` or `code_required`."""
        given = checked(Credentials(), request.data)
        now = clock.now()
        outcome = judge(given["username"], given["password"], given.get("code"), now)
        if outcome.user is None:
            _record_refusal(given["username"], outcome.why)
            raise unauthorized(outcome.why or "unauthorized", "These do not open the door.")
        with transaction.atomic():
            pair = sessions.open_password(outcome.user, now, second_factor=outcome.second_factor)
            record("sign_in", actor=outcome.user.pk, subject=outcome.user.pk, detail={"by": "password"})
        return Response({"access": pair.access, "refresh": pair.refresh})


def _record_refusal(username: str, why: str) -> None:
    """Write whom somebody could not sign in as; a name that nobody has leaves a row without a subject."""
    tried = User.objects.filter(username__iexact=username).values_list("pk", flat=True).first()
    record("sign_in.refused", actor=None, subject=tried, detail={"by": "password", "code": why})


class Refresh(APIView):
    """Change a refresh token for new tokens."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=RefreshToken, responses={200: TokenPair}, operation_id="auth_refresh")
    def post(self, request: Request) -> Response:
        """Answer with a new pair; the token given dies, and one used again later ends its session."""
        given = checked(RefreshToken(), request.data)
        pair = sessions.refresh(given["refresh"], clock.now())
        if pair is None:
            record("refresh.refused", actor=None)
            raise unauthorized()
        return Response({"access": pair.access, "refresh": pair.refresh})


class Logout(RefusalsAudited):
    """Sign out."""

    thing = "sign_in"
    permission_classes = (IsPerson,)

    @extend_schema(request=None, responses={204: None}, operation_id="auth_logout")
    def post(self, request: Request) -> Response:
        """End the session: its tokens and tickets die, its sockets close on every process."""
        principal = request.user
        if request.auth is None:
            browser_logout(request._request)  # which ends the sign-in behind it
        elif isinstance(principal, Principal) and principal.session_id:
            with transaction.atomic():
                sessions.end(principal.session_id, clock.now())
                record("sign_out", actor=principal.person_id, subject=principal.person_id)
        return Response(status=204)


class RealtimeTicket(RefusalsAudited):
    """Get a ticket for a socket."""

    thing = "ticket"
    permission_classes = (GuestOrPerson,)

    @extend_schema(request=None, responses={200: Ticket}, operation_id="realtime_ticket")
    def post(self, request: Request) -> Response:
        """Answer with a ticket that is good for one `hello`."""
        spend_by_address(request, "tickets", settings.LIMITS.tickets_per_address)
        principal = request.user
        if not isinstance(principal, Principal):
            raise unauthorized()
        spend_by_person(principal.person_id, "tickets", settings.LIMITS.tickets_per_person)
        checked(Nothing(), request.data)
        ticket, expires_in = tickets.issue(principal, clock.now())
        return Response({"ticket": ticket, "expires_in": expires_in})
