"""`/ws/family/`: a person's own stream of what their circles let them see."""

from collections.abc import Callable

from accounts.principals import Principal
from consumers.entrance import Opening, admit
from consumers.personal import PersonalDoor
from protocol.commands import Hello
from protocol.errors import Forbidden
from protocol.sockets import Socket


class FamilyDoor(PersonalDoor):
    """Signed-in people; guests have no family here."""

    socket = Socket.FAMILY

    async def enter(self, hello: Hello) -> Callable[[], None]:
        """See `Door.enter`."""
        return await admit(self.connection, self.connection.hub, self.socket, hello, self._load)

    @staticmethod
    def _load(principal: Principal) -> list[Opening]:
        if principal.is_guest:
            raise Forbidden("This socket is for signed-in people.")
        return []
