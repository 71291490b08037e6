"""What no log may hold. Whatever tests say and are given is noted, and looked for in the log of every house.

A finding names the log, the line and the kind of thing found there, never the thing itself.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import ahocorasick

# Under which keys of frames and bodies something of somebody stands, and what a finding calls it.
KINDS = {
    "address": "address", "client_id": "client id", "email": "e-mail", "endpoint": "address",
    "medical_history": "text", "name": "name", "note": "text", "own_name": "name", "own_words": "text",
    "password": "password", "refresh": "token", "secret": "secret", "statement": "text", "text": "text",
    "ticket": "ticket", "token": "token", "username": "username", "words": "text",
}  # fmt: skip
IDENTIFIERS = re.compile(r"(?:m|room|me)[_:][\w:-]{8,}")  # of a member, of a stream
SHORTEST = 5  # "alice"; anything shorter stands in some log by itself
# One word of a text or a name could be a word of ours as well: of these, only what is longer is looked for.
SENTENCES = frozenset({"text", "name", "client id"})
PATTERNS = {
    "e-mail": re.compile(r"[\w.+-]+@[\w-]+\.[A-Za-z]{2,}"),
    "token": re.compile(r"eyJ[\w-]{8,}\.[\w-]+\.|\bg1_[\w-]{16,}|(?i:\bbearer)\s+[\w.~+/-]{16,}"),
    "address": re.compile(r"(?<![\d.])(?!127\.0\.0\.1\b|0\.0\.0\.0\b)(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"),
}


@dataclass(frozen=True)
class Finding:
    """Something of somebody in a log."""

    log: str
    line: int
    kind: str
    event: str

    def __str__(self) -> str:
        return f"{self.log}, line {self.line} ({self.event}): {self.kind}"


@dataclass
class Canaries:
    """Everything noted so far, and what was found."""

    noted: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def note(self, kind: str, secret: str) -> None:
        """Have a thing looked for from now on, if it could not stand in a log by itself."""
        secret = secret.strip()
        if len(secret) < SHORTEST or (kind in SENTENCES and not _telling(secret)):
            return
        self.noted.setdefault(secret, kind)

    def note_all(self, said: Any) -> None:
        """Note what stands in a decoded JSON document."""
        for key, value in _strings(said):
            if key in KINDS:
                self.note(KINDS[key], value)
            elif IDENTIFIERS.fullmatch(value):
                self.note("identifier", value)

    def look(self, log: str, text: str) -> list[Finding]:
        """Look through a log and return what was found in it, which is kept for the end of the run."""
        found = list(self._found(log, text)) if text else []
        self.findings += found
        return found

    def _found(self, log: str, text: str) -> Iterator[Finding]:
        search = self._search()
        for number, line in enumerate(text.splitlines(), 1):
            kinds = {kind for kind, pattern in PATTERNS.items() if pattern.search(line)}
            if search is not None:
                kinds |= {kind for end, (secret, kind) in search.iter(line) if _whole(line, end, secret)}
            for kind in sorted(kinds):
                yield Finding(log, number, kind, _event(line))

    def _search(self) -> Any:
        if not self.noted:
            return None
        automaton = ahocorasick.Automaton()
        for secret, kind in self.noted.items():
            for form in {secret, json.dumps(secret)[1:-1]}:  # logs are JSON
                automaton.add_word(form, (form, kind))
        automaton.make_automaton()
        return automaton


def _telling(words: str) -> bool:
    return " " in words or len(words) >= 12


def _whole(line: str, end: int, secret: str) -> bool:
    """Tell whether a find is no part of a longer word."""
    start = end + 1 - len(secret)
    before, after = line[start - 1 : start], line[end + 1 : end + 2]
    return not (before.isalnum() and secret[0].isalnum()) and not (after.isalnum() and secret[-1].isalnum())


def _event(line: str) -> str:
    with contextlib.suppress(ValueError):
        said = json.loads(line)
        if isinstance(said, dict) and re.fullmatch(r"[a-z_]{1,40}", str(said.get("event"))):
            return str(said["event"])
    return "no event of ours"


def _strings(said: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(said, dict):
        for name, value in said.items():
            yield from _strings(value, str(name))
    elif isinstance(said, list | tuple):
        for value in said:
            yield from _strings(value, key)
    elif isinstance(said, str):
        yield key, said


def keys_in(keysets: Iterable[str]) -> Iterator[str]:
    """Return the keys themselves that stand in keysets."""
    for keyset in keysets:
        for key in json.loads(keyset).get("key", []):
            yield str(key["keyData"]["value"])


canaries = Canaries()
