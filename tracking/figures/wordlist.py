"""What a language's list of words holds. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Wordlist:
    """Words of one language: their weights, what turns and bends those, words that mean nothing alone, and
    those that tell of something somebody does to cope, by kind."""

    weights: Mapping[str, int]
    negations: frozenset[str]
    stronger: frozenset[str]
    weaker: frozenset[str]
    empty: frozenset[str]
    coping: Mapping[str, str]

    def coping_words(self) -> dict[str, str]:
        """Return each word of coping with its kind."""
        return {word: kind for kind, words in self.coping.items() for word in words.split()}


def listed(words: str) -> frozenset[str]:
    """Return the words of a text that lists them."""
    return frozenset(words.split())


def weighed(lists: Mapping[int, str]) -> dict[str, int]:
    """Return each word with its weight; of a word in two lists the milder one counts."""
    found: dict[str, int] = {}
    for weight, words in sorted(lists.items(), key=lambda item: -abs(item[0])):
        found |= dict.fromkeys(words.split(), weight)
    return found
