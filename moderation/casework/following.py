"""Looking into the room of a case one holds: for as long as one holds it, and written down."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.principals import Principal
from moderation.casework.changing import Change, change, room_of, standing_of
from moderation.casework.claiming import held_by
from moderation.models import Case
from runtime import clock
from streams.refs import StreamRef


@dataclass(frozen=True)
class Followed:
    """A case held, and the stream of its room."""

    case: str
    fence: int
    lease_until: datetime
    room: StreamRef


def again(by: Principal) -> list[Followed]:
    """Return the cases somebody holds as they connect anew; that they look into the rooms is written down."""
    found = []
    for case in held_by(by.person_id, clock.now()):
        room = room_of(case)
        if room is None or case.lease_until is None:
            continue
        change(case.pk, by, _note)
        found.append(Followed(case.pk, case.fence, case.lease_until, room))
    return found


def _note(ch: Change) -> None:
    ch.note("case.followed", fence=ch.case.fence, from_state=str(ch.case.state))


def lease(case_id: str, fence: int, person: UUID, now: datetime) -> datetime | None:
    """Return until when somebody holds a case by a fence; None where they do not."""
    case = Case.objects.filter(pk=case_id, holder_id=person, fence=fence).first()
    if case is None or not standing_of(case).held(now):
        return None
    return case.lease_until
