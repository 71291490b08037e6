"""Doors of `/_allauth/` that the house opens itself, in allauth's own shapes."""

from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.internal import flows
from allauth.account.internal.flows.login import record_authentication
from allauth.core.internal import ratelimit
from allauth.headless.account import views as account_views
from allauth.headless.account.response import RequestPasswordResponse
from allauth.headless.base.response import (
    APIResponse,
    AuthenticationResponse,
    ConflictResponse,
    RateLimitResponse,
)
from allauth.headless.base.views import APIView, AuthenticatedAPIView
from allauth.headless.internal.restkit.response import ErrorResponse
from allauth.headless.mfa import views as mfa_views
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from accounts import factors, sessions
from accounts.audit.record import record
from accounts.letters import post
from accounts.models import AuthSession, User
from accounts.signin import again, inputs
from accounts.signin.live import sign_in_of
from protocol.errors import Conflict, RateLimited
from runtime import clock


class Signup(account_views.SignupView):
    """Make an account and come in."""

    input_class = {"POST": inputs.HouseSignup}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer as signed in; an address that somebody has is answered like any other."""
        if request.user.is_authenticated:
            return ConflictResponse(request)
        try:
            user = self.input.save(request)
        except Conflict:
            self.input.add_error("username", get_adapter().validation_error("username_taken"))
            return ErrorResponse(request, input=self.input)
        record_authentication(request, user, "password", username=user.username)
        answer = flows.signup.complete_signup(request, user=user)
        return AuthenticationResponse.from_response(request, answer)


class Recover(APIView):
    """Ask for a letter with which to choose a new password."""

    input_class = inputs.Recovery
    input: inputs.Recovery

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer 200 whoever has that address: a job looks it up, and writes to its mailbox or does not."""
        email = self.input.cleaned_data["email"].lower()
        if not ratelimit.consume(request, app="allauth.account", action="reset_password", key=email):
            return RateLimitResponse(request)
        with transaction.atomic():
            post.recover(email)
            record("recovery.asked", actor=None)
        return RequestPasswordResponse(request)


class Authenticate(mfa_views.AuthenticateView):
    """The second step of signing in."""

    input_class = inputs.HouseAuthenticate


class Reauthenticate(mfa_views.ReauthenticateView):
    """Showing again who is there, by a code."""

    input_class = inputs.HouseReauthenticate


class LetterAgain(AuthenticatedAPIView):
    """Asking for a code by letter, for who has neither a password nor a second factor."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer 200: a letter is on its way. 409 without a confirmed address, or with another way."""
        try:
            again.write(request, clock.now())
        except again.NoWay:
            return ConflictResponse(request)
        except again.TooManyLetters:
            return RateLimitResponse(request)
        return APIResponse(request)


class CodeAgain(AuthenticatedAPIView):
    """Showing again who is there, by the code of a letter."""

    input_class = inputs.LetterCode
    input: inputs.LetterCode

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer as signed in; 400 for a code that is wrong, old or used."""
        try:
            good = again.take(request, self.input.cleaned_data["code"], clock.now())
        except RateLimited:
            return RateLimitResponse(request)
        if not good:
            self.input.add_error("code", ValidationError("This is not the code.", code="wrong_code"))
            return ErrorResponse(request, input=self.input)
        return AuthenticationResponse(request)


class ChangePassword(account_views.ChangePasswordView):
    """Another password, or a first one."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Set it: who has one gives it, who has none shows again who they are."""
        assert isinstance(request.user, User)
        if not request.user.has_usable_password():
            flows.reauthentication.raise_if_reauthentication_required(request, app="allauth.account")
        return super().post(request, *args, **kwargs)


class ManageTOTP(mfa_views.ManageTOTPView):
    """The authenticator app of an account."""

    input_class = {"POST": inputs.HouseActivateTOTP}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep the app; the code that showed it cannot open a door any more."""
        answer = super().post(request, *args, **kwargs)
        if (made := self._get_authenticator()) is not None:
            factors.mark_used(made, self.input.step)
        return answer

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Forget the app. 409 for the last second factor of a member of staff."""
        made = self._get_authenticator()
        if made is not None and not _may_go(request, [made]):
            return ConflictResponse(request)
        return super().delete(request, *args, **kwargs)


class ManageWebAuthn(mfa_views.ManageWebAuthnView):
    """The security keys of an account."""

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Forget keys. 409 where a member of staff would have no second factor left."""
        if not _may_go(request, list(self.input.cleaned_data["authenticators"])):
            return ConflictResponse(request)
        return super().delete(request, *args, **kwargs)


class AuthenticateKey(mfa_views.AuthenticateWebAuthnView):
    """The second step of signing in, by a security key."""

    input_class = {"POST": inputs.HouseAuthenticateKey}


class ReauthenticateKey(mfa_views.ReauthenticateWebAuthnView):
    """Showing again who is there, by a security key."""

    input_class = {"POST": inputs.HouseReauthenticateKey}


class LoginKey(mfa_views.LoginWebAuthnView):
    """Signing in by a passkey alone."""

    input_class = {"POST": inputs.HouseLoginKey}


def _may_go(request: HttpRequest, leaving: list[Any]) -> bool:
    user = request.user
    assert isinstance(user, User)
    return not user.role_set() or factors.others_than(user, leaving)


class Sessions(AuthenticatedAPIView):
    """One's own sign-ins, through every door of the house."""

    input_class = {"DELETE": inputs.EndedSessions}
    input: inputs.EndedSessions

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with those that live, the newest first."""
        return self._list(request)

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """End some: their tokens die and their sockets close on every process."""
        assert isinstance(request.user, User)
        person, now = request.user.pk, clock.now()
        current = sign_in_of(request)
        asked = self.input.cleaned_data["sessions"]
        for session in AuthSession.objects.filter(user_id=person, pk__in=asked):
            if current is not None and session.pk == current.pk:
                get_adapter().logout(request)
                continue
            with transaction.atomic():
                sessions.end(session.pk, now)
                record("sign_out", actor=person, subject=person, detail={"by": "list"})
        if not request.user.is_authenticated:
            return AuthenticationResponse(request)
        return self._list(request)

    def _list(self, request: HttpRequest) -> APIResponse:
        assert isinstance(request.user, User)
        now, current = clock.now(), sign_in_of(request)
        living = AuthSession.objects.filter(user=request.user, ended_at=None).order_by("-created_at")
        return APIResponse(
            request,
            data=[_shown(row, current.pk if current else None) for row in living if row.alive(now)],
        )


def _shown(row: AuthSession, current: UUID | None) -> dict[str, Any]:
    # allauth's shape. Of addresses and browsers the house keeps nothing, and says so.
    return {
        "id": str(row.pk),
        "kind": row.kind,
        "created_at": row.created_at.timestamp(),
        "is_current": row.pk == current,
        "ip": "",
        "user_agent": "",
    }
