"""How a page is answered: in the request's language and chosen light, never kept by a cache."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import translation

THEMES = ("light", "dark")
A_YEAR_S = 365 * 24 * 3600


def page(
    request: HttpRequest, template: str, language: str, context: dict[str, Any], *, writes: bool = False
) -> HttpResponse:
    """Return the rendered page. `writes`: it has forms for people who are not signed in yet, too."""
    theme = request.COOKIES.get("hearth_theme", "")
    signed_in = request.user.is_authenticated
    shared = {
        "theme": theme if theme in THEMES else "",
        "other_language": "es" if language == "en" else "en",
        "signed_in": signed_in,
        "csrf": get_token(request) if signed_in or writes else "",
    }
    with translation.override(language):
        answer = render(request, template, shared | context)
    answer["Vary"] = "Accept-Language, Cookie"
    if request.GET.get("lang") == language:
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=A_YEAR_S,
            samesite="Lax",
            secure=request.is_secure(),
        )
    return answer
