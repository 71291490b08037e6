"""The doors of apps: allauth's, each with the sign-in behind its tokens."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from allauth.core.internal.httpkit import extract_basic_auth
from allauth.idp.oidc import views as allauth
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client, Token
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from accounts import scopes, sessions
from accounts.audit.record import record
from accounts.models import AuthSession, User
from accounts.oauth import grants
from accounts.signin.live import sign_in_of
from runtime import clock

Grant = Client.GrantType
GRANTS = (Grant.AUTHORIZATION_CODE, Grant.REFRESH_TOKEN, Grant.CLIENT_CREDENTIALS)


class Configuration(allauth.ConfigurationView):
    """What an app reads first."""

    def get(self, request: HttpRequest) -> JsonResponse:
        """Answer with the addresses of the doors, and what they take."""

        def at(name: str) -> str:
            return request.build_absolute_uri(reverse(f"idp:oidc:{name}"))

        answer = JsonResponse(
            {
                "issuer": get_adapter().get_issuer(),
                "authorization_endpoint": at("authorization"),
                "token_endpoint": at("token"),
                "userinfo_endpoint": at("userinfo"),
                "revocation_endpoint": at("revoke"),
                "jwks_uri": at("jwks"),
                "scopes_supported": list(scopes.ALL),
                "response_types_supported": ["code"],
                "grant_types_supported": [str(grant.value) for grant in GRANTS],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": [
                    "client_secret_basic",
                    "client_secret_post",
                    "none",
                ],
                "id_token_signing_alg_values_supported": ["RS256"],
                "subject_types_supported": ["public"],
            }
        )
        answer["Access-Control-Allow-Origin"] = "*"
        return answer


@method_decorator(never_cache, name="dispatch")
class Authorization(allauth.AuthorizationView):
    """Asks a person whether an app may act for them."""

    template_name = "oauth/consent.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what the app asks for. An app that does not use PKCE with S256 is refused."""
        if fault := _fault_of(request):
            return _fault(request, fault)
        try:
            answer = super().get(request, *args, **kwargs)
        except ValidationError:
            answer = None
        if answer is None or (
            getattr(answer, "status_code", 0) == 200 and not hasattr(self, "_request_info")
        ):
            return _fault(request, "invalid_request")
        if hasattr(self, "_request_info"):
            _let_form_go_to(answer, self._request_info.get("redirect_uri"))
        return answer

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep what the person said, and send them back to the app."""
        answer = super().post(request, *args, **kwargs)
        user, client_id = request.user, getattr(self, "_request_info", {}).get("client_id", "")
        if request.POST.get("action") != "grant" and client_id and isinstance(user, User):
            record("app.refused", actor=user.pk, subject=user.pk, detail={"client": client_id})
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows: the scopes asked for, each with the key of its text."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        asked = sorted(self._scopes, key=scopes.ALL.index)
        words = [{"scope": word, "key": f"app_scope_{word.replace(':', '_')}"} for word in asked]
        target = urlsplit(self._request_info.get("redirect_uri") or "")
        # An app of a telephone has no host, but a scheme of its own.
        goes_to = target.netloc or f"{target.scheme}:"
        return {**found, **_look(self.request), "scope_words": words, "goes_to": goes_to}

    def form_valid(self, form: Any) -> HttpResponse:
        """Give the app its code, and open the sign-in it stands for."""
        user, opened_by = self.request.user, sign_in_of(self.request)
        assert isinstance(user, User)
        assert opened_by is not None
        with transaction.atomic():
            answer = super().form_valid(form)
            code = parse_qs(urlsplit(answer.headers.get("Location", "")).query).get("code")
            if code:
                grants.allow(user, self._request_info["client_id"], code[0], opened_by, clock.now())
        return answer


def _fault_of(request: HttpRequest) -> str:
    if any("\0" in value for value in request.GET.values()):
        return "invalid_request"
    if request.user.is_authenticated and not request.GET.get("code_challenge"):
        return "pkce"
    if request.GET.get("code_challenge") and request.GET.get("code_challenge_method") != "S256":
        return "pkce"
    # Whoever asks for a silent answer, or to sign in anew, gets neither: the person is asked, here.
    return "prompt" if {"none", "login"} & set(request.GET.get("prompt", "").split()) else ""


def _fault(request: HttpRequest, fault: str) -> HttpResponse:
    return render(request, "oauth/fault.html", {**_look(request), "fault": fault}, status=400)


def _look(request: HttpRequest) -> dict[str, str]:
    theme = request.COOKIES.get("hearth_theme", "")
    return {"theme": theme if theme in ("light", "dark") else ""}


def _let_form_go_to(answer: HttpResponse, uri: str | None) -> None:
    """Let the page's form end at the app: browsers hold a form's redirects to `form-action` too."""
    parts = urlsplit(uri or "")
    if parts.scheme in ("http", "https"):
        target = f"{parts.scheme}://{parts.netloc}"
    else:
        target = f"{parts.scheme}:" if parts.scheme else ""
    if target:
        answer._csp_update = {"form-action": [target]}  # type: ignore[attr-defined]


@method_decorator(csrf_exempt, name="dispatch")
class TokenDoor(allauth.TokenView):
    """Gives an app its tokens, each tied to a sign-in."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer as RFC 6749 says; what is refused changes nothing, but a thing used twice."""
        if any("\0" in value for value in request.POST.values()):
            return _refusal("invalid_request")
        given, client_id, now = request.POST, _client_of(request), clock.now()
        kind, code, spent = given.get("grant_type"), given.get("code", ""), given.get("refresh_token", "")
        if kind == Grant.DEVICE_CODE:
            return _refusal("unsupported_grant_type")
        session: AuthSession | None = None
        if kind == Grant.REFRESH_TOKEN:
            session = grants.of_refresh(client_id, spent, now)
            if session is None:
                return _refusal("invalid_grant")
        try:
            with transaction.atomic():
                if kind == Grant.AUTHORIZATION_CODE:
                    session = grants.spend_code(client_id, code, now)
                if session is not None or kind == Grant.CLIENT_CREDENTIALS:
                    answer = self._given(request, session)
                    if answer.status_code != 200:
                        transaction.set_rollback(True)
                    return answer
        except IntegrityError:  # the same refresh token, twice at once: the other was first
            return _refusal("invalid_grant")
        if kind == Grant.AUTHORIZATION_CODE:
            grants.end_twice_used_code(client_id, code, now)
            return _refusal("invalid_grant")
        return _refusal("unsupported_grant_type")

    def _given(self, request: HttpRequest, session: AuthSession | None) -> HttpResponse:
        try:
            answer: HttpResponse = super().post(request)
        except ValidationError:
            return _refusal("invalid_target")
        if answer.status_code != 200:
            return answer
        if session is None:
            client = Client.objects.select_related("owner").get(pk=_client_of(request))
            session = grants.open_for_owner(client, clock.now())
            if session is None:
                return _refusal("unauthorized_client")
            self._bind_short(answer, session)
        else:
            spent = request.POST.get("refresh_token", "")
            grants.bind(json.loads(answer.content), session, spent, clock.now())
        answer["Cache-Control"] = "no-store"
        return answer

    def _bind_short(self, answer: HttpResponse, session: AuthSession) -> None:
        ends = session.expires_at
        grants.bind(json.loads(answer.content), session, "", clock.now())
        AuthSession.objects.filter(pk=session.pk).update(expires_at=ends)


@method_decorator(csrf_exempt, name="dispatch")
class UserInfo(allauth.UserInfoView):
    """Who let the app act."""

    def _respond(self, request: HttpRequest) -> HttpResponse:
        word, _, value = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        principal = grants.principal_of(value.strip(), clock.now()) if word.lower() == "bearer" else None
        token = grants.token_of(value.strip()) if principal else None
        # A program that acts for its owner asks about nobody.
        if principal is None or token is None or token.user_id is None:
            refused = JsonResponse({"error": "invalid_token"}, status=401)
            refused["WWW-Authenticate"] = 'Bearer error="invalid_token"'
            return refused
        record("account.read", actor=principal.person_id, subject=principal.person_id, detail={"by": "app"})
        answer: HttpResponse = super()._respond(request)
        return answer


@method_decorator(csrf_exempt, name="dispatch")
class Revoke(allauth.RevokeView):
    """Ends what an app was let do."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer 200 whether or not there was such a token; with one, all of that sign-in ends."""
        if any("\0" in value for value in request.POST.values()):
            return _refusal("invalid_request")
        row = Token.objects.by_value(request.POST.get("token", "")).first()
        if row is not None and row.client_id != _client_of(request):
            return HttpResponse()  # another client's: it stays
        session = grants.session_of(row) if row is not None else None
        with transaction.atomic():
            answer: HttpResponse = super().post(request, *args, **kwargs)
            if answer.status_code == 200 and session is not None:
                sessions.end(session.pk, clock.now())
                person, detail = session.user_id, {"client": session.client}
                record("app.ended", actor=person, subject=person, detail=detail)
        return answer


def _client_of(request: HttpRequest) -> str:
    """Return which client a request says it is; allauth checks that it is."""
    named, _ = extract_basic_auth({"Authorization": request.META.get("HTTP_AUTHORIZATION", "")})
    return str(named or request.POST.get("client_id", ""))


def _refusal(error: str) -> JsonResponse:
    return JsonResponse({"error": error}, status=400, headers={"Cache-Control": "no-store"})
