"""The tags of our templates."""

from __future__ import annotations

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
