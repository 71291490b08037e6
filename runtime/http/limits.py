"""Limits of the HTTP doors, by address and by person."""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import SimpleLazyObject
from rest_framework.request import Request

from runtime import addresses
from runtime.counting import Allowance, spend_per_minute, spend_per_second
from runtime.http.paths import PREFIX
from runtime.http.problems import Problem, headers_of, response
from runtime.keyring import keyed_hash
from runtime.rates import Rate

# Doors where somebody without a name may try things.
DOORS = ("/api/v1/guests/", "/api/v1/auth/", "/api/v1/users/register/", "/told/")
ALLAUTH = "/_allauth/"
TOLD = "/told/"  # a contact outside the house, by the link they were sent
OAUTH = "/identity/o/"
# Under these a write that shows or asks for a credential is one, whatever came along.
ALLAUTH_DOORS = tuple(
    f"{ALLAUTH}{client}/v1/auth/{door}"
    for client in ("browser", "app")
    for door in ("login", "signup", "password/", "reauthenticate", "2fa/", "webauthn/", "email/", "provider/")
)


def address_of(request: HttpRequest) -> addresses.Address | None:
    """Return the caller's address, behind the proxies that are trusted."""
    return addresses.client(
        request.META.get("REMOTE_ADDR") or "", request.META.get("HTTP_X_FORWARDED_FOR", "")
    )


def refusal(allowance: Allowance) -> Problem:
    """Return the 429 of a limit that is reached."""
    return Problem(
        429, "rate_limited", "Too many requests; please wait.", retry_after_s=max(1.0, allowance.reset_s)
    )


def spend_by_address(request: Request, name: str, rate: Rate) -> None:
    """Count one call of the caller's address against a limit per minute. Raises a 429 problem."""
    address = address_of(request._request)
    if addresses.exempt(address):
        return
    _spend(name, rate, addresses.key(address))


def spend_by_person(person_id: UUID, name: str, rate: Rate) -> None:
    """Count one call of a person against a limit per minute. Raises a 429 problem."""
    _spend(f"{name}-person", rate, keyed_hash("limit-person", str(person_id)))


def _spend(name: str, rate: Rate, key: str) -> None:
    allowance = spend_per_minute(name, rate.burst, key)
    if not allowance.allowed:
        raise refusal(allowance)


class AddressLimits:
    """Counts every API call of an address, and tells what is left in `RateLimit`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        if not request.path_info.startswith((PREFIX, ALLAUTH, OAUTH, TOLD)):
            return self.get_response(request)
        address = address_of(request)
        if addresses.exempt(address):
            return self.get_response(request)
        key = addresses.key(address)
        allowances = _count(request, key)
        refused = _refused(allowances)
        answer = _refuse(request, refused) if refused else self.get_response(request)
        if refused is None and not _is_door(request) and not _accepted(request):
            allowances.append(_count_door(key))
            refused = _refused(allowances)
            answer = _refuse(request, refused) if refused else answer
        _describe(answer, refused or min(allowances, key=lambda one: one.remaining / one.limit))
        return answer


def _refuse(request: HttpRequest, allowance: Allowance) -> HttpResponse:
    problem = refusal(allowance)
    if not request.path_info.startswith(ALLAUTH):
        return response(problem)
    # Everything under there speaks allauth's own JSON.
    return JsonResponse({"status": 429}, status=429, headers=headers_of(problem))


def _count(request: HttpRequest, key: str) -> list[Allowance]:
    limits = settings.LIMITS
    found = [spend_per_second("api-second", limits.http_per_second, key)]
    if found[-1].allowed:
        found.append(spend_per_minute("api-minute", limits.http_per_minute, key))
    if found[-1].allowed and _is_door(request):
        found.append(_count_door(key))
    return found


def _count_door(key: str) -> Allowance:
    return spend_per_minute("api-door", settings.LIMITS.http_doors_per_minute, key)


def _refused(allowances: list[Allowance]) -> Allowance | None:
    return next((one for one in allowances if not one.allowed), None)


def _accepted(request: HttpRequest) -> bool:
    """Tell whether the API took the credential that came along: a forged one is worth no more than none.

    Costs nothing: a user that nothing has asked for by now is not looked up here.
    """
    user = getattr(request, "user", None)
    return not isinstance(user, SimpleLazyObject) and bool(getattr(user, "is_authenticated", False))


def _is_door(request: HttpRequest) -> bool:
    """Tell whether a request is one of somebody without a name on the face of it."""
    path = request.path_info
    if path.startswith(DOORS) or (request.method == "POST" and path.startswith((*ALLAUTH_DOORS, OAUTH))):
        return True
    return "HTTP_AUTHORIZATION" not in request.META and settings.SESSION_COOKIE_NAME not in request.COOKIES


def _describe(answer: HttpResponse, allowance: Allowance) -> None:
    reset = max(1, round(allowance.reset_s))
    answer["RateLimit"] = f'"default";r={allowance.remaining};t={reset}'
    answer["RateLimit-Policy"] = f'"default";q={allowance.limit};w={allowance.window_s}'
