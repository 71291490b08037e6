"""How alike two short messages are: 5-gram Jaccard, on characters and on words (pure).

A chat message often has fewer than five words, so words alone would find no near-duplicate among them.
Both measures are taken and the stricter wins: a pair is near when its character 5-grams or its word 5-grams
overlap by `NEAR` or more. Texts of fewer than five words have no word 5-gram: only characters are compared.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

GRAM = 5
NEAR = 0.5

_DROPPED = re.compile(r"[^\w\s]|_")


def plain(text: str) -> str:
    """Return the text as it is compared: NFKC, lower case, no invisible marks, no punctuation, single spaces.

    A text of signs alone (emoji) is kept with its signs, for nothing else tells two of them apart.
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text)).casefold()
    seen = "".join(
        sign for sign in folded if unicodedata.category(sign) not in ("Cf", "Mn", "Cc") or sign.isspace()
    )
    bare = " ".join(_DROPPED.sub("", seen).split())
    return bare or " ".join(seen.split())


def character_grams(text: str) -> frozenset[str]:
    """Every run of five characters of the plain text; the whole of it when it is shorter."""
    same = plain(text)
    return frozenset(same[at : at + GRAM] for at in range(max(1, len(same) - GRAM + 1)))


def word_grams(text: str) -> frozenset[str]:
    """Every run of five words of the plain text; empty when it has fewer."""
    words = plain(text).split()
    return frozenset(" ".join(words[at : at + GRAM]) for at in range(len(words) - GRAM + 1))


def jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    """Shared over all, 0 to 1; 0 when both are empty."""
    together = len(left | right)
    return len(left & right) / together if together else 0.0


def nearness(left: str, right: str) -> float:
    """The greater of the two overlaps, 0 to 1."""
    return max(
        jaccard(character_grams(left), character_grams(right)),
        jaccard(word_grams(left), word_grams(right)),
    )


@dataclass(frozen=True)
class Near:
    """Two texts too alike, by their places in what was given, and how much."""

    left: int
    right: int
    alike: float


def near_pairs(texts: Sequence[str], near: float = NEAR) -> list[Near]:
    """Return every pair of places whose texts are near, the most alike first.

    Prefix filtering keeps it fast: two sets that overlap by `near` share one of the rarest grams of each, so
    only texts that meet in such a gram are compared.
    """
    found: dict[tuple[int, int], float] = {}
    for grams in (
        [character_grams(text) for text in texts],
        [word_grams(text) for text in texts],
    ):
        for left, right, alike in _near_sets(grams, near):
            found[left, right] = max(alike, found.get((left, right), 0.0))
    pairs = [Near(left, right, alike) for (left, right), alike in found.items()]
    return sorted(pairs, key=lambda pair: (-pair.alike, pair.left, pair.right))


def _near_sets(sets: Sequence[frozenset[str]], near: float) -> Iterator[tuple[int, int, float]]:
    """Each pair of sets that overlap by `near` or more, as (earlier, later, overlap)."""
    common = Counter(gram for grams in sets for gram in grams)
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for place, grams in enumerate(sets):
        rarest = sorted(grams, key=lambda gram: (common[gram], gram))
        prefix = rarest[: len(grams) - math.ceil(near * len(grams)) + 1]
        met = {other for gram in prefix for other in holders[gram]}
        for other in met:
            alike = jaccard(sets[other], grams)
            if alike >= near:
                yield other, place, alike
        for gram in prefix:
            holders[gram].append(place)
