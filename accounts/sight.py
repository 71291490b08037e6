"""Who may see or add to whose days, now: the owner, a granted family member, a clinician by consent."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.audit.record import Standing
from accounts.circles import reading
from accounts.circles.state import Access
from accounts.models import User
from accounts.principals import Principal
from accounts.users import assignments
from protocol.errors import Forbidden, NotFound


@dataclass(frozen=True)
class Sight:
    """As what somebody sees another's days; `member` is a family member's id in the circle that grants it."""

    standing: Standing
    member: UUID | None = None

    def detail(self) -> dict[str, UUID]:
        """Return what `Audited.accessed` is told besides the standing."""
        return {"member": self.member} if self.member else {}


def sight(viewer: Principal, owner_id: UUID, category: str, access: Access, now: datetime) -> Sight:
    """Return as what the viewer may do this with a category of the owner's days, by the rows as they are now.

    Ask inside the transaction that shows or stores something. Raises NotFound for whoever may see nothing of
    the category, and Forbidden for whoever may see and not contribute.
    """
    if viewer.person_id == owner_id:
        return Sight(Standing.SELF)
    owner = User.objects.filter(pk=owner_id).first()
    if owner is None or owner.deleted_at is not None:
        raise NotFound
    member = reading.shared_with(viewer.person_id, owner_id, category, access, now)
    if member is not None:
        return Sight(Standing.FAMILY, member.pk)
    if access is Access.VIEW and assignments.standing(viewer.person_id, owner_id):
        return Sight(Standing.CLINICIAN)
    if access is Access.CONTRIBUTE and _sees(viewer, owner_id, category, now):
        raise Forbidden("You may see this and not add to it.")
    raise NotFound


def _sees(viewer: Principal, owner_id: UUID, category: str, now: datetime) -> bool:
    granted = reading.shared_with(viewer.person_id, owner_id, category, Access.VIEW, now)
    return granted is not None or assignments.standing(viewer.person_id, owner_id)
