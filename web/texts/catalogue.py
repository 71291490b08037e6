"""The texts of a language, and which language a request is answered in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_from_request

from web.texts import en, es

TEXTS: dict[str, dict[str, str]] = {"en": en.TEXTS, "es": es.TEXTS}
TOPIC_LINES: dict[str, dict[str, str]] = {"en": en.TOPIC_LINES, "es": es.TOPIC_LINES}

DEFAULT = "en"


def text(language: str, key: str) -> str:
    """Return one text. Raises KeyError for an unknown key: a page with a hole in it must not be served."""
    return TEXTS[language][key]


def topic_line(language: str, topic: str) -> str:
    """Return the line under a topic's name, or nothing for a topic that staff made later."""
    return TOPIC_LINES[language].get(topic, "")


def language_of(request: HttpRequest) -> str:
    """Return the language of a request: asked for in the address, else by cookie, else by the browser."""
    asked = request.GET.get("lang", "")
    if asked in TEXTS:
        return asked
    found = get_language_from_request(request).split("-")[0]
    return found if found in TEXTS else DEFAULT


def current_language() -> str:
    """Return the language that is being rendered."""
    found = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return found if found in TEXTS else DEFAULT
