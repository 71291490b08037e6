"""The little language of phrases in a rules file, and what it expands to.

`want to (die|be dead)` alternatives, `<want> <die>` named sets, either with `?` for optional, `~3` up to three
words within the sentence, `~~3` up to three words across sentences, `^` and `$` the message's ends, `.` a sentence's
end.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from moderation.policy.normalise import STOP, words_of

START: Final = "^"
END: Final = "$"
MAX_EXPANSIONS: Final = 20_000  # phrases one stretch may stand for: more is a mistake in the file
MAX_GAP: Final = 12

_PART = re.compile(r"<(?P<set>[a-z0-9_]+)>(?P<set_opt>\?)?|\((?P<alts>[^()]*)\)(?P<alts_opt>\?)?|~~?\d+|[^\s()<>]+")

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
    stretches: list[frozenset[Phrase]] = []
    gaps: list[Gap] = []
    current: list[frozenset[Phrase]] = []
    for part in _parts(source):
        if part[0].startswith("~") and part[0].lstrip("~").isdigit():
            if not current:
                raise PatternError(f"a gap needs words on both sides: {source!r}")
            stretches.append(_product(current, source))
            gaps.append(_gap(part[0], source))
            current = []
        else:
            current.append(_alternatives(part, sets, source))
    if not current:
        raise PatternError(f"nothing after the last gap: {source!r}")
    stretches.append(_product(current, source))
    return Pattern(source, tuple(stretches), tuple(gaps))


def expand(source: str, sets: Mapping[str, frozenset[Phrase]]) -> frozenset[Phrase]:
    """Return all phrases a source without gaps stands for. Raises `PatternError`."""
    pattern = parse(source, sets)
    if pattern.gaps:
        raise PatternError(f"no gap is allowed in a set: {source!r}")
    return pattern.stretches[0]


def _parts(source: str) -> list[tuple[str, re.Match[str]]]:
    parts = [(match.group(), match) for match in _PART.finditer(source)]
    left = _PART.sub("", source).strip()
    if left or not parts:
        raise PatternError(f"cannot read {left or source!r} in {source!r}")
    return parts


def _gap(part: str, source: str) -> Gap:
    words = int(part.lstrip("~"))
    if not 0 < words <= MAX_GAP:
        raise PatternError(f"a gap is 1 to {MAX_GAP} words: {source!r}")
    return Gap(words, across=part.startswith("~~"))


def _alternatives(
    part: tuple[str, re.Match[str]], sets: Mapping[str, frozenset[Phrase]], source: str
) -> frozenset[Phrase]:
    text, match = part
    name, alts = match.group("set"), match.group("alts")
    if name is not None:
        if name not in sets:
            raise PatternError(f"no set named {name!r}: {source!r}")
        return sets[name] | {()} if match.group("set_opt") else sets[name]
    if alts is not None:
        found: set[Phrase] = {()} if match.group("alts_opt") else set()
        for alternative in alts.split("|"):
            if alternative.strip():
                found |= expand(alternative, sets)
            else:
                found.add(())
        return frozenset(found)
    return frozenset({_literal(text, source)})


def _literal(text: str, source: str) -> Phrase:
    if text in (START, END, STOP):
        return (text,)
    words = tuple(words_of(text))
    if not words or STOP in words:
        raise PatternError(f"cannot read {text!r} in {source!r}")
    return words


def _product(parts: list[frozenset[Phrase]], source: str) -> frozenset[Phrase]:
    size = 1
    for part in parts:
        size *= len(part)
    if size > MAX_EXPANSIONS:
        raise PatternError(f"stands for {size} phrases, more than {MAX_EXPANSIONS}: {source!r}")
    phrases = frozenset(tuple(word for phrase in chosen for word in phrase) for chosen in product(*parts))
    if () in phrases:
        raise PatternError(f"a stretch may not be empty: {source!r}")
    return phrases
