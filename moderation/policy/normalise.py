"""From what was typed to the words it says, whatever disguise they wear, with a map back to what was typed.

Each character is taken to NFKC, its marks dropped (since accents are folded away anyway this equals NFKC
of the
whole), zero-width and bidi controls removed, homoglyphs and leetspeak folded, spaced-out letters joined,
elongations shortened. Ordinary ASCII text takes a short way that changes no offset.
"""

import re
import unicodedata
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from moderation.policy.glyphs import HOMOGLYPHS, LEET, LIGATURES, PLAIN

STOP: Final = "."  # the token of a sentence's end

_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)*|[0-9]+(?:st|nd|rd|th|am|pm)?|[.!?;\n]+|[^\x00-\x7f]")
_CONSONANT = "[bcdfghjklmnpqrstvwxz]"
# Anything that looks like a disguise sends a text the long way.
_ODD = re.compile(
    r"([a-z])\1\1|[a-z][0-9@$!|+*_][a-z]|(?<![a-z])[0-9@$][a-z]{2}|[a-z]{2}[0-9]|_[a-z]"
    r"|(?<![a-z'])[bcdfghjklmnpqrstvwxz](?![a-z'])"
    r"|(?<![a-z'])[a-z](?:[\s.\-_*·,/]{1,3}[a-z](?![a-z'])){2}"
    r"|[a-z]([.~+=£_])[a-z']+\2[a-z]"
)
_CHAINED = re.compile(r"(?<![a-z0-9'])[a-z0-9']+(?:([.~+=£])[a-z0-9']+)(?:\1[a-z0-9']+){2,}")
_SPACED = re.compile(r"(?<![a-z0-9'])[a-z](?:[\s.\-_*·,/]{1,3}[a-z](?![a-z0-9'])){2,}")
_LEETED = re.compile(r"[a-z0-9@$|+€£](?:[a-z0-9@$|+€£']|!(?=[a-z0-9]))*")
_ORDINAL = re.compile(
    r"(?:\d*1st|\d*2nd|\d*3rd)$|\d+(?:th|s|am|pm|k|m|x|h|hr|hrs|d|w|y|yo|yr|yrs|min|mins|mg|kg|km|cm|lb|lbs|p)$"
)
_MASKED = re.compile(r"(?<![a-z*])[a-z]*\*+[a-z]+")
_STRETCHED = re.compile(r"(?<![a-z])(?=[a-z]*?([a-z])\1\1)[a-z]+")
_RUN = re.compile(r"(.)\1*")
_RUN_FROM = 3  # letters in a row from which a word is stretched
_SPLIT = re.compile(
    rf"(?<![a-z'])({_CONSONANT}) ([a-z]{{2,}})(?![a-z'])|(?<![a-z'])([a-z]{{2,}}) ({_CONSONANT})(?![a-z'])"
)
_GLUED = 10  # letters from which an unknown word is tried as several written together
_LONGEST = 14  # letters of the longest word glued text is cut into
_MAX_GLUED = 80
_MAX_READING = 4  # a ligature that stands for a whole phrase would make a text 18 times as long


@dataclass(frozen=True, slots=True)
class Normalised:
    """The words of a text. `words` holds sentence ends as `.`; `starts` and `ends` are offsets as typed."""

    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @property
    def text(self) -> str:
        """The words with one space between them."""
        return " ".join(self.words)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return where words `first` to `last` (inclusive) stand in the text as typed: (start, end)."""
        return self.starts[first], self.ends[last]


@dataclass(slots=True)
class _Tape:
    """Text being rewritten; `at[i]` is where its character i came from."""

    text: str
    at: list[int]

    def rewrite(self, pattern: re.Pattern[str], new: Callable[[re.Match[str]], "_Edit | None"]) -> None:
        """Replace what the pattern finds, in one pass; `new` gives None where it stays."""
        text: list[str] = []
        at: list[int] = []
        done = 0
        for match in pattern.finditer(self.text):
            edit = new(match)
            if edit is None:
                continue
            start, end = match.span()
            text += (self.text[done:start], edit.text)
            at += self.at[done:start]
            at += (self.at[start + i] for i in edit.sources)
            done = end
        if done:
            self.text = "".join(text) + self.text[done:]
            self.at = at + self.at[done:]


@dataclass(frozen=True, slots=True)
class _Edit:
    """What stands in a match's place; `sources[i]` is the match's character that its character i stands
    for."""

    text: str
    sources: Sequence[int]


def _instead(match: re.Match[str], new: str) -> _Edit | None:
    """Return an edit that keeps each character in its place, as far as there are places."""
    old = match.group()
    if new == old:
        return None
    return _Edit(new, [min(i, len(old) - 1) for i in range(len(new))])


def words_of(text: str, lexicon: Container[str] = frozenset()) -> list[str]:
    """Return the words alone: what `normalise(text, lexicon).words` holds, faster where no offset is
    asked."""
    plain = text.translate(PLAIN)
    if plain.isascii():
        low = plain.lower()
        if _ODD.search(low) is None:
            return _expand(_TOKEN.findall(low), lexicon)
    return list(normalise(text, lexicon).words)


def _expand(found: list[str], lexicon: Container[str]) -> list[str]:
    words: list[str] = []
    for word in found:
        if "'" in word:
            words.append(word.replace("'", ""))
        elif not word[0].isalnum() and word[0].isascii():
            words.append(STOP)
        elif len(word) >= _GLUED and word not in lexicon:
            words.extend(_cut(word, lexicon) or (word,))
        else:
            words.append(word)
    return words


def normalise(text: str, lexicon: Container[str] = frozenset()) -> Normalised:
    """Return the words of `text` and where each stands in it.

    `lexicon` is the rules' vocabulary: where a disguise could be read in several ways, a word in it wins.
    """
    plain = text.translate(PLAIN)
    low = plain.lower() if plain.isascii() else ""
    if plain.isascii() and _ODD.search(low) is None:
        tape = _Tape(low, list(range(len(low))))
    else:
        tape = _folded(text)
        _undisguise(tape, lexicon)
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _TOKEN.finditer(tape.text):
        start, end = match.span()
        pieces = _expand([match.group()], lexicon)
        if len(pieces) == 1:
            _add(tape, words, starts, ends, pieces[0], start, end)
            continue
        for piece in pieces:
            _add(tape, words, starts, ends, piece, start, start + len(piece))
            start += len(piece)
    return Normalised(tuple(words), tuple(starts), tuple(ends))


def _add(
    tape: _Tape, words: list[str], starts: list[int], ends: list[int], word: str, start: int, end: int
) -> None:
    words.append(word)
    starts.append(tape.at[start])
    ends.append(tape.at[end - 1] + 1)


def _folded(text: str) -> _Tape:
    """Return the text with every character in its plainest form."""
    latin = any("a" <= c <= "z" or "A" <= c <= "Z" for c in unicodedata.normalize("NFKC", text))
    out: list[str] = []
    at: list[int] = []
    for i, typed in enumerate(text):
        for c in _plainest(typed):
            out.append(HOMOGLYPHS.get(c, c) if latin else c)
            at.append(i)
    return _Tape("".join(out), at)


@lru_cache(maxsize=4096)
def _plainest(typed: str) -> str:
    """Return what one character is read as, in lower case; nothing for marks and controls."""
    if typed in "\n\t\r":
        return typed
    out = []
    compatible = (
        unicodedata.normalize("NFKC", typed.translate(PLAIN)).translate(PLAIN).lower().translate(LIGATURES)
    )
    if len(compatible) > _MAX_READING:
        return typed
    for c in unicodedata.normalize("NFKD", compatible):
        category = unicodedata.category(c)
        if category in {"Mn", "Me", "Cf", "Cc", "Cn", "Co", "Cs"} or c in "\u034f\u115f\u1160\u3164\uffa0":
            continue
        out.append(" " if category[0] == "Z" else c)
    return "".join(out)


def _undisguise(tape: _Tape, lexicon: Container[str]) -> None:
    """Rewrite the tape, one kind of disguise after the other: `words.joined.like.this` first."""
    tape.rewrite(_CHAINED, lambda match: _instead(match, match.group().replace(match[1], " ")))
    tape.rewrite(_LEETED, lambda match: _instead(match, _unleet(match.group(), lexicon)))
    tape.rewrite(_SPACED, lambda match: _join_letters(match, lexicon))
    tape.rewrite(_MASKED, lambda match: _instead(match, _unmask(match.group(), lexicon)))
    tape.rewrite(_STRETCHED, lambda match: _shorten(match, lexicon))
    tape.text = tape.text.replace("_", " ")
    tape.rewrite(_SPLIT, lambda match: _rejoin(match, lexicon))


def _rejoin(match: re.Match[str], lexicon: Container[str]) -> _Edit | None:
    """Write a letter and the rest of its word together, where that makes a known word."""
    old = match.group()
    if old.replace(" ", "") not in lexicon:
        return None
    kept = [i for i, c in enumerate(old) if c != " "]
    return _Edit("".join(old[i] for i in kept), kept)


def _unleet(word: str, lexicon: Container[str]) -> str:
    """Return a word with its digits and signs read as letters, if it has both and is no ordinal or amount."""
    letters = sum(c.isalpha() and c.isascii() for c in word)
    if letters == len(word) or (letters == 0 and "$" not in word) or _ORDINAL.match(word):
        return word
    if letters == 0:
        return word
    as_i = "".join(LEET.get(c, c) for c in word)
    if "1" in word or "|" in word or "!" in word:
        as_l = "".join({"1": "l", "|": "i", "!": "l"}.get(c, LEET.get(c, c)) for c in word)
        if as_i not in lexicon and as_l in lexicon:
            return as_l
        last = word.rfind("1")  # "k1l1": the first as i, the last as l
        mixed = as_i[:last] + "l" + as_i[last + 1 :] if last >= 0 else as_i
        if as_i not in lexicon and mixed in lexicon:
            return mixed
    return as_i


def _join_letters(match: re.Match[str], lexicon: Container[str]) -> _Edit:
    """Write letters that stand apart together, cut into known words where that comes out even."""
    old = match.group()
    kept = [i for i, c in enumerate(old) if "a" <= c <= "z"]
    letters = "".join(old[i] for i in kept)
    sources: list[int] = []
    pieces = _cut(letters, lexicon) or (letters,)
    taken = 0
    for piece in pieces:
        if taken:
            sources.append(kept[taken])
        sources += kept[taken : taken + len(piece)]
        taken += len(piece)
    return _Edit(" ".join(pieces), sources)


def _unmask(word: str, lexicon: Container[str]) -> str:
    """Return a word with starred letters as the known word it hides, else without its stars."""
    for candidate in MASKABLE:
        if candidate in lexicon and _hides(word, candidate):
            return candidate
    return word.replace("*", "") or " "


MASKABLE: Final = (
    "die", "kill", "suicide", "suicidal", "dead", "cut", "cutting", "killing", "overdose", "myself", "rape",
    "morir", "matar", "matarme", "suicidio", "suicidarme", "cortarme", "fuck", "bitch", "whore", "slut",
    "puta",
)  # fmt: skip


def _hides(masked: str, word: str) -> bool:
    if len(masked) == len(word):
        return all(m in ("*", w) for m, w in zip(masked, word, strict=True))
    head, _, rest = masked.partition("*")
    tail = rest.lstrip("*")
    return (
        len(masked) > 2
        and "*" not in tail
        and len(head) + len(tail) >= 2
        and (word.startswith(head) and word.endswith(tail) and abs(len(word) - len(masked)) <= 1)
    )


def _shorten(match: re.Match[str], lexicon: Container[str]) -> _Edit:
    """Shorten letters typed three times or more to two or one, whichever makes a known word."""
    old = match.group()
    twos, ones = _kept(old, 2), _kept(old, 1)
    double = "".join(old[i] for i in twos)
    kept = twos if double in lexicon else ones
    return _Edit("".join(old[i] for i in kept), kept)


def _kept(word: str, most: int) -> list[int]:
    """Return which characters stay if no run of three or more may stay longer than `most`."""
    kept: list[int] = []
    for run in _RUN.finditer(word):
        length = run.end() - run.start()
        kept += range(run.start(), run.start() + (length if length < _RUN_FROM else most))
    return kept


def _cut(letters: str, lexicon: Container[str]) -> tuple[str, ...] | None:
    """Cut letters into as few known words as possible; None where they do not come out even.

    Linear: at most `_LONGEST` steps a letter.
    """
    if not 2 < len(letters) <= _MAX_GLUED:
        return None
    best: list[tuple[int, int] | None] = [(0, 0)] + [None] * len(
        letters
    )  # words so far, where the last began
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - _LONGEST), end):
            before = best[start]
            if before is None or letters[start:end] not in lexicon:
                continue
            here = best[end]
            if here is None or before[0] + 1 < here[0]:
                best[end] = (before[0] + 1, start)
    if best[-1] is None or best[-1][0] > max(2, len(letters) // 2):
        return None
    pieces: list[str] = []
    end = len(letters)
    while end:
        step = best[end]
        assert step is not None
        pieces.append(letters[step[1] : end])
        end = step[1]
    return tuple(reversed(pieces))
