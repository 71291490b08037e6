"""In which language somebody is spoken to, and in which country."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.translation.trans_real import parse_accept_lang_header

DEFAULT: Final = "en"
STORED: Final = r"^[a-z]{2,3}(-[A-Z]{2})?$"
_TAG = re.compile(r"([a-z]{2,3})(?:-[a-z]{4})?(?:-([a-z]{2}))?(?:-.*)?")


def preferred(headers: Mapping[str, str]) -> str:
    """Return the language that `Accept-Language` likes best, with its country where it names one.

    `es,es-MX;q=0.9,en-US;q=0.8` is `es-MX`: another language's country says nothing. Without a readable
    header it is English.
    """
    asked = parse_accept_lang_header(headers.get("Accept-Language", ""))
    wanted = [tag for tag, weight in asked if weight > 0]
    known = [found for tag in wanted if (found := _TAG.fullmatch(tag)) is not None]
    if not known:
        return DEFAULT
    language = known[0][1]
    country = _country(language, known)
    return f"{language}-{country.upper()}" if country else language


def _country(language: str, known: Sequence[re.Match[str]]) -> str | None:
    return next((tag[2] for tag in known if tag[1] == language and tag[2]), None)
