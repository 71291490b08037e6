"""When a classifier is asked, and what a late score still changes."""

import itertools

import pytest

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
