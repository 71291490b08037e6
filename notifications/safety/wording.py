"""How a level is said to a contact outside the house: one file for each locale in `levels/`."""

from functools import lru_cache
from pathlib import Path

import yaml

from notifications.safety.deciding import Level
from notifications.transports.texts import LOCALES

FOLDER = Path(__file__).parent / "levels"


@lru_cache
def levels(locale: str) -> dict[Level, str]:
    """Return the words of all levels in one locale. Raises `KeyError` where one is missing."""
    read = yaml.safe_load((FOLDER / f"{locale}.yml").read_text(encoding="utf-8"))
    return {level: read[level.value] for level in Level}


def said(level: Level, locale: str) -> str:
    """Return how a level is said in a locale, in English where there is none of that."""
    language = locale.partition("-")[0]
    return levels(language if language in LOCALES else LOCALES[0])[level]
