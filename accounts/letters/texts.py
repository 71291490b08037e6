"""What the house writes about accounts, and to who is invited: `en.yml` and `es.yml` beside this.

No letter holds an address of the network, a browser's name, or anything a person wrote.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import yaml

LOCALES = ("en", "es")


class Kind(StrEnum):
    """The letters there are."""

    VERIFY = "verify"
    TAKEN = "taken"
    RECOVER = "recover"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 (a word, no password)
    EMAIL_CHANGED = "email_changed"
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    CODES_MADE = "codes_made"
    SOCIAL_ADDED = "social_added"
    SOCIAL_REMOVED = "social_removed"
    AGAIN = "again"
    INVITED = "invited"


@dataclass(frozen=True)
class Text:
    """One letter in one language: `{name}` is the username, `{code}` a code, `action` its link's word."""

    subject: str
    paragraphs: tuple[str, ...]
    action: str = ""


@lru_cache(maxsize=len(LOCALES))
def texts(locale: str) -> dict[Kind, Text]:
    """Return every letter in one language. Raises `KeyError` where one is missing."""
    read = yaml.safe_load((Path(__file__).parent / f"{locale}.yml").read_text(encoding="utf-8"))
    return {
        kind: Text(read[kind]["subject"], tuple(read[kind]["paragraphs"]), read[kind].get("action", ""))
        for kind in Kind
    }


def text_of(kind: Kind, locale: str) -> Text:
    """Return a letter in a language, in English where there is none of that."""
    language = locale.partition("-")[0]
    return texts(language if language in LOCALES else "en")[kind]
