"""The door every message passes: rules (and scores, where there are any) in, one verdict out.

The rules are read once, when the process starts; `reload` takes new ones only if they are whole.
"""

import contextlib
import gc
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Final

from moderation import numbers
from moderation.classifiers.port import Classifier
from moderation.policy import language as languages
from moderation.policy.book import Book, compile_book, fingerprint
from moderation.policy.decide import decide
from moderation.policy.minimal import MINIMAL
from moderation.policy.rules import RuleFile, RulesError, read
from moderation.policy.verdict import Facts, Said, Verdict

RULES_DIR: Final = Path(__file__).resolve().parent / "rules"

_log = logging.getLogger(__name__)


def read_rules(folder: Path = RULES_DIR) -> Book:
    """Return the rules of a folder as one book, every rule held to its own examples. Raises `RulesError`."""
    with _uncollected():
        return _read_rules(folder)


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the collector from walking through what is being made again and again: a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_rules(folder: Path) -> Book:
    texts: list[str] = []
    files: list[RuleFile] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            texts.append(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise RulesError(f"{path.name}: cannot be read: {type(error).__name__}") from None
        files.append(read(texts[-1], path.name))
    if not files:
        raise RulesError(f"{folder.name}: holds no rules file")
    book = compile_book(files)
    return replace(book, version=f"{book.version}#{fingerprint(texts)}")


def broken_examples(book: Book) -> list[str]:
    """Return the examples a book's rules do not keep, as `rule: should (not) match: text`."""
    broken: list[str] = []
    for owned in book.rules:
        rule = owned.rule
        for examples, expected in ((rule.match, True), (rule.no_match, False)):
            for example in examples:
                *earlier, text = example
                facts = book.facts(text, context=_said(_spoken(earlier)), guess=languages.guess)
                fired = any(reason.rule == rule.id for reason in facts.reasons)
                if fired is not expected:
                    broken.append(
                        f"{rule.id}: should {'' if expected else 'not '}match: {' | '.join(example)}"
                    )
    return broken


def _spoken(earlier: Iterable[str]) -> list[Said]:
    """Return an example's earlier messages; `B: ` marks another's."""
    return [Said(text.removeprefix("B: "), own=not text.startswith("B: ")) for text in earlier]


class Screener:
    """The rules in force, and the classifier, if one is configured."""

    def __init__(self, folder: Path = RULES_DIR) -> None:
        self._folder = folder
        self._lock = Lock()
        self.classifier: Classifier | None = None
        self.error: str | None = None
        self.book = self._first()

    def _first(self) -> Book:
        try:
            return read_rules(self._folder)
        except RulesError as error:
            self.error = str(error)
            _log.error("rules refused, the built-in list serves", extra={"reason": self.error})
            return compile_book([read(MINIMAL, "built-in")])

    def reload(self) -> bool:
        """Take the rules as they are on disk now; False if they are broken and the old ones stay."""
        with self._lock:
            try:
                book = read_rules(self._folder)
                broken = broken_examples(book)
                if broken:
                    raise RulesError("; ".join(broken))
            except RulesError as error:
                self.error = str(error)
                _log.error("rules refused, the old ones stay", extra={"reason": self.error})
                return False
            self.book = book
            self.error = None
            return True

    def screen(
        self,
        text: str,
        *,
        context: Sequence[str | Said] = (),
        language: str | None = None,
        scores: Mapping[str, float] | None = None,
        model_version: str = "",
        unmatched: bool = False,
    ) -> Verdict:
        """See the module's `screen`."""
        if unmatched and not self.book.asks_scores:
            facts = Facts(
                language=language or languages.UNKNOWN, scores=scores, rules_version=self.book.version
            )
        else:
            facts = self.book.facts(
                text,
                context=_said(context),
                scores=scores,
                guess=languages.guess,
                language=language,
            )
        if not facts.reasons and not facts.quiet and scores is None:
            return Verdict(language=facts.language, rules_version=facts.rules_version)
        return decide(
            replace(facts, model_version=model_version),
            score_levels=numbers.SCORE_LEVELS,
            card_levels=numbers.CARD_LEVELS,
        )


def _said(context: Sequence[str | Said]) -> list[Said]:
    latest = context[-numbers.CONTEXT_MESSAGES :]
    return [Said(one) if isinstance(one, str) else one for one in latest]


_screener: Screener | None = None
_start = Lock()


def screener() -> Screener:
    """Return this process's screener, read on first use (consumers ask for it at start)."""
    global _screener
    if _screener is None:
        with _start:
            if _screener is None:
                _screener = Screener()
    return _screener


def screen(
    text: str,
    *,
    context: Sequence[str | Said] = (),
    language: str | None = None,
    scores: Mapping[str, float] | None = None,
    model_version: str = "",
    unmatched: bool = False,
) -> Verdict:
    """Return the verdict on one message, in microseconds; no I/O once the rules are read.

    `context` is up to three earlier messages, oldest first (a `str` is the sender's own). `language` is
    the room's, and taken where the text does not tell its own. `scores` are
    a classifier's labels, where one answered. `unmatched` says that the rules have read it before and had not
    a word to say: they are spared unless one of them looks at scores.
    """
    return screener().screen(
        text,
        context=context,
        language=language,
        scores=scores,
        model_version=model_version,
        unmatched=unmatched,
    )
