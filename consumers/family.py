"""`/ws/family/`: a person's own stream of what their circles let them see, and their answers to it."""

from collections.abc import Callable

from accounts.principals import Principal
from consumers.entrance import Opening, admit
from consumers.personal import PersonalDoor
from consumers.shell import Fields
from notifications import notices
from protocol.commands import Acknowledge, Command, Hello, Snooze
from protocol.errors import Forbidden
from protocol.sockets import Socket
from streams import db


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

    async def handle(self, command: Command) -> Fields:
        """See `Door.handle`."""
        me = self.principal.person_id
        if isinstance(command, Acknowledge):
            await db.run(notices.acknowledge, me, command.event_id)
            return {}
        if isinstance(command, Snooze):
            await db.run(notices.snooze, me, command.event_id, command.minutes)
            return {}
        return await super().handle(command)
