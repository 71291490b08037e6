"""When a classifier is asked about a message, and what a score that came late still changes. Values only."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from moderation.policy.verdict import Level, Verdict, Visibility


class Ask(StrEnum):
    """When a message is scored."""

    NOT = "not"  # there is no model, or none that reads this language: rules, card and people serve it
    INLINE = "inline"  # before it is stored: the rules are unsure
    LATER = "later"  # at once after it was stored, from the backlog


def ask(verdict: Verdict, languages: Collection[str] | None) -> Ask:
    """Return when to score a message on which the rules alone have given `verdict`.

    `languages` are those the model reads, None where there is no model. Where a rule says L4 or H there is
    nothing a score could still make stricter, so nobody waits for one; where no rule says a word, ordinary
    chat must not wait. In between the rules are unsure: a lower level, a soft hit, a rule kept quiet by a
    guard or still in the shadow.
    """
    if languages is None or verdict.language not in languages:
        return Ask.NOT
    if verdict.level is Level.L4 or verdict.visibility is Visibility.HOLD:
        return Ask.LATER
    return Ask.INLINE if verdict.reasons or verdict.quiet or verdict.shadow else Ask.LATER


@dataclass(frozen=True, slots=True)
class Known:
    """What is recorded of a message when its score comes: the strictest level of its flags, or a soft hit."""

    level: Level | None = None
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Late:
    """What a late verdict does. `flag`: open or join a case; `retract`: take the message out of view."""

    flag: bool
    retract: bool


def late(verdict: Verdict, known: Known, *, visible: bool) -> Late:
    """Return what a verdict that came after its message still changes.

    A level only rises, and what is recorded already is not recorded twice. A delivered message is never held:
    where it does harm it is retracted. `visible` says that it was delivered and is not gone.
    """
    if verdict.level is not None:
        flag = known.level is None or verdict.level.rank > known.level.rank
    else:
        flag = verdict.soft and known == Known()
    return Late(flag=flag, retract=visible and verdict.visibility is Visibility.HOLD)
