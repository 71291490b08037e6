"""Whose pages may open a socket."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from consumers.routing import at_home


@pytest.fixture(autouse=True)
def allowed(settings: LazySettings) -> None:
    settings.ALLOWED_ORIGINS = ["https://app.example.org"]


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (None, "hearth.example"),
        ("https://hearth.example", "hearth.example"),
        ("http://Hearth.Example:8000", "hearth.example:8000"),
        ("https://app.example.org", "hearth.example"),
    ],
)
def test_own_pages_and_allowed_ones_are_at_home(origin: str | None, host: str) -> None:
    assert at_home(origin, host)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://evil.example", "hearth.example"),
        ("https://hearth.example.evil.example", "hearth.example"),
        ("https://hearth.example:444", "hearth.example"),
        ("null", "hearth.example"),
        ("", "hearth.example"),
        ("", ""),
        ("null", ""),
        ("http://[", "hearth.example"),
        ("hearth.example", "hearth.example"),
        ("http://app.example.org", "hearth.example"),
    ],
)
def test_others_are_not(origin: str, host: str) -> None:
    assert not at_home(origin, host)
