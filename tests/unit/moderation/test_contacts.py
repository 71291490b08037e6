"""The card is never empty, and never shows what nobody has looked at for a year."""

from datetime import UTC, date, datetime, timedelta

import pytest

from moderation import contacts, numbers

NOW = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "code", "US GB IE ES MX AR CO CL DE AT CH FR PT BR IT CA AU NZ IN".split()
)
def test_a_country_has_its_helplines(code: str) -> None:
    found = contacts.contacts_for(f"en-{code}", NOW.date())
    assert 1 <= len(found) <= numbers.CONTACTS_ON_CARD
    assert any("phone" in contact for contact in found)


@pytest.mark.parametrize("locale", ["", None, "xx", "en", "es", "en-ZZ", "!!", "zh-Hant"])
def test_an_unknown_place_gets_the_directory(locale: str | None) -> None:
    assert contacts.contacts_for(locale, NOW.date()) == [contacts.load().directory.wire((locale or "en")[:2])] or (
        contacts.contacts_for(locale, NOW.date())[0]["url"] == "https://findahelpline.com"
    )


def test_a_stale_entry_gives_the_directory() -> None:
    late = date(2026, 11, 21) + numbers.CONTACTS_STALE_AFTER + timedelta(days=1)
    assert contacts.contacts_for("en-US", late) == contacts.contacts_for("xx", late)
    assert "US" in contacts.stale(late)


def test_the_card_speaks_the_persons_language() -> None:
    card = contacts.card("es-ES", "sleep", NOW)
    assert card["room"] == "sleep"
    assert card["text"].startswith("No estás a solas")
    assert card["contacts"][0] == {
        "label": "Línea 024",
        "phone": "024",
        "url": "https://www.sanidad.gob.es/linea024/home.htm",
    }
    assert contacts.card("sv", "sleep", NOW)["text"].startswith("You’re not alone")


def test_the_help_page_lists_every_country_and_the_directory() -> None:
    rows = contacts.help_page_contacts("es", NOW)
    assert len(rows) >= 16
    assert rows[-1]["country"] == ""


def test_a_broken_file_is_refused() -> None:
    with pytest.raises(contacts.ContactsError):
        contacts.read("countries: {}")
