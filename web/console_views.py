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
from moderation import contacts, numbers, scoring, screening, tallies
from moderation.casework import staff
from runtime import clock
from runtime.http.methods import only_safe
from web import modules
from web.pages import page
from web.texts import catalogue

AT_WORK = (Role.MODERATOR, Role.SUPERVISOR, Role.CLINICIAN)
BACKLOG_FELT = 50  # messages without a score: fewer are scored within seconds
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


def _page(request: HttpRequest, name: str, entry: str, *roles: Role) -> HttpResponse:
    """Answer with a page of the console, for holders of `roles`."""
    worker = _worker(request)
    if worker is None:
        return HttpResponseRedirect(f"{reverse('web:sign-in')}?next={request.path}")
    if not worker.has(*roles):
        raise Http404
    language = catalogue.language_of(request)
    context = {
        "here": name,
        "entry": entry,
        "heading": catalogue.text(language, f"{name}_title"),
        "modules": modules.of(entry, language),
        "moderates": worker.has(Role.MODERATOR),
        "supervises": worker.has(Role.SUPERVISOR),
        "lease": int(numbers.LEASE.total_seconds()),
        "thresholds": json.dumps({label: steps[-1][0] for label, steps in numbers.SCORE_LEVELS.items()}),
    }
    return page(request, "web/console.html", language, context)


@only_safe
@never_cache
def console(request: HttpRequest) -> HttpResponse:
    """The queue and the case at hand, live."""
    return _page(request, "console", "js/moderation.js", *AT_WORK)


@only_safe
@never_cache
def work(request: HttpRequest) -> HttpResponse:
    """What one did oneself, and one's load."""
    return _page(request, "work", "js/moderation/pages/work.js", Role.MODERATOR)


@only_safe
@never_cache
def wall(request: HttpRequest) -> HttpResponse:
    """Who is on duty, what waits, how long things take."""
    return _page(request, "wall", "js/moderation/pages/wall.js", Role.MODERATOR)


@only_safe
@never_cache
def appeals(request: HttpRequest) -> HttpResponse:
    """What people say against decisions."""
    return _page(request, "appeals", "js/moderation/pages/appeals.js", Role.MODERATOR)


@only_safe
@never_cache
def audit(request: HttpRequest) -> HttpResponse:
    """The audit, to be searched."""
    return _page(request, "audit", "js/moderation/pages/audit.js", Role.SUPERVISOR)


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


@only_safe
@never_cache
def parts(request: HttpRequest) -> HttpResponse:
    """How many are on duty, and which parts of the house do less than they should."""
    if _worker(request) is None:
        return JsonResponse({"code": "unauthorized"}, status=401)
    ill = ["classifier"] if scoring.state() == "failing" else []
    if tallies.unscreened() > BACKLOG_FELT:
        ill.append("backlog")
    if screening.screener().error:
        ill.append("rules")
    return JsonResponse({"on_duty": staff.there(clock.now()).count(), "degraded": ill})
