"""What a rules file says, checked. Text in, values out; every mistake is named with its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

import yaml

from moderation.policy.patterns import Pattern, PatternError, Phrase, expand, parse
from moderation.policy.verdict import Level

T = TypeVar("T", bound=StrEnum)

SCHEMA: Final = "1"
SOFT: Final = "soft"
_FILE_KEYS = {
    "schema",
    "language",
    "version",
    "fillers",
    "spelling",
    "near",
    "near_not",
    "sets",
    "guards",
    "rules",
}
_GUARD_KEYS = {"where", "within", "any", "unless"}
_RULE_KEYS = {
    "id", "version", "mode", "owner", "category", "level", "on_unknown", "any", "unless", "context", "score",
    "match", "no_match", "note",
}  # fmt: skip
_RULE_NEEDS = ("id", "version", "mode", "owner", "category", "level", "on_unknown", "match", "no_match")


class RulesError(ValueError):
    """A rules file that may not be used. `str()` names the file, the place and the mistake."""


class Mode(StrEnum):
    """Whether a rule counts."""

    OFF = "off"
    SHADOW = "shadow"
    LIVE = "live"


class Where(StrEnum):
    """Where a guard's words must stand, seen from the match."""

    BEFORE = "before"
    AFTER = "after"
    AROUND = "around"
    SENTENCE = "sentence"
    MESSAGE = "message"
    QUOTED = "quoted"


@dataclass(frozen=True, slots=True)
class Guard:
    """What keeps a rule quiet: words near its match that show it is no alarm."""

    name: str
    where: Where
    within: int
    any: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class ScoreAtLeast:
    """A condition on a classifier's label; unknown while there is no score."""

    label: str
    at_least: float


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. It says yes where a phrase matches unguarded and its conditions hold."""

    id: str
    version: int
    mode: Mode
    owner: str
    category: str
    level: Level | None
    on_unknown: bool
    any: tuple[Pattern, ...]
    guards: tuple[str, ...]
    own_context: tuple[Pattern, ...]
    other_context: tuple[Pattern, ...]
    score: ScoreAtLeast | None
    match: tuple[tuple[str, ...], ...]
    no_match: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One language's rules."""

    name: str
    language: str
    version: str
    fillers: frozenset[str]
    spelling: Mapping[str, str]
    near: tuple[str, ...]
    near_not: frozenset[str]
    guards: Mapping[str, Guard]
    rules: tuple[Rule, ...]


def read(text: str, name: str) -> RuleFile:
    """Return the rules in one YAML text. Raises `RulesError`."""
    try:
        # BaseLoader leaves every scalar a string: `no`, `off` and `on` stay words.
        found = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506
    except yaml.YAMLError as error:
        raise RulesError(f"{name}: not YAML: {error}") from None
    return _Reader(name).file(found)


class _Reader:
    """Walks one file, so that every mistake is named with where it stands."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.sets: dict[str, frozenset[Phrase]] = {}
        self.guards: dict[str, Guard] = {}

    def wrong(self, where: str, what: str) -> RulesError:
        return RulesError(f"{self.name}: {where}: {what}")

    def file(self, found: Any) -> RuleFile:
        top = self.mapping(found, "file", _FILE_KEYS)
        if top.get("schema") != SCHEMA:
            raise self.wrong("schema", f"must be {SCHEMA}")
        for name, phrases in self.mapping(top.get("sets", {}), "sets").items():
            self.sets[name] = self.phrases(phrases, f"sets.{name}")
        for name, guard in self.mapping(top.get("guards", {}), "guards").items():
            self.guards[name] = self.guard(name, guard)
        rules = [self.rule(rule, n) for n, rule in enumerate(self.listing(top.get("rules"), "rules"))]
        twice = {rule.id for rule in rules if sum(other.id == rule.id for other in rules) > 1}
        if twice:
            raise self.wrong("rules", f"an id stands twice: {', '.join(sorted(twice))}")
        if not rules:
            raise self.wrong("rules", "there are none")
        return RuleFile(
            name=self.name,
            language=self.word(top, "language", "file"),
            version=self.word(top, "version", "file"),
            fillers=frozenset(self.strings(top.get("fillers", []), "fillers")),
            spelling=self.spelling(top.get("spelling", {})),
            near=tuple(self.strings(top.get("near", []), "near")),
            near_not=frozenset(self.strings(top.get("near_not", []), "near_not")),
            guards=self.guards,
            rules=tuple(rules),
        )

    def mapping(self, found: Any, where: str, keys: set[str] | None = None) -> dict[str, Any]:
        if not isinstance(found, dict):
            raise self.wrong(where, "must be a mapping")
        strange = set(found) - keys if keys is not None else set()
        if strange:
            raise self.wrong(where, f"unknown: {', '.join(sorted(map(str, strange)))}")
        return found

    def listing(self, found: Any, where: str) -> list[Any]:
        if not isinstance(found, list):
            raise self.wrong(where, "must be a list")
        return found

    def strings(self, found: Any, where: str) -> list[str]:
        for item in self.listing(found, where):
            if not isinstance(item, str) or not item.strip():
                raise self.wrong(where, f"must hold text, not {item!r}")
        return list(found)

    def word(self, found: Mapping[str, Any], key: str, where: str) -> str:
        value = found.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(where, f"{key} is missing")
        return value

    def spelling(self, found: Any) -> dict[str, str]:
        variants: dict[str, str] = {}
        for word, written in self.mapping(found, "spelling").items():
            variants |= dict.fromkeys(self.strings(written, f"spelling.{word}"), word)
        return variants

    def phrases(self, found: Any, where: str) -> frozenset[Phrase]:
        phrases: set[Phrase] = set()
        for source in self.strings(found, where):
            try:
                phrases |= expand(source, self.sets)
            except PatternError as error:
                raise self.wrong(where, str(error)) from None
        return frozenset(phrases)

    def patterns(self, found: Any, where: str) -> tuple[Pattern, ...]:
        try:
            return tuple(parse(source, self.sets) for source in self.strings(found, where))
        except PatternError as error:
            raise self.wrong(where, str(error)) from None

    def guard(self, name: str, found: Any) -> Guard:
        where = f"guards.{name}"
        guard = self.mapping(found, where, _GUARD_KEYS)
        place = self.choice(guard, "where", Where, where)
        patterns = self.patterns(guard.get("any", []), f"{where}.any")
        if not patterns and place is not Where.QUOTED:
            raise self.wrong(where, "needs `any`")
        return Guard(
            name=name,
            where=place,
            within=self.number(guard.get("within", "3"), f"{where}.within"),
            any=patterns,
            unless=self.patterns(guard.get("unless", []), f"{where}.unless"),
        )

    def number(self, found: Any, where: str) -> int:
        if not isinstance(found, str) or not found.isdigit():
            raise self.wrong(where, f"must be a whole number, not {found!r}")
        return int(found)

    def choice(self, found: Mapping[str, Any], key: str, kind: type[T], where: str) -> T:
        try:
            return kind(found.get(key, ""))
        except ValueError:
            raise self.wrong(where, f"{key} must be one of {', '.join(kind)}") from None

    def rule(self, found: Any, n: int) -> Rule:
        where = f"rules[{n}]"
        rule = self.mapping(found, where, _RULE_KEYS)
        where = f"rule {rule.get('id', n)}"
        for key in _RULE_NEEDS:
            if key not in rule:
                raise self.wrong(where, f"{key} is missing")
        if "any" not in rule and "score" not in rule:
            raise self.wrong(where, "needs `any` or `score`")
        guards = tuple(self.strings(rule.get("unless", []), f"{where}.unless"))
        unknown = [name for name in guards if name not in self.guards]
        if unknown:
            raise self.wrong(where, f"no guard named {', '.join(unknown)}")
        context = self.mapping(rule.get("context", {}), f"{where}.context", {"own", "other"})
        match, no_match = self.examples(rule, "match", where), self.examples(rule, "no_match", where)
        return Rule(
            id=self.word(rule, "id", where),
            version=self.number(rule["version"], f"{where}.version"),
            mode=self.choice(rule, "mode", Mode, where),
            owner=self.word(rule, "owner", where),
            category=self.word(rule, "category", where),
            level=None if rule["level"] == SOFT else self.choice(rule, "level", Level, where),
            on_unknown=self.yes_or_no(rule["on_unknown"], where),
            any=self.patterns(rule.get("any", []), f"{where}.any"),
            guards=guards,
            own_context=self.patterns(context.get("own", []), f"{where}.context.own"),
            other_context=self.patterns(context.get("other", []), f"{where}.context.other"),
            score=self.score(rule.get("score"), where),
            match=match,
            no_match=no_match,
        )

    def yes_or_no(self, found: Any, where: str) -> bool:
        if found not in ("yes", "no"):
            raise self.wrong(where, "on_unknown must be yes or no")
        return bool(found == "yes")

    def score(self, found: Any, where: str) -> ScoreAtLeast | None:
        if found is None:
            return None
        score = self.mapping(found, f"{where}.score", {"label", "at_least"})
        try:
            return ScoreAtLeast(self.word(score, "label", where), float(score.get("at_least", "")))
        except ValueError:
            raise self.wrong(where, "score.at_least must be a number") from None

    def examples(self, rule: Mapping[str, Any], key: str, where: str) -> tuple[tuple[str, ...], ...]:
        found = self.listing(rule[key], f"{where}.{key}")
        if not found:
            raise self.wrong(where, f"{key} needs an example")
        return tuple(tuple(self.example(one, f"{where}.{key}")) for one in found)

    def example(self, found: Any, where: str) -> Sequence[str]:
        return [found] if isinstance(found, str) else self.strings(found, where)
