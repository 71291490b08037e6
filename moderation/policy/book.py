"""The rules of all languages, compiled: a message in, the rules that say yes and those a guard kept
quiet out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from moderation.policy.language import UNKNOWN
from moderation.policy.matcher import FillerError, Matcher, Scan, Span, compile_patterns, sentences
from moderation.policy.normalise import Normalised, normalise, words_of
from moderation.policy.patterns import Pattern
from moderation.policy.rules import Guard, Mode, Rule, RuleFile, RulesError, Where
from moderation.policy.verdict import Facts, Reason, Said

Kleene = bool | None  # yes, no, unknown


@dataclass(frozen=True, slots=True)
class _Owned:
    """A rule and the numbers its patterns, guards and conditions have in the matcher."""

    rule: Rule
    text: int | None
    guards: tuple[tuple[Guard, int | None, int | None], ...]
    own: int | None
    other: int | None


@dataclass(frozen=True, slots=True)
class Book:
    """Compiled rules. Immutable: a new file makes a new book."""

    matcher: Matcher
    rules: tuple[_Owned, ...]
    by_text: Mapping[int, _Owned]
    by_score: tuple[_Owned, ...]
    version: str
    asks_scores: bool  # some rule looks at a classifier's score

    def facts(
        self,
        text: str,
        *,
        context: Sequence[Said] = (),
        scores: Mapping[str, float] | None = None,
        guess: Callable[[Sequence[str]], str],
        language: str | None = None,
    ) -> Facts:
        """Return what the rules say of one message.

        Its language is what `guess` says; `language`, the room's, where that cannot tell.
        """
        words = words_of(text, self.matcher.lexicon)
        scan = self.matcher.scan(words)
        guessed = guess(words)
        spoken = language if language and guessed == UNKNOWN else guessed
        if not self.by_score and self.by_text.keys().isdisjoint(scan.found):
            return Facts(language=spoken, scores=scores, rules_version=self.version)
        reading = _Reading(self, text, scan, context, scores)
        for owner in scan.found:
            owned = self.by_text.get(owner)
            if owned is not None:
                reading.judge(owned)
        for owned in self.by_score:
            reading.judge(owned)
        return Facts(
            reasons=tuple(reading.said),
            quiet=tuple(reading.quiet),
            language=spoken,
            scores=scores,
            rules_version=self.version,
        )


class _Reading:
    """One message against the rules whose phrases it holds."""

    def __init__(
        self, book: Book, text: str, scan: Scan, context: Sequence[Said], scores: Mapping[str, float] | None
    ) -> None:
        self.book = book
        self.text = text
        self.scan = scan
        self.context = context
        self.scores = scores
        self.said: list[Reason] = []
        self.quiet: list[Reason] = []
        self._earlier: tuple[set[int], set[int]] | None = None
        self._offsets: Normalised | None = None

    def judge(self, owned: _Owned) -> None:
        """Note a rule that says yes, or that would but for a guard."""
        rule = owned.rule
        span, guard = self._unguarded(owned)
        if span is None and guard is None and owned.text is not None:
            return
        conditions = self._conditions(owned)
        if conditions is False or (conditions is None and not rule.on_unknown):
            return
        reason = Reason(
            rule=rule.id,
            version=rule.version,
            level=rule.level,
            category=rule.category,
            span=self._typed(span),
            score=self.scores.get(rule.score.label) if rule.score and self.scores else None,
            mode=rule.mode.value,
            guard=guard if span is None else None,
            unknown=conditions is None,
        )
        (self.quiet if reason.guard else self.said).append(reason)

    def _unguarded(self, owned: _Owned) -> tuple[Span | None, str | None]:
        """Return the first match no guard covers, or the guard that covers the last one."""
        if owned.text is None:
            return None, None
        name: str | None = None
        for span in self.scan.found.get(owned.text, ()):
            name = next((g.name for g, hit, but in owned.guards if self._covers(g, hit, but, span)), None)
            if name is None:
                return span, None
        return None, name

    def _covers(self, guard: Guard, hit: int | None, but: int | None, span: Span) -> bool:
        if but is not None and but in self.scan.found:
            return False
        if guard.where is Where.QUOTED:
            return self._quoted(span)
        found = self.scan.found.get(hit, ()) if hit is not None else ()
        return any(self._stands(guard, near, span) for near in found)

    def _stands(self, guard: Guard, near: Span, span: Span) -> bool:
        if guard.where is Where.MESSAGE:
            return True
        if guard.where is Where.SENTENCE:
            return any(s.first <= near.last and near.first <= s.last for s in self._sentences(span))
        before = self.scan.apart(near.last, span.first) if near.last < span.first else None
        after = self.scan.apart(span.last, near.first) if near.first > span.last else None
        if guard.where is Where.BEFORE:
            return before is not None and before <= guard.within
        if guard.where is Where.AFTER:
            return after is not None and after <= guard.within
        if before is None and after is None:  # overlapping, or in another sentence
            return near.first <= span.last and span.first <= near.last
        return min(gap for gap in (before, after) if gap is not None) <= guard.within

    def _sentences(self, span: Span) -> list[Span]:
        return [s for s in sentences(self.scan) if s.first <= span.last and span.first <= s.last]

    def _quoted(self, span: Span) -> bool:
        """Return True if the match stands between double quotes that do not hold the whole message."""
        typed = self._typed(span)
        if typed is None:
            return False
        start, end = typed
        before, after = self.text[:start], self.text[end:]
        opened = sum(before.count(mark) for mark in '"“”„«»')
        closed = any(mark in after for mark in '"“”«»')
        return opened % 2 == 1 and closed and before.strip('"“„« ') != ""

    def _typed(self, span: Span | None) -> tuple[int, int] | None:
        if span is None:
            return None
        if self._offsets is None:  # few messages need them
            self._offsets = normalise(self.text, self.book.matcher.lexicon)
        if not self._offsets.words:
            return None
        first = max(span.first, 1)  # the message's own ends are positions too
        last = min(span.last, len(self.scan.ids) - 2)
        return self._offsets.span(self.scan.places[first], self.scan.places[max(first, last)])

    def _conditions(self, owned: _Owned) -> Kleene:
        """Return the conjunction of a rule's conditions: no wins over unknown, unknown over yes."""
        answers: list[Kleene] = []
        rule = owned.rule
        if rule.score is not None:
            score = self.scores.get(rule.score.label) if self.scores is not None else None
            answers.append(None if score is None else score >= rule.score.at_least)
        if owned.own is not None or owned.other is not None:
            answers.append(self._said_before(owned))
        if False in answers:
            return False
        return None if None in answers else True

    def _said_before(self, owned: _Owned) -> Kleene:
        if not self.context:
            return None
        if self._earlier is None:
            own: set[int] = set()
            other: set[int] = set()
            for said in self.context:
                words = words_of(said.text, self.book.matcher.lexicon)
                (own if said.own else other).update(self.book.matcher.scan(words).found)
            self._earlier = own, other
        own, other = self._earlier
        return owned.own in own or owned.other in other


def compile_book(files: Sequence[RuleFile]) -> Book:
    """Return the rules of all files as one book. Raises `RulesError`."""
    owners = _Owners()
    rules: list[_Owned] = []
    spelling: dict[str, str] = {}
    for file in files:
        spelling |= file.spelling
        guards = {name: owners.guard(guard) for name, guard in file.guards.items()}
        for rule in file.rules:
            if rule.mode is Mode.OFF:
                continue
            rules.append(
                _Owned(
                    rule=rule,
                    text=owners.of(rule.any),
                    guards=tuple((file.guards[name], *guards[name]) for name in rule.guards),
                    own=owners.of(rule.own_context),
                    other=owners.of(rule.other_context),
                )
            )
    try:
        matcher = compile_patterns(
            owners.patterns,
            fillers=frozenset().union(*(file.fillers for file in files)),
            spelling=spelling,
            near=[word for file in files for word in file.near],
            near_not=frozenset().union(*(file.near_not for file in files)),
        )
    except FillerError as error:
        raise RulesError(str(error)) from None
    return Book(
        matcher=matcher,
        rules=tuple(rules),
        by_text={owned.text: owned for owned in rules if owned.text is not None},
        by_score=tuple(owned for owned in rules if owned.text is None),
        version=_version_of(files),
        asks_scores=any(owned.rule.score is not None for owned in rules),
    )


def _version_of(files: Sequence[RuleFile]) -> str:
    """Return the newest of the files' versions and their languages: it stands beside each flag."""
    return f"{max(file.version for file in files)}-{'+'.join(sorted(file.language for file in files))}"


class _Owners:
    """Gives each group of patterns its number in the matcher."""

    def __init__(self) -> None:
        self.patterns: list[tuple[int, Pattern]] = []
        self._next = 0

    def of(self, patterns: Sequence[Pattern]) -> int | None:
        if not patterns:
            return None
        owner = self._next
        self._next += 1
        self.patterns.extend((owner, pattern) for pattern in patterns)
        return owner

    def guard(self, guard: Guard) -> tuple[int | None, int | None]:
        return self.of(guard.any), self.of(guard.unless)


def fingerprint(texts: Sequence[str]) -> str:
    """Return a short hash of the files' contents, for the record."""
    return blake2b("\0".join(texts).encode(), digest_size=6).hexdigest()
