"""What every socket can do with a person's own stream: read its history and keep a read mark."""

from collections.abc import Set

from accounts import guards
from accounts.principals import Principal
from consumers.feed import Follow
from consumers.shell import Door, Fields
from protocol.commands import Command, History, Read
from protocol.errors import BadField, NotFound, UnknownType
from runtime import clock
from streams import db, log, paging, publish
from streams.refs import StreamRef


class PersonalDoor(Door):
    """A door whose only certain stream is `me`."""

    @property
    def principal(self) -> Principal:
        """The person behind the socket; only after `hello`."""
        assert self.connection.principal is not None
        return self.connection.principal

    def followed(self, wire: str) -> Follow:
        """Return the cursor in a stream by its wire name. Raises `NotFound`."""
        for follow in self.connection.follows.values():
            if follow.feed.ref.wire == wire:
                return follow
        raise NotFound

    async def handle(self, command: Command) -> Fields:
        """See `Door.handle`."""
        if isinstance(command, History):
            return await db.run(self._history, self.followed(command.stream).feed.ref, command)
        if isinstance(command, Read):
            return await self._read(command)
        raise UnknownType

    def _history(self, ref: StreamRef, command: History) -> Fields:
        def permit(wanted: Set[str]) -> Set[str]:
            return guards.allowed(self.principal.person_id, wanted, clock.now())

        return paging.page(
            ref, before=command.before, after=command.after, limit=command.limit, permit=permit
        )

    async def _read(self, command: Read) -> Fields:
        ref = self.followed(command.stream).feed.ref
        if command.seq > (await db.run(log.heads, [ref.id]))[ref.id].seq:
            raise BadField("seq", "`seq` must be at most the stream's head.")
        if await db.run(log.move_mark, ref, command.seq):
            publish.signal(ref, "read", {"seq": command.seq}, skip=self.connection.id)
        return {}
