"""The strictest wins; a cry for help is heard; what harms others is held."""

import pytest

from moderation import numbers
from moderation.policy.decide import decide, strictest
from moderation.policy.verdict import Facts, Level, Reason, Verdict, Visibility
from moderation.screening import screen


def verdict_on(*levels: Level | None, scores: dict[str, float] | None = None) -> Verdict:
    reasons = tuple(Reason(f"r{n}", 1, level, "x") for n, level in enumerate(levels))
    facts = Facts(reasons=reasons, scores=scores)
    return decide(facts, score_levels=numbers.SCORE_LEVELS, card_levels=numbers.CARD_LEVELS)


@pytest.mark.parametrize(
    ("levels", "level", "visibility", "card"),
    [
        ((), None, "deliver", False),
        ((Level.L1,), "L1", "deliver", True),
        ((Level.L2,), "L2", "deliver", True),
        ((Level.L3,), "L3", "deliver", True),
        ((Level.L4,), "L4", "deliver", True),
        ((Level.C,), "C", "deliver", False),
        ((Level.H,), "H", "hold", False),
        ((Level.L3, Level.L4), "L4", "deliver", True),
        ((Level.C, Level.L1), "L1", "deliver", True),
        ((Level.H, Level.C), "H", "hold", False),
        ((Level.L3, Level.H), "H", "hold", True),
        ((Level.L4, Level.H), "L4", "hold", True),
    ],
)
def test_the_strictest_wins(
    levels: tuple[Level, ...], level: str | None, visibility: str, card: bool
) -> None:
    verdict = verdict_on(*levels)
    assert (verdict.level, verdict.visibility, verdict.card) == (level, visibility, card)


def test_a_soft_hit_has_no_level_but_is_recorded() -> None:
    verdict = verdict_on(None)
    assert not verdict.flagged
    assert verdict.recorded


def test_a_score_gives_the_highest_level_it_reaches() -> None:
    assert verdict_on(scores={"self_risk": 0.9}).level == "L2"
    assert verdict_on(scores={"self_risk": 0.1}).level is None
    assert verdict_on(scores={"support_seeking": 1.0, "sentiment": -1.0}).level is None


def test_two_verdicts_become_the_stricter_of_both() -> None:
    late = strictest(verdict_on(Level.L2), verdict_on(Level.H))
    assert (late.level, late.visibility, late.card) == ("H", Visibility.HOLD, True)
    assert len(late.reasons) == 2


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("I want to kill myself", "L3"),
        ("i'm going to kill myself tonight", "L4"),
        ("i already took all of them", "L4"),
        ("i cut myself again last night", "L2"),
        ("everyone would be better off without me", "L2"),
        ("i'm going to kill my stepdad when he gets home", "H"),
        ("kill yourself, nobody here likes you", "H"),
        ("shut up you stupid whore", "C"),
        ("i can't stop thinking about hurting my baby", "L3"),
        ("quiero morirme", "L3"),
        ("esta noche me voy a matar", "L4"),
        ("this exam is killing me", None),
        ("i'm not suicidal, just really sad today", None),
        ("please don't kill yourself, i'm here", None),
        ("just killed the final boss after six tries", None),
        ("lost my dad to suicide when i was 12", None),
        ("me muero de risa con ese video", None),
    ],
)
def test_messages_get_their_level(text: str, level: str | None) -> None:
    assert screen(text).level == level


def test_a_confided_fear_is_heard_and_not_held() -> None:
    verdict = screen("i can't stop thinking about hurting my baby")
    assert verdict.visibility == "deliver"
    assert verdict.card


def test_an_earlier_message_makes_the_difference() -> None:
    from moderation.policy.verdict import Said

    assert screen("yes").level is None
    assert screen("yes", context=[Said("are you thinking about suicide?", own=False)]).level == "L3"


def test_a_reason_says_where_in_the_typed_text() -> None:
    text = "hey. i want to k\u200bill myself ok"
    reason = screen(text).reasons[0]
    assert reason.span is not None
    assert "k\u200bill myself" in text[slice(*reason.span)]


def test_the_miss_that_was_kept_quiet_is_named() -> None:
    quiet = screen("i would never kill myself").quiet
    assert quiet
    assert quiet[0].guard == "negated"


def test_the_language_is_guessed() -> None:
    assert screen("what are you all doing this weekend").language == "en"
    assert screen("hola a todos, que tal esta noche").language == "es"
