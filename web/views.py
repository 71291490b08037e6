"""The pages a person sees before any script runs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from moderation import contacts
from runtime.http.methods import only_safe
from web import modules, rooms
from web.pages import page
from web.texts import catalogue


@only_safe
@never_cache
def landing(request: HttpRequest) -> HttpResponse:
    """The first page: be matched with one person, or pick a room."""
    language = catalogue.language_of(request)
    spoken = request.GET.get("rooms", language)
    other = "es" if spoken == "en" else "en"
    listed = rooms.doors(spoken)
    context = {
        "rooms": listed,
        "spoken": spoken,
        "other_rooms": other if other in rooms.languages() else None,
        "topics": sorted({(door.topic, door.title) for door in listed}, key=lambda topic: topic[1]),
    }
    return page(request, "web/landing.html", language, context)


@only_safe
@never_cache
def room(request: HttpRequest, slug: str) -> HttpResponse:
    """The chat page, for any slug: whether a pair's room exists is told on the socket to its two alone."""
    language = catalogue.language_of(request)
    title = rooms.title_of(slug)
    context = {"slug": slug, "room_title": title or "", "rooms": rooms.doors(language)}
    context["modules"] = modules.of("js/chat.js", language)
    return page(request, "web/room.html", language, context)


@only_safe
def help_now(request: HttpRequest) -> HttpResponse:
    """Whom to call or write to now, from the verified contacts."""
    language = catalogue.language_of(request)
    lines = contacts.help_page_contacts(language)
    near = _region(request)
    lines["countries"].sort(
        key=lambda country: country["code"] != near
    )  # theirs first, then by name as before
    return page(request, "web/help.html", language, {"page": lines})


def _region(request: HttpRequest) -> str:
    """Return the country of the browser's first language (`es-MX` → MX), or nothing."""
    first = request.headers.get("Accept-Language", "").split(",")[0].split(";")[0]
    return first.partition("-")[2].strip().upper()
