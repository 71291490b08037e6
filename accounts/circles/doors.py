"""What all doors of circles share: a circle is nobody's to see but its members'."""

from uuid import UUID

from accounts.audit.access import Audited
from accounts.audit.record import record
from accounts.circles import reading
from accounts.circles.models import Circle, Member
from accounts.permissions import IsPerson
from protocol.errors import Forbidden, NotFound


class CircleDoor(Audited):
    """A door of one circle: strangers get 404 and a row, members who may not do a thing 403 and a row."""

    thing = "circle"
    permission_classes = (IsPerson,)

    def member_in(self, circle_id: UUID) -> Member:
        """Return the caller's member, with the circle. Raises NotFound."""
        member = reading.membership(circle_id, self.principal.person_id)
        if member is None:
            self.asked_about = Circle.objects.filter(pk=circle_id).values_list("owner_id", flat=True).first()
            raise NotFound
        self.asked_about = member.circle.owner_id
        return member

    def owner_in(self, circle_id: UUID) -> Member:
        """Return the caller's member if they own the circle. Raises NotFound, Forbidden."""
        member = self.member_in(circle_id)
        if not owns(member):
            raise Forbidden("Only the circle's owner may do this.")
        return member

    def read(self, circle: Circle, what: str) -> None:
        """Write that the caller looked at something of the circle."""
        record(
            f"circle.{what}.read",
            actor=self.principal.person_id,
            subject=circle.owner_id,
            detail={"circle": circle.pk},
        )


def owns(member: Member) -> bool:
    """Return whether it is the owner's member."""
    return member.user_id is not None and member.user_id == member.circle.owner_id
