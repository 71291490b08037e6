"""Whom to turn to: the card in the flow and the help page, from one file of verified contacts."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from moderation.numbers import CONTACTS_ON_CARD, CONTACTS_STALE_AFTER
from runtime import clock

FILE = Path(__file__).parent / "data" / "contacts.yml"
FALLBACK_LANGUAGE = "en"
WORDS = {
    "en": "You’re not alone with this. People can read your message. If it gets heavier, trained people can "
    "listen now, for free. You can keep talking here.",
    "es": "No estás a solas con esto. Tu mensaje se puede leer. Si pesa más, hay personas preparadas que te "
    "escuchan ahora, gratis. Puedes seguir hablando aquí.",
}


@dataclass(frozen=True)
class Contact:
    """One way to reach somebody; `phone` and `text` are human dial strings."""

    label: dict[str, str]
    source: str
    verified_at: date
    confirmed: str = "page"  # against what: `page`, or `known` where nobody has compared it yet
    phone: str | None = None
    text: str | None = None
    url: str | None = None

    def fresh(self, today: date) -> bool:
        """Tell whether the entry was verified lately enough to be shown."""
        return today - self.verified_at <= CONTACTS_STALE_AFTER

    def wire(self, language: str) -> dict[str, str]:
        """Return the contact as a `card` event names it."""
        ways = {"phone": self.phone, "text": self.text, "url": self.url}
        return {"label": worded(self.label, language)} | {name: way for name, way in ways.items() if way}


@dataclass(frozen=True)
class Country:
    """The contacts of one country."""

    code: str
    name: dict[str, str]
    languages: tuple[str, ...]
    contacts: tuple[Contact, ...]


@dataclass(frozen=True)
class Directory:
    """The whole file."""

    fallback: Contact
    countries: tuple[Country, ...]


def worded(texts: dict[str, str], language: str) -> str:
    """Return a text in a language, or in English where there is none."""
    return texts.get(language) or texts[FALLBACK_LANGUAGE]


@lru_cache(maxsize=1)
def directory() -> Directory:
    """Return the contacts file. Raises `KeyError` or `TypeError` where it is broken: a start refuses then."""
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    countries = tuple(
        Country(
            code,
            entry["name"],
            tuple(entry["languages"]),
            tuple(Contact(**contact) for contact in entry["contacts"]),
        )
        for code, entry in data["countries"].items()
    )
    return Directory(Contact(**data["directory"]), countries)


def for_locale(locale: str, today: date) -> list[Contact]:
    """Return the fresh contacts of a locale's country (`es-MX` → MX), the directory last.

    A language alone names no country: another country's line would not answer.
    """
    code = locale.replace("_", "-").partition("-")[2].upper()
    known = directory()
    found = next((country.contacts for country in known.countries if country.code == code), ())
    return [contact for contact in found if contact.fresh(today)] + [known.fallback]


def card(locale: str, room: str) -> dict[str, Any]:
    """Return the fields of a `card` event: never empty, one or two contacts."""
    language = locale.replace("_", "-").partition("-")[0].lower()
    contacts = for_locale(locale, clock.now().date())[:CONTACTS_ON_CARD]
    return {
        "room": room,
        "text": worded(WORDS, language),
        "contacts": [contact.wire(language) for contact in contacts],
    }


def stale(today: date) -> list[str]:
    """Return the countries with a contact nobody has verified within the year."""
    return [c.code for c in directory().countries if not all(one.fresh(today) for one in c.contacts)]


def help_page_contacts(language: str) -> dict[str, Any]:
    """Return what the help page lists: `countries` by name, each with its contacts, and the `directory`."""
    today = clock.now().date()
    known = directory()
    countries = [
        {
            "code": country.code,
            "name": worded(country.name, language),
            "contacts": [contact.wire(language) for contact in country.contacts if contact.fresh(today)],
        }
        for country in known.countries
    ]
    return {
        "countries": sorted((c for c in countries if c["contacts"]), key=lambda c: str(c["name"])),
        "directory": known.fallback.wire(language),
    }
