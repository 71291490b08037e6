"""What screening says about one message. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self


class Level(StrEnum):
    """How urgently someone must read a message; never how ill a person is."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"
    H = "H"  # harm to others: the message is held
    C = "C"  # conduct

    @property
    def rank(self) -> int:
        """Strictness, 1 (C) to 6 (L4): the strictest of several wins and a case's level only rises."""
        return _RANK[self]


_RANK: dict[Level, int] = {
    Level.C: 1,
    Level.L1: 2,
    Level.L2: 3,
    Level.L3: 4,
    Level.H: 5,  # read as fast as L3; it wins over it because its message is held
    Level.L4: 6,
}


class Visibility(StrEnum):
    """What happens to the message itself."""

    DELIVER = "deliver"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground for a verdict. `span` is in characters of the text as typed; `guard` names what kept it
    quiet."""

    rule: str
    version: int
    level: Level | None  # None: a soft hit
    category: str
    span: tuple[int, int] | None = None
    score: float | None = None
    mode: str = "live"
    guard: str | None = None
    unknown: bool = False  # decided by the rule's on_unknown

    def to_dict(self) -> dict[str, object]:
        """Return the reason as plain JSON values, without what is empty."""
        found: dict[str, object] = {"rule": self.rule, "version": self.version, "category": self.category}
        found["level"] = self.level.value if self.level else "soft"
        if self.span is not None:
            found["span"] = list(self.span)
        if self.score is not None:
            found["score"] = round(self.score, 4)
        if self.guard is not None:
            found["guard"] = self.guard
        if self.unknown:
            found["unknown"] = True
        return found


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do with one message, and why.

    `reasons` decided it; `shadow` would have, were those rules live; `quiet` are rules that matched and were
    kept quiet by a guard (the nearest misses). `scores` is None when no classifier answered; `unscored` says
    that one should have and a backlog owes the score.
    """

    level: Level | None = None
    visibility: Visibility = Visibility.DELIVER
    card: bool = False
    reasons: tuple[Reason, ...] = ()
    language: str = "und"
    scores: Mapping[str, float] | None = None
    soft: bool = False
    unscored: bool = False
    shadow: tuple[Reason, ...] = ()
    quiet: tuple[Reason, ...] = ()
    rules_version: str = ""
    model_version: str = ""

    @property
    def flagged(self) -> bool:
        """True if the message got a level."""
        return self.level is not None

    @property
    def recorded(self) -> bool:
        """True if `cases.flag` must be called in the message's transaction (a level, or a soft hit)."""
        return self.level is not None or self.soft

    @classmethod
    def clear(cls, language: str = "und", rules_version: str = "") -> Self:
        """Return the verdict on a message nobody need read."""
        return cls(language=language, rules_version=rules_version)


@dataclass(frozen=True, slots=True)
class Said:
    """One earlier message: `own` if the judged sender wrote it."""

    text: str
    own: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """All that policy decides from."""

    reasons: tuple[Reason, ...] = ()
    quiet: tuple[Reason, ...] = ()
    language: str = "und"
    scores: Mapping[str, float] | None = field(default=None)
    model_version: str = ""
    rules_version: str = ""
    unscored: bool = False
