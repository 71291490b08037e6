"""All phrases of all rules in one Aho–Corasick automaton over words: one pass, linear in the message."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

import ahocorasick

from moderation.policy.normalise import STOP, words_of
from moderation.policy.patterns import END, START, Gap, Pattern

_STOP_ID: Final = 1
_START_ID: Final = 2
_END_ID: Final = 3
_FILLER: Final = -1
MAX_SPANS: Final = 32  # matches kept of one rule or guard in one message
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_NEAR_FROM: Final = 5  # letters: a slip in a shorter word makes another word too often


class Span(NamedTuple):
    """Where a pattern matched: first and last position in a scan."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass found. `places[i]` is the word's number in the message of the scan's position i."""

    places: tuple[int, ...]
    ids: tuple[int, ...]
    found: Mapping[int, list[Span]]  # by owner

    def apart(self, left: int, right: int) -> int | None:
        """Return how many words stand between two positions; None if a sentence ends there."""
        between = self.ids[left + 1 : right]
        return None if _STOP_ID in between else len(between)


@dataclass(frozen=True, slots=True)
class _Chain:
    """One pattern of several stretches: whose it is and the gaps between them."""

    owner: int
    gaps: tuple[Gap, ...]


@dataclass(slots=True)
class _Hits:
    """What one phrase is to the patterns it stands in."""

    length: int
    whole: list[int] = field(default_factory=list)  # owners it matches for by itself
    begins: list[int] = field(default_factory=list)  # chains
    goes_on: dict[int, list[int]] = field(default_factory=dict)  # chain: which of its later stretches

    def add(self, chain_id: int, owner: int, stretch: int, stretches: int) -> None:
        """Note one place where the phrase stands."""
        if stretches == 1:
            self.whole.append(owner)
        elif stretch == 0:
            self.begins.append(chain_id)
        else:
            self.goes_on.setdefault(chain_id, []).append(stretch)


class FillerError(ValueError):
    """A phrase holds nothing but words that are never seen."""


@dataclass(slots=True)
class Matcher:
    """Patterns and their owners (any small numbers), compiled once."""

    lexicon: dict[str, int] = field(default_factory=dict)
    _chains: list[_Chain] = field(default_factory=list)
    _automaton: ahocorasick.Automaton | None = None

    def scan(self, words: Iterable[str]) -> Scan:
        """Return what matches in a message's words."""
        ids = [_START_ID]
        places = [0]
        get = self.lexicon.get
        for place, word in enumerate(words):
            number = get(word, 0)
            if number != _FILLER:
                ids.append(number)
                places.append(place)
        ids.append(_END_ID)
        places.append(places[-1])
        sequence = tuple(ids)
        found: dict[int, list[Span]] = {}
        if self._automaton is None:
            return Scan(tuple(places), sequence, found)
        begun: dict[int, list[tuple[int, int]]] = {}  # chain: where its first stretch stands
        going: dict[int, list[list[tuple[int, int]]]] = {}  # chain: where each of its stretches stands
        end: int
        hits: _Hits
        for end, hits in self._automaton.iter(sequence):
            at = (end - hits.length + 1, end)
            for owner in hits.whole:
                _keep(found.setdefault(owner, []), Span(*at))
            for chain_id in hits.begins:
                if chain_id in begun:
                    begun[chain_id].append(at)
                else:
                    begun[chain_id] = [at]
            # Common words go on with very many chains; few of those have begun.
            for chain_id in begun.keys() & hits.goes_on.keys() if hits.goes_on else ():
                held = going.get(chain_id)
                if held is None:
                    later = len(self._chains[chain_id].gaps)
                    held = going[chain_id] = [begun[chain_id], *([] for _ in range(later))]
                for stretch in hits.goes_on[chain_id]:
                    if held[stretch - 1]:  # hits come in order of their ends
                        held[stretch].append(at)
        for chain_id, held in going.items():
            if held[-1]:
                chain = self._chains[chain_id]
                for span in _chained(held, chain.gaps, sequence):
                    _keep(found.setdefault(chain.owner, []), span)
        return Scan(tuple(places), sequence, found)


def _keep(spans: list[Span], span: Span) -> None:
    """Note a match, up to a bound: a text that says one thing a thousand times has said it."""
    if len(spans) < MAX_SPANS:
        spans.append(span)


def compile_patterns(
    owned: Iterable[tuple[int, Pattern]],
    *,
    fillers: frozenset[str] = frozenset(),
    spelling: Mapping[str, str] | None = None,
    near: Iterable[str] = (),
    near_not: frozenset[str] = frozenset(),
) -> Matcher:
    """Return a matcher for patterns by owner. Raises `FillerError`.

    `fillers` are skipped in messages and phrases; `spelling` maps variants to words; a word of `near` is
    also seen in what is
    one slip (a letter left out, added, swapped or changed) away from it, unless `near_not` holds that.
    """
    matcher = Matcher(lexicon={STOP: _STOP_ID, START: _START_ID, END: _END_ID})
    skipped = {word for filler in fillers for word in words_of(filler)}
    lexicon = matcher.lexicon
    sequences: dict[tuple[int, ...], _Hits] = {}
    for owner, pattern in owned:
        chain_id = len(matcher._chains)
        count = len(pattern.stretches)
        matcher._chains.append(_Chain(owner, pattern.gaps))
        for stretch, phrases in enumerate(pattern.stretches):
            for phrase in phrases:
                seen = phrase if skipped.isdisjoint(phrase) else [w for w in phrase if w not in skipped]
                if not seen:
                    raise FillerError(f"{pattern.source!r} stands for fillers alone: {' '.join(phrase)}")
                ids = tuple(
                    [lexicon.get(word) or lexicon.setdefault(word, len(lexicon) + 1) for word in seen]
                )
                hits = sequences.get(ids)
                if hits is None:
                    hits = sequences[ids] = _Hits(len(ids))
                hits.add(chain_id, owner, stretch, count)
    _add_spellings(matcher.lexicon, spelling or {}, near, near_not)
    matcher.lexicon |= dict.fromkeys(skipped, _FILLER)
    for mark in (START, END):
        del matcher.lexicon[mark]
    if sequences:
        automaton = ahocorasick.Automaton(ahocorasick.STORE_ANY, ahocorasick.KEY_SEQUENCE)
        for ids, hits in sequences.items():
            automaton.add_word(ids, hits)
        automaton.make_automaton()
        matcher._automaton = automaton
    return matcher


def _add_spellings(
    lexicon: dict[str, int], spelling: Mapping[str, str], near: Iterable[str], near_not: frozenset[str]
) -> None:
    for variant, word in spelling.items():
        written = words_of(variant)
        if word in lexicon and len(written) == 1:
            lexicon.setdefault(written[0], lexicon[word])
    slips: dict[str, int] = {}
    for word in near:
        if word in lexicon and len(word) >= _NEAR_FROM:
            for slip in slips_of(word):
                slips.setdefault(slip, lexicon[word])
    for slip, number in slips.items():
        if slip not in near_not:
            lexicon.setdefault(slip, number)


def slips_of(word: str) -> set[str]:
    """Return what a hand that slips once may type for a word."""
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    out = {a + b[1:] for a, b in cuts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    added = {a + c + b for a, b in cuts for c in _LETTERS}
    changed = {a + c + b[1:] for a, b in cuts if b for c in _LETTERS}
    return (out | swapped | added | changed) - {word}


def _chained(
    stretches: list[list[tuple[int, int]]], gaps: tuple[Gap, ...], ids: tuple[int, ...]
) -> list[Span]:
    """Return whole matches: stretches in order, each within its gap of the one before."""
    ends = {last: first for first, last in reversed(stretches[0])}
    for gap, spans in zip(gaps, stretches[1:], strict=True):
        reached: dict[int, int] = {}
        for start, last in spans:
            first = _reached_from(start, gap, ends, ids)
            if first is not None and (last not in reached or reached[last] < first):
                reached[last] = first
        ends = reached
        if not ends:
            return []
    return [Span(first, last) for last, first in ends.items()]


def _reached_from(start: int, gap: Gap, ends: Mapping[int, int], ids: tuple[int, ...]) -> int | None:
    """Return where a chain begins that ends at most `gap` words before `start`."""
    words = 0
    at = start - 1
    while at >= 0 and words <= gap.words:
        if at in ends:
            return ends[at]
        if ids[at] == _STOP_ID:
            if not gap.across:
                return None
        else:
            words += 1
        at -= 1
    return None


def sentences(scan: Scan) -> list[Span]:
    """Return the stretches of positions between sentence ends."""
    stops = [-1, *(i for i, number in enumerate(scan.ids) if number == _STOP_ID), len(scan.ids)]
    return [Span(left + 1, right - 1) for left, right in pairwise(stops)]
