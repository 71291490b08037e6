"""What a journal's texts come to: their words' weight, their topics, when and how much was written. Pure.

It tells of words and of habits of writing. It reads no mind, and nobody sees it who may not read the texts.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean, median

from tracking.figures.numbers import CONFIDENCE, LEAST_TREND, TERM_LEAST, WORDS_TOLD
from tracking.figures.sentences import coping, language, sentiment, terms, words
from tracking.figures.series import daily, gaps, trend
from tracking.figures.told import Change, change_of, rounded

PARTS_OF_DAY = {
    "night": range(6),
    "morning": range(6, 12),
    "afternoon": range(12, 18),
    "evening": range(18, 24),
}


@dataclass(frozen=True)
class JournalEntry:
    """One text as it was written; `hour` is local."""

    day: date
    hour: int
    text: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Week:
    """A week by its Monday: how many texts, and their words' weight from −1 to 1."""

    date: date
    entries: int
    sentiment: float | None


@dataclass(frozen=True)
class Count:
    """In how many texts something stands."""

    name: str
    entries: int


@dataclass(frozen=True)
class Writing:
    """How somebody writes. `per_week` is of the weeks from the first text on."""

    per_week: float
    words_median: float
    parts_of_day: dict[str, int]
    longest_gap_days: int


@dataclass(frozen=True)
class JournalFigures:
    """Of a journal. `progress` is how the words' weight changes a week."""

    entries: int
    sentiment: float | None
    weeks: tuple[Week, ...]
    tags: tuple[Count, ...]
    terms: tuple[Count, ...]
    coping: tuple[Count, ...]
    writing: Writing
    progress: Change | None


def journal_figures(entries: Sequence[JournalEntry], until: date, locale: str) -> JournalFigures | None:
    """Return what a journal comes to at the day `until`; None for an empty one.

    `locale` is taken for the language of texts that do not tell theirs.
    """
    if not entries:
        return None
    spoken = [language(entry.text, locale) for entry in entries]
    weights = [sentiment(entry.text, tongue) for entry, tongue in zip(entries, spoken, strict=True)]
    weighed = [(entry.day, one) for entry, one in zip(entries, weights, strict=True) if one is not None]
    both = list(zip(entries, spoken, strict=True))
    return JournalFigures(
        entries=len(entries),
        sentiment=rounded(fmean(one for _, one in weighed)) if weighed else None,
        weeks=_weeks(entries, weights),
        tags=_most(({tag.casefold() for tag in entry.tags} for entry in entries), 1),
        terms=_most((terms(entry.text, tongue) for entry, tongue in both), TERM_LEAST),
        coping=_most((coping(entry.text, tongue) for entry, tongue in both), 1),
        writing=_writing(entries, until),
        progress=change_of(trend(daily(weighed), LEAST_TREND, CONFIDENCE)),
    )


def _weeks(entries: Sequence[JournalEntry], weights: Sequence[float | None]) -> tuple[Week, ...]:
    found: dict[date, list[float | None]] = {}
    for entry, weight in zip(entries, weights, strict=True):
        found.setdefault(entry.day - timedelta(days=entry.day.weekday()), []).append(weight)
    return tuple(_week(monday, found[monday]) for monday in sorted(found))


def _week(monday: date, weights: Sequence[float | None]) -> Week:
    known = [weight for weight in weights if weight is not None]
    return Week(monday, len(weights), rounded(fmean(known)) if known else None)


def _most(sets: Iterable[set[str]], least: int) -> tuple[Count, ...]:
    counted = Counter(word for one in sets for word in one)
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Count(word, count) for word, count in ordered[:WORDS_TOLD] if count >= least)


def _writing(entries: Sequence[JournalEntry], until: date) -> Writing:
    days = [entry.day for entry in entries]
    span = (max(until, max(days)) - min(days)).days + 1
    longest = max((gap.days for gap in gaps(days, max(until, max(days)), 1)), default=0)
    return Writing(
        per_week=rounded(len(entries) / max(1.0, span / 7)),
        words_median=float(median(len(words(entry.text)) for entry in entries)),
        parts_of_day={
            name: sum(entry.hour in hours for entry in entries) for name, hours in PARTS_OF_DAY.items()
        },
        longest_gap_days=longest,
    )
