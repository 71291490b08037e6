"""The tags of our templates."""

from __future__ import annotations

import re
from urllib.parse import quote

from django import template

from web.texts import catalogue

register = template.Library()


@register.simple_tag
def say(key: str) -> str:
    """Return one text in the language being rendered."""
    return catalogue.text(catalogue.current_language(), key)


@register.simple_tag
def page_language() -> str:
    """Return the language being rendered, for `<html lang>`."""
    return catalogue.current_language()


@register.filter
def tel(number: str) -> str:
    """Return the address that calls a published number."""
    return f"tel:{number.replace(' ', '')}"


@register.filter
def sms(line: str) -> str:
    """Return the address that writes to a published line, with the first word it wants (`HOME → 741741`)."""
    found = re.fullmatch(r"(?:(.+?)\s*→\s*)?([\d+ ]+)", line)
    word, number = found.groups() if found else (None, line)
    body = f"?&body={quote(word)}" if word else ""
    return f"sms:{number.replace(' ', '')}{body}"
