"""Facts in, verdict out. The strictest wins; what is not live decides nothing."""

from collections.abc import Mapping
from dataclasses import replace

from moderation.policy.verdict import Facts, Level, Reason, Verdict, Visibility

ScoreLevels = Mapping[str, tuple[tuple[float, Level], ...]]


def decide(facts: Facts, *, score_levels: ScoreLevels, card_levels: frozenset[Level]) -> Verdict:
    """Return the verdict on one message.

    Its level is the strictest of all live reasons; it is held if any of them is H, since that is what
    keeps harm
    from others; the card is for the person whose own distress (or danger) shows, so for any L level
    among them.
    """
    live = [reason for reason in facts.reasons if reason.mode == "live"]
    live += _by_scores(facts, score_levels)
    levels = [reason.level for reason in live if reason.level is not None]
    level = max(levels, key=lambda one: one.rank, default=None)
    live.sort(key=lambda reason: reason.level.rank if reason.level else 0, reverse=True)
    return Verdict(
        level=level,
        visibility=Visibility.HOLD if Level.H in levels else Visibility.DELIVER,
        card=any(one in card_levels for one in levels),
        reasons=tuple(live),
        language=facts.language,
        scores=facts.scores,
        soft=level is None and bool(live),
        unscored=facts.unscored,
        shadow=tuple(reason for reason in facts.reasons if reason.mode != "live"),
        quiet=facts.quiet,
        rules_version=facts.rules_version,
        model_version=facts.model_version,
    )


def _by_scores(facts: Facts, score_levels: ScoreLevels) -> list[Reason]:
    """Return a reason for each label whose score reaches a level: the highest it reaches."""
    found: list[Reason] = []
    for label, score in (facts.scores or {}).items():
        for at_least, level in score_levels.get(label, ()):
            if score >= at_least:
                found.append(Reason(f"score.{label}", 1, level, label, score=score))
                break
    return found


def strictest(first: Verdict, second: Verdict) -> Verdict:
    """Return two verdicts on one message as one (a late score, say): every part the stricter of both."""
    one, two = (first, second) if _rank(first) >= _rank(second) else (second, first)
    held = Visibility.HOLD in (one.visibility, two.visibility)
    return replace(
        one,
        visibility=Visibility.HOLD if held else Visibility.DELIVER,
        card=one.card or two.card,
        reasons=one.reasons + tuple(r for r in two.reasons if r not in one.reasons),
        scores=one.scores if one.scores is not None else two.scores,
        soft=one.level is None and (one.soft or two.soft),
    )


def _rank(verdict: Verdict) -> int:
    return verdict.level.rank if verdict.level is not None else 0
