"""The one door for HTML."""

import pytest

from runtime.sanitize import linkify, sanitize


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        "<svg/onload=alert(1)>",
        '<a href="&#106;avascript:alert(1)">x</a>',
        "<p style='background:url(javascript:1)'>x</p>",
        "<iframe src=//evil.example></iframe>",
    ],
)
def test_nothing_that_runs_gets_through(evil: str) -> None:
    for made in (sanitize(evil), linkify(evil)):
        assert "<script" not in made
        assert "<img" not in made
        assert "<svg" not in made
        assert "<iframe" not in made
        assert '<a href="j' not in made
        assert "style=" not in made or "&lt;" in made


def test_plain_formatting_stays() -> None:
    assert sanitize("<p>You are <b>not</b> alone</p>") == "<p>You are <b>not</b> alone</p>"


def test_an_address_becomes_a_link_that_says_nothing_of_us() -> None:
    made = linkify("see https://example.org/help?a=1&b=2 now")
    assert 'href="https://example.org/help?a=1&amp;b=2"' in made
    assert "noopener noreferrer" in made


def test_text_is_escaped_once() -> None:
    assert linkify("1 < 2 & 3") == "1 &lt; 2 &amp; 3"
