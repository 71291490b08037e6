"""The card is never empty, and never shows what nobody has looked at for a year."""

from datetime import date, timedelta

import pytest

from moderation import contacts, numbers

TODAY = date(2026, 12, 1)
DIRECTORY = "https://findahelpline.com/"


@pytest.mark.parametrize(
    "code",
    [
        "US",
        "GB",
        "IE",
        "ES",
        "MX",
        "AR",
        "CO",
        "CL",
        "DE",
        "AT",
        "CH",
        "FR",
        "PT",
        "BR",
        "IT",
        "CA",
        "AU",
        "NZ",
        "IN",
    ],
)
def test_a_country_has_a_helpline_one_can_call(code: str) -> None:
    found = contacts.for_locale(f"en-{code}", TODAY)
    assert found[0].phone or found[0].text
    assert found[-1].url == DIRECTORY


@pytest.mark.parametrize("locale", ["", "xx", "en", "es", "en-ZZ", "!!", "zh-Hant"])
def test_an_unknown_place_gets_the_directory(locale: str) -> None:
    assert [contact.url for contact in contacts.for_locale(locale, TODAY)] == [DIRECTORY]


def test_a_stale_entry_gives_way_to_the_directory() -> None:
    late = date(2026, 11, 21) + numbers.CONTACTS_STALE_AFTER + timedelta(days=1)
    assert [contact.url for contact in contacts.for_locale("en-US", late)] == [DIRECTORY]
    assert "US" in contacts.stale(late)
    assert contacts.stale(TODAY) == []


def test_the_card_speaks_the_persons_language() -> None:
    card = contacts.card("es-ES", "sleep")
    assert card["room"] == "sleep"
    assert card["text"].startswith("No estás a solas")
    assert 1 <= len(card["contacts"]) <= numbers.CONTACTS_ON_CARD
    assert contacts.card("sv", "sleep")["text"].startswith("You’re not alone")
    assert contacts.card("sv", "sleep")["contacts"]


def test_the_help_page_lists_every_country_and_the_directory() -> None:
    page = contacts.help_page_contacts("es")
    assert page["directory"]["url"] == DIRECTORY
    assert page["countries"] == [] or len(page["countries"]) >= 15
