"""Which locale a header asks for."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import locales


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("", "en"),
        ("*", "en"),
        ("es", "es"),
        ("es-ES,es;q=0.9,en;q=0.8", "es-ES"),
        ("es,es-MX;q=0.9,en-US;q=0.8", "es-MX"),
        ("es,en-US;q=0.8", "es"),  # another language's country says nothing
        ("en;q=0.5, es-AR;q=0.9", "es-AR"),
        ("fr-FR, en;q=0", "fr-FR"),
        ("zh-Hant-TW", "zh-TW"),
        ("es-419,es-CL;q=0.8", "es-CL"),
        ("en-GB-oxendict", "en-GB"),
        ("not a header; at all,,,", "en"),
    ],
)
def test_the_language_liked_best_with_its_country(header: str, locale: str) -> None:
    assert locales.preferred({"Accept-Language": header}) == locale


def test_without_a_header_it_is_english() -> None:
    assert locales.preferred({}) == "en"


@given(st.text(max_size=200))
def test_whatever_is_sent_a_locale_comes_of_it(header: str) -> None:
    assert re.fullmatch(locales.STORED, locales.preferred({"Accept-Language": header}))
