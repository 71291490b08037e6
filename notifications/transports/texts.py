"""The words of a channel: one file per locale in its folder, by kind, with named variables."""

from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any, Final

import yaml

from notifications.transports.port import Text

LOCALES: Final = ("en", "es")
DEFAULT = "default"
FOLDER = Path(__file__).parent

# The variables that each text must have and no other may: only what a person chose to say to a contact of
# theirs names anything. All other texts say the same to everybody.
VARIABLES: Final[dict[str, frozenset[str]]] = {
    "safety.notice.check_in": frozenset({"name", "link"}),
    "safety.notice.level": frozenset({"name", "level", "link"}),
    "safety.notice.own_words": frozenset({"name", "words", "link"}),
}


class TextMissing(LookupError):
    """A bug: a text lacks a variable, or was given one it does not name."""


@lru_cache
def texts(channel: str, locale: str) -> dict[str, Text]:
    """Return all words of a channel in one locale."""
    raw = yaml.safe_load((FOLDER / channel / f"{locale}.yml").read_text(encoding="utf-8"))
    return {kind: Text(text.get("subject", ""), text["body"].strip()) for kind, text in raw.items()}


def named(template: str) -> frozenset[str]:
    """Return the variables that a template names."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name is not None)


def render(channel: str, kind: str, locale: str, variables: dict[str, Any]) -> Text:
    """Return what is said of a kind by a channel, in the locale or in English.

    Raises `TextMissing` unless exactly the kind's variables are given.
    """
    language = locale.partition("-")[0]
    known = texts(channel, language if language in LOCALES else LOCALES[0])
    if set(variables) != VARIABLES.get(kind, frozenset()):
        raise TextMissing(f"{kind} needs {sorted(VARIABLES.get(kind, ()))}")
    text = known.get(kind, known[DEFAULT])
    return Text(text.subject, text.body.format_map(variables))
