"""How heavy or light the words of a text are, and which of them say what it is about. Pure.

The arithmetic is that of VADER (Hutto & Gilbert, 2014), on our own short lists in English and Spanish: a
word's weight is turned and weakened (× −0.74) by a negation within three words before it, bent (± 0.293) by a
word such as "very" right before it, and a sentence's sum is brought to −1 … 1 by x / √(x² + 15). A text
is the mean of its sentences that hold a word we know. It says something of words, nothing of who wrote them.
"""

import re
from functools import lru_cache
from math import sqrt
from statistics import fmean

from tracking.figures.wordlist import Wordlist
from tracking.figures.words_en import ENGLISH
from tracking.figures.words_es import SPANISH

LANGUAGES = {"en": ENGLISH, "es": SPANISH}
TURNED = -0.74  # VADER's N_SCALAR
BENT = 0.293  # VADER's B_INCR
NORMAL = 15  # VADER's alpha
REACH = 3  # words before one in which a negation turns it

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE = re.compile(r"[.!?…\n]+")
SENTENCES_AT_MOST = 400  # of one text: the longest that may be written has some 300


def words(text: str) -> list[str]:
    """Return the words of a text in lower case."""
    return [word.replace("’", "'") for word in _WORD.findall(text.lower())]


def language(text: str, unless_told: str = "en") -> str:
    """Return which of our languages a text is in by its small words, or `unless_told`."""
    found = words(text)
    scores = {name: sum(word in known.empty for word in found) for name, known in LANGUAGES.items()}
    best = max(scores, key=lambda name: (scores[name], name == unless_told))
    return best if scores[best] else unless_told


def sentiment(text: str, spoken: str) -> float | None:
    """Return from −1 (heavy) to 1 (light); None where no word of the list stands in the text."""
    sentences = _SENTENCE.split(text)[:SENTENCES_AT_MOST]
    scores = [score for one in sentences if (score := _sentence(words(one), LANGUAGES[spoken])) is not None]
    return fmean(scores) if scores else None


def _sentence(found: list[str], known: Wordlist) -> float | None:
    weights = [_weight(found, place, known) for place, word in enumerate(found) if word in known.weights]
    if not weights:
        return None
    total = sum(weights)
    return total / sqrt(total * total + NORMAL)


def _weight(found: list[str], place: int, known: Wordlist) -> float:
    weight: float = known.weights[found[place]]
    before = found[max(0, place - REACH) : place]
    if before and before[-1] in known.stronger:
        weight += BENT if weight > 0 else -BENT
    elif before and before[-1] in known.weaker:
        weight -= BENT if weight > 0 else -BENT
    if any(word in known.negations for word in before):
        weight *= TURNED
    return weight


def terms(text: str, spoken: str) -> set[str]:
    """Return the words of a text that may say what it is about: long enough, and none of the small ones."""
    known = LANGUAGES[spoken]
    return (
        {
            word
            for word in words(text)
            if len(word) > 3
            and word not in known.empty
            and word not in known.weights
            and word not in known.negations
        }
        - known.stronger
        - known.weaker
    )


def coping(text: str, spoken: str) -> set[str]:
    """Return the kinds of coping that a text's words tell of."""
    kinds = _kinds(spoken)
    return {kinds[word] for word in words(text) if word in kinds}


@lru_cache(maxsize=len(LANGUAGES))
def _kinds(spoken: str) -> dict[str, str]:
    return LANGUAGES[spoken].coping_words()
