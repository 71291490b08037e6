"""Having a person's contacts told, within what they consented to beforehand."""

from uuid import UUID

from moderation.casework.changing import person_of
from moderation.models import Case
from moderation.policy.verdict import Level
from notifications.safety.deciding import Level as Urgency
from notifications.safety.notices import send_notice
from protocol.errors import Conflict, NotFound

URGENCY = {
    Level.L1: Urgency.LOW,
    Level.L2: Urgency.MODERATE,
    Level.L3: Urgency.HIGH,
    Level.L4: Urgency.IMMINENT,
}


def notify(case: Case, by: UUID, key: str) -> None:
    """Have the contacts told; the same key tells once.

    Raises NotFound for somebody erased or a guest, Forbidden without consent, Conflict where they named
    nobody or the case is not about their safety.
    """
    urgency = URGENCY.get(Level(case.level))
    if urgency is None:
        raise Conflict("Contacts are told of a person's own danger alone.")
    person = person_of(case)
    if person is None:
        raise NotFound
    send_notice(person, by=by, level=urgency, key=key)
