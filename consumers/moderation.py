"""`/ws/moderation/`: the queue and a moderator's own stream. The commands on cases come with the console."""

from collections.abc import Callable

from accounts.principals import Principal
from accounts.roles import Role
from consumers.entrance import Opening, admit
from consumers.personal import PersonalDoor
from moderation.cases import queue_stream
from protocol.commands import Hello
from protocol.errors import Forbidden
from protocol.sockets import Socket


class ModerationDoor(PersonalDoor):
    """Moderators and supervisors follow the queue; clinicians only their own stream."""

    socket = Socket.MODERATION

    async def enter(self, hello: Hello) -> Callable[[], None]:
        """See `Door.enter`."""
        return await admit(self.connection, self.connection.hub, self.socket, hello, self._load)

    @staticmethod
    def _load(principal: Principal) -> list[Opening]:
        if not principal.is_staff:
            raise Forbidden("This socket is for moderators.")
        return [Opening(queue_stream())] if principal.has(Role.MODERATOR) else []
