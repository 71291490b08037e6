"""Where a breaking of the glass stands, and who may take the next step. Pure.

| step | who | when |
| --- | --- | --- |
| asked | a moderator or clinician | on a case that is not closed |
| approved | a supervisor or clinician, another person | in time, while the asker has a role to ask in |
| reviewed | a supervisor, clinician or admin, a third person | once, after it was approved |

Those who asked and approved see the identity for a while after the approval.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from moderation.numbers import BREAK_GLASS_ASK_LASTS, BREAK_GLASS_SHOWS
from protocol.errors import Conflict, Forbidden


class Kind(StrEnum):
    """What a step was."""

    ASKED = "asked"
    APPROVED = "approved"
    REVIEWED = "reviewed"


class Finding(StrEnum):
    """What a review found."""

    JUSTIFIED = "justified"
    UNJUSTIFIED = "unjustified"


class Stage(StrEnum):
    """Where it stands."""

    ASKED = "asked"
    LAPSED = "lapsed"  # nobody approved in time
    OPEN = "open"
    SHUT = "shut"  # seen, and waiting for its review
    REVIEWED = "reviewed"


@dataclass(frozen=True)
class Taken:
    """One step that was taken."""

    kind: Kind
    actor: UUID
    at: datetime


@dataclass(frozen=True)
class Standing:
    """All that was done about one glass. `asked` is always there."""

    asked: Taken
    approved: Taken | None = None
    reviewed: Taken | None = None

    @property
    def lapses_at(self) -> datetime:
        """When it can no longer be approved."""
        return self.asked.at + BREAK_GLASS_ASK_LASTS

    @property
    def shown_until(self) -> datetime | None:
        """When the identity is out of sight again; None before an approval."""
        return self.approved.at + BREAK_GLASS_SHOWS if self.approved else None

    def stage(self, now: datetime) -> Stage:
        """Return where it stands at `now`. A review does not wait for the end of what is shown."""
        if self.reviewed:
            return Stage.REVIEWED
        if self.shown_until:
            return Stage.OPEN if now < self.shown_until else Stage.SHUT
        return Stage.ASKED if now < self.lapses_at else Stage.LAPSED

    def party(self, person_id: UUID) -> bool:
        """Return whether somebody asked or approved."""
        return person_id in (self.asked.actor, self.approved.actor if self.approved else None)

    def shows_to(self, person_id: UUID, now: datetime) -> bool:
        """Return whether the identity is shown to somebody at `now`."""
        return self.party(person_id) and self.shown_until is not None and now < self.shown_until


def standing(steps: Iterable[Taken]) -> Standing:
    """Return what the steps of one glass come to. Raises `KeyError` where nobody asked."""
    by_kind = {step.kind: step for step in steps}
    return Standing(by_kind[Kind.ASKED], by_kind.get(Kind.APPROVED), by_kind.get(Kind.REVIEWED))


def check_approval(found: Standing, person_id: UUID, now: datetime) -> None:
    """Raise Forbidden for who asked themselves, Conflict where there is nothing to approve any more."""
    if person_id == found.asked.actor:
        raise Forbidden("Another person has to approve what you asked for.")
    if found.stage(now) is not Stage.ASKED:
        raise Conflict("This was approved already, or was asked for too long ago.")


def check_review(found: Standing, person_id: UUID) -> None:
    """Raise Forbidden for who asked or approved, Conflict for what nobody saw or was reviewed already."""
    if found.party(person_id):
        raise Forbidden("A third person has to review what you asked for or approved.")
    if found.approved is None or found.reviewed is not None:
        raise Conflict("This was never approved, or was reviewed already.")
