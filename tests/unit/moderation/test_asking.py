"""When a classifier is asked, and what a late score still changes."""

import itertools
from dataclasses import replace

import pytest

from moderation import screening
from moderation.policy.asking import Ask, Known, ask, late
from moderation.policy.verdict import Level, Reason, Verdict, Visibility

ENGLISH = frozenset({"en"})


def verdict(
    level: Level | None = None,
    *,
    hold: bool = False,
    soft: bool = False,
    quiet: bool = False,
    shadow: bool = False,
    language: str = "en",
) -> Verdict:
    reason = Reason("en.test", 1, level, "self_risk")
    return Verdict(
        level=level,
        visibility=Visibility.HOLD if hold else Visibility.DELIVER,
        reasons=(reason,) if level is not None or soft else (),
        soft=soft,
        quiet=(reason,) if quiet else (),
        shadow=(reason,) if shadow else (),
        language=language,
    )


def test_ordinary_chat_does_not_wait_for_the_model() -> None:
    assert ask(verdict(), ENGLISH) is Ask.LATER


@pytest.mark.parametrize("level", [Level.C, Level.L1, Level.L2, Level.L3])
def test_a_level_that_may_still_rise_is_scored_first(level: Level) -> None:
    assert ask(verdict(level), ENGLISH) is Ask.INLINE


@pytest.mark.parametrize("sign", ["soft", "quiet", "shadow"])
def test_any_sign_below_a_level_is_scored_first(sign: str) -> None:
    assert ask(verdict(**{sign: True}), ENGLISH) is Ask.INLINE  # type: ignore[arg-type]


def test_what_is_as_strict_as_can_be_waits_for_nothing() -> None:
    assert ask(verdict(Level.L4), ENGLISH) is Ask.LATER
    assert ask(verdict(Level.H, hold=True), ENGLISH) is Ask.LATER


def test_without_a_model_or_its_language_nothing_is_asked() -> None:
    for found in (verdict(), verdict(Level.L2), verdict(quiet=True)):
        assert ask(found, None) is Ask.NOT
    assert ask(verdict(Level.L3, language="fi"), ENGLISH) is Ask.NOT


LEVELS = [None, *Level]


@pytest.mark.parametrize(("known", "found"), list(itertools.product(LEVELS, LEVELS)))
def test_a_level_only_rises(known: Level | None, found: Level | None) -> None:
    flag = late(verdict(found), Known(known), visible=True).flag
    rank = {None: 0} | {level: level.rank for level in Level}
    assert flag is (rank[found] > rank[known])


def test_a_soft_hit_counts_once() -> None:
    assert late(verdict(soft=True), Known(), visible=True).flag
    assert not late(verdict(soft=True), Known(soft=True), visible=True).flag
    assert not late(verdict(soft=True), Known(Level.L1), visible=True).flag
    assert late(verdict(Level.L1), Known(soft=True), visible=True).flag


def test_late_harm_is_retracted_where_it_can_be_seen() -> None:
    assert late(verdict(Level.H, hold=True), Known(), visible=True).retract
    assert late(verdict(Level.L4, hold=True), Known(Level.L4), visible=True).retract
    assert not late(verdict(Level.H, hold=True), Known(), visible=False).retract
    assert not late(verdict(Level.L4), Known(), visible=True).retract


def test_rules_that_had_nothing_to_say_are_spared_unless_they_look_at_scores(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screener = screening.screener()
    text = "everyone would be better off without me"  # what a rule would say shows that it was asked
    scores = {"self_risk": 0.99}
    spared = screener.screen(text, language="en", scores=scores, model_version="m", unmatched=True)
    assert [reason.rule for reason in spared.reasons] == ["score.self_risk"]
    assert (spared.language, spared.rules_version) == ("en", screener.book.version)
    monkeypatch.setattr(screener, "book", replace(screener.book, asks_scores=True))
    asked = screener.screen(text, language="en", scores=scores, model_version="m", unmatched=True)
    assert len(asked.reasons) > 1
