"""The moderators' console: pages for staff alone."""

from __future__ import annotations

import json
import re

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.models import User
from accounts.principals import Principal, of_session
from accounts.roles import Role
from accounts.signin.live import sign_in_of
from moderation import contacts, numbers
from runtime import clock
from runtime.http.methods import only_safe
from web import modules
from web.pages import page
from web.texts import catalogue

AT_WORK = (Role.MODERATOR, Role.SUPERVISOR, Role.CLINICIAN)
_LANGUAGE = re.compile("[A-Za-z]{2,3}(-[A-Za-z]{2})?")


def _worker(request: HttpRequest) -> Principal | None:
    """Return who does casework here; None for a browser nobody is signed in with.

    Raises Http404 for everybody else: to them there is no such page.
    """
    if not isinstance(request.user, User):
        return None
    session = sign_in_of(request)
    principal = of_session(session, clock.now()) if session else None
    if principal is None:
        return None
    if not principal.has(*AT_WORK):
        raise Http404
    return principal


@only_safe
@never_cache
def console(request: HttpRequest) -> HttpResponse:
    """The queue and the case at hand, live."""
    if _worker(request) is None:
        return HttpResponseRedirect(f"{reverse('web:sign-in')}?next={request.path}")
    language = catalogue.language_of(request)
    context = {
        "here": "console",
        "entry": "js/moderation.js",
        "heading": catalogue.text(language, "console_title"),
        "modules": modules.of("js/moderation.js", language),
        "lease": int(numbers.LEASE.total_seconds()),
        "thresholds": json.dumps({label: steps[-1][0] for label, steps in numbers.SCORE_LEVELS.items()}),
    }
    return page(request, "web/console.html", language, context)


@only_safe
@never_cache
def card(request: HttpRequest) -> HttpResponse:
    """The card as somebody who speaks `language` would get it."""
    if _worker(request) is None:
        return JsonResponse({"code": "unauthorized"}, status=401)
    language = request.GET.get("language", "")
    if not _LANGUAGE.fullmatch(language):
        language = catalogue.DEFAULT
    return JsonResponse(contacts.card(language, ""))
