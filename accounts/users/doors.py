"""What the doors of one account share: it is its person's and the admins', and 404 to everyone else."""

from uuid import UUID

from accounts.audit.access import Audited
from accounts.audit.record import Standing
from accounts.models import User
from accounts.permissions import IsPerson
from accounts.roles import Role
from accounts.users import profiles
from protocol.errors import NotFound

ME = "me"


class AccountDoor(Audited):
    """A door of one account."""

    thing = "profile"
    permission_classes = (IsPerson,)

    def account(self, name: str) -> tuple[User, Standing]:
        """Return the account of that id (or `me`), and what the caller is to it. Raises NotFound."""
        person_id = self._person_id(name)
        user = profiles.present(person_id) if person_id else None
        return self.admitted(user)

    def admitted(self, user: User | None) -> tuple[User, Standing]:
        """Return the account if the caller may see it, and what they are to it. Raises NotFound."""
        self.asked_about = user.pk if user else None
        if user is not None and user.pk == self.principal.person_id:
            return user, Standing.SELF
        if user is not None and self.principal.has(Role.ADMIN):
            return user, Standing.ADMIN
        raise NotFound

    def _person_id(self, name: str) -> UUID | None:
        if name == ME:
            return self.principal.person_id
        try:
            return UUID(name)
        except ValueError:
            return None
