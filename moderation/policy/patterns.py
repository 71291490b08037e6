"""The little language of phrases in a rules file, and what it expands to.

`want to (die|be dead)` alternatives, `<want> <die>` named sets, either with `?` for optional, `~3` up to
three
words (`~0`: none) within the sentence, `~~3` up to three words across sentences, `^` and `$` the
message's ends, `.` a sentence's
end.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from moderation.policy.normalise import STOP, words_of

START: Final = "^"
END: Final = "$"
MAX_EXPANSIONS: Final = 20_000  # phrases one stretch may stand for: more is a mistake in the file
SPLIT_AT: Final = 400  # phrases above which a stretch is matched in two parts: keeps the automaton small
MAX_GAP: Final = 12

_PART = re.compile(r"<[a-z0-9_]+>|~~?\d+|[()|?]|[^\s()<>|?]+")

Phrase = tuple[str, ...]


class PatternError(ValueError):
    """A phrase that cannot be read; its text says why."""


@dataclass(frozen=True, slots=True)
class Gap:
    """How many words may stand between two stretches."""

    words: int
    across: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """Stretches of words, each with every phrase it stands for, and the gaps between them."""

    source: str
    stretches: tuple[frozenset[Phrase], ...]
    gaps: tuple[Gap, ...]


def parse(source: str, sets: Mapping[str, frozenset[Phrase]]) -> Pattern:
    """Return a pattern, expanded. Raises `PatternError`."""
    return _Parser(source, sets).pattern()


def expand(source: str, sets: Mapping[str, frozenset[Phrase]]) -> frozenset[Phrase]:
    """Return all phrases a source without gaps stands for. Raises `PatternError`."""
    pattern = parse(source, sets)
    if pattern.gaps:
        raise PatternError(f"no gap is allowed in a set: {source!r}")
    return pattern.stretches[0]


class _Parser:
    """Recursive descent over one source."""

    def __init__(self, source: str, sets: Mapping[str, frozenset[Phrase]]) -> None:
        self.source = source
        self.sets = sets
        self.parts = _PART.findall(source)
        self.at = 0
        if not self.parts or self.parts[0].startswith("~") or _PART.sub("", source).strip():
            raise self.wrong("cannot be read")

    def wrong(self, what: str) -> PatternError:
        return PatternError(f"{what}: {self.source!r}")

    def pattern(self) -> Pattern:
        stretches: list[frozenset[Phrase]] = []
        gaps: list[Gap] = []
        while True:
            if self.at < len(self.parts) and self.parts[self.at] in ("|", ")"):
                raise self.wrong(f"{self.parts[self.at]!r} is not expected")
            stretch = self.stretch(top=True)
            if () in stretch:
                raise self.wrong("a stretch may not be empty")
            stretches.append(stretch)
            if self.at == len(self.parts):
                return Pattern(self.source, tuple(stretches), tuple(gaps))
            gaps.append(self.gap() if self.parts[self.at].startswith("~") else Gap(0))

    def gap(self) -> Gap:
        part = self.parts[self.at]
        if not part.startswith("~"):
            raise self.wrong(f"{part!r} is not expected")
        self.at += 1
        words = int(part.lstrip("~"))
        if not 0 <= words <= MAX_GAP:
            raise self.wrong(f"a gap is 0 to {MAX_GAP} words")
        return Gap(words, across=part.startswith("~~"))

    def stretch(self, *, top: bool = False) -> frozenset[Phrase]:
        """Read what stands side by side, up to a gap, a bar or a closing bracket.

        At the top a stretch that would stand for very many phrases ends early: two with nothing between
        say the same.
        """
        phrases: frozenset[Phrase] = frozenset({()})
        while self.at < len(self.parts) and self.parts[self.at] not in ("|", ")"):
            if self.parts[self.at].startswith("~"):
                break
            before = self.at
            options = self.item()
            if top and len(phrases) * len(options) > SPLIT_AT and () not in phrases | options:
                self.at = before
                break
            if len(phrases) * len(options) > MAX_EXPANSIONS:
                raise self.wrong(f"a stretch stands for more than {MAX_EXPANSIONS} phrases")
            phrases = frozenset(left + right for left in phrases for right in options)
        return phrases

    def item(self) -> frozenset[Phrase]:
        part = self.parts[self.at]
        self.at += 1
        if part == "(":
            options = self.group()
        elif part.startswith("<"):
            name = part.strip("<>")
            if name not in self.sets:
                raise self.wrong(f"no set named {name!r}")
            options = self.sets[name]
        elif part == "?":
            raise self.wrong("`?` follows nothing")
        else:
            options = frozenset({self.literal(part)})
        if self.at < len(self.parts) and self.parts[self.at] == "?":
            self.at += 1
            options |= {()}
        return options

    def group(self) -> frozenset[Phrase]:
        options: frozenset[Phrase] = frozenset()
        while True:
            options |= self.stretch()
            if self.at == len(self.parts) or self.parts[self.at].startswith("~"):
                raise self.wrong("a bracket is not closed, or holds a gap")
            self.at += 1
            if self.parts[self.at - 1] == ")":
                return options

    def literal(self, text: str) -> Phrase:
        if text in (START, END, STOP):
            return (text,)
        words = _words_of(text)
        if not words or STOP in words:
            raise self.wrong(f"{text!r} holds no word")
        return words


@cache
def _words_of(text: str) -> Phrase:
    """Return a literal's words; the same few thousand stand in all patterns."""
    return tuple(words_of(text))
