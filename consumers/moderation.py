"""`/ws/moderation/`: the queue, a moderator's own stream, and the rooms of the cases one holds.

Each command is a function of `moderation/casework/`. A case's room is followed from the claim on and until
the case is lost: the queue tells of that, the lease ends by itself, and a stale fence says so too.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from accounts.principals import Principal
from accounts.roles import Role
from consumers.entrance import Opening, admit
from consumers.personal import PersonalDoor
from consumers.shell import Fields
from moderation import numbers
from moderation.cases import queue_stream
from moderation.casework import acting, claiming, context, deciding, duty, escalating, following, waiting
from moderation.casework.effects import Given
from moderation.state import DECIDING
from protocol import commands as c
from protocol.errors import Forbidden, StaleFence, Unavailable
from protocol.sockets import Socket
from runtime import clock
from streams import db, log
from streams.refs import Line

TICK_S = 1.0
_decoder = msgspec.json.Decoder(dict[str, Any])


@dataclass
class Holding:
    """A case this connection holds, and the stream it follows for it."""

    fence: int
    lease_until: datetime
    stream_id: int | None


class ModerationDoor(PersonalDoor):
    """Moderators and supervisors follow the queue; clinicians only their own stream."""

    socket = Socket.MODERATION

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.held: dict[str, Holding] = {}

    # -- coming and going ------------------------------------------------------------------

    async def enter(self, hello: c.Hello) -> Callable[[], None]:
        """See `Door.enter`."""
        follow_all = await admit(self.connection, self.connection.hub, self.socket, hello, self._load)

        def last_step() -> None:
            follow_all()
            self.connection.hub.spawn(self._stay())

        return last_step

    def _load(self, principal: Principal) -> list[Opening]:
        if not principal.is_staff:
            raise Forbidden("This socket is for moderators.")
        openings = [Opening(queue_stream())] if principal.has(Role.MODERATOR) else []
        rooms: dict[int, Opening] = {}
        for one in following.again(principal):
            self.held[one.case] = Holding(one.fence, one.lease_until, one.room.id)
            more = {"case": one.case, "fence": one.fence, "lease_until": clock.rfc3339(one.lease_until)}
            rooms.setdefault(one.room.id, Opening(one.room, more=more))
        return [*openings, *rooms.values()]

    async def _stay(self) -> None:
        """Say now and then that the moderator is here, and let go of what the lease has ended for."""
        hub, waited = self.connection.hub, numbers.SEEN_EVERY.total_seconds()
        while not self.connection.over:
            if waited >= numbers.SEEN_EVERY.total_seconds():
                waited = 0.0
                await self._seen()
            await asyncio.sleep(TICK_S)
            waited += TICK_S
            now = clock.now()
            for case in [one for one, holding in self.held.items() if holding.lease_until <= now]:
                hub.spawn(self._look_again(case))

    async def _seen(self) -> None:
        try:
            await db.run(duty.seen, self.principal.person_id, "socket", clock.now())
        except Unavailable:
            return  # the next time

    async def left(self) -> None:
        """See `Door.left`: duty lapses some time after the last socket closed, counted from here."""
        await self._seen()

    # -- the rooms of cases ----------------------------------------------------------------

    def told(self, line: Line) -> None:
        """See `Door.told`: the queue tells of a case that this connection holds."""
        if self.held and line.kind.startswith("case."):
            case = _decoder.decode(line.data)["case"]["id"]
            if case in self.held:
                self.connection.hub.spawn(self._look_again(case))

    async def _look_again(self, case: str) -> None:
        """Let go of a case that is not held any more: what the queue told may be older than the claim."""
        holding = self.held.get(case)
        if holding is None:
            return
        try:
            until = await db.run(following.lease, case, holding.fence, self.principal.person_id, clock.now())
        except Unavailable:
            until = None if holding.lease_until <= clock.now() else holding.lease_until
        if self.held.get(case) is not holding:
            return
        if until is None:
            self._let_go(case)
        else:
            holding.lease_until = until

    def _let_go(self, case: str) -> None:
        holding = self.held.pop(case, None)
        if holding is None or holding.stream_id is None:
            return
        if any(other.stream_id == holding.stream_id for other in self.held.values()):
            return  # another case of the same room is held
        follow = self.connection.follows.get(holding.stream_id)
        if follow is not None:
            self.connection.hub.unfollow(follow)

    async def _hold(self, fields: Fields) -> Fields:
        """Follow the room of a case that was just claimed."""
        if fields["case"] is None:
            return fields
        stream_id = None
        if fields["stream"] is not None:
            ref = await db.run(log.get, fields["stream"])
            if ref is not None:
                (feed,) = await self.connection.hub.open([ref])
                if self.connection.over:
                    return fields
                self.connection.hub.follow(self.connection, feed, fields["head"], None)
                stream_id = ref.id
        until = datetime.fromisoformat(fields["lease_until"])
        self.held[fields["case"]["id"]] = Holding(fields["fence"], until, stream_id)
        return fields

    # -- commands --------------------------------------------------------------------------

    async def handle(self, command: c.Command) -> Fields:
        """See `Door.handle`."""
        run = _COMMANDS.get(type(command))
        if run is None:
            return await super().handle(command)
        try:
            return await run(self, command)
        except StaleFence:
            await self._look_again(getattr(command, "case", ""))
            raise

    async def duty(self, command: c.Duty) -> Fields:
        """Go on or off duty."""
        return await db.run(duty.set_duty, self.principal, command.on, "socket")

    async def claim(self, command: c.Claim) -> Fields:
        """Take one case and follow its room."""
        claim = partial(claiming.claim, command.case, self.principal, followed=True)
        return await self._hold(await db.run(claim))

    async def next(self, command: c.Next) -> Fields:
        """Take the most urgent case and follow its room."""
        return await self._hold(await db.run(partial(claiming.next_case, self.principal, followed=True)))

    async def renew(self, command: c.Renew) -> Fields:
        """Hold a case for another lease."""
        fields = await db.run(claiming.renew, command.case, command.fence, self.principal)
        holding = self.held.get(command.case)
        if holding is not None:
            holding.lease_until = datetime.fromisoformat(fields["lease_until"])
        return fields

    async def release(self, command: c.Release) -> Fields:
        """Put a case back."""
        return await db.run(claiming.release, command.case, command.fence, self.principal)

    async def wait(self, command: c.Wait) -> Fields:
        """Wait for somebody's answer."""
        wait = partial(waiting.wait, command.case, command.fence, command.for_, command.until, self.principal)
        return await db.run(wait)

    async def act(self, command: c.Act) -> Fields:
        """Do something about a case."""
        return await db.run(acting.act, command.case, command.fence, given_in(command), self.principal)

    async def undo(self, command: c.Undo) -> Fields:
        """Undo the last act."""
        return await db.run(acting.undo, command.case, command.fence, self.principal)

    async def decide(self, command: c.Decide) -> Fields:
        """Decide a case, or confirm a decision."""
        return await db.run(deciding.decide, command.case, command.fence, given_in(command), self.principal)

    async def escalate(self, command: c.Escalate) -> Fields:
        """Hand a case to the level above."""
        return await db.run(escalating.escalate, command.case, command.fence, self.principal)

    async def context(self, command: c.Context) -> Fields:
        """Read what a case is about."""
        return await db.run(context.context, command.case, self.principal)


def given_in(command: c.Act | c.Decide) -> Given:
    """Return what came with an action. Raises BadField for an unknown one."""
    if isinstance(command, c.Decide):
        action = acting.parsed(command.action, DECIDING)
    else:
        action = acting.parsed(command.action)
    return Given(action, command.reason, command.message, command.text, command.until, command.to)


_COMMANDS: dict[type[c.Command], Callable[[ModerationDoor, Any], Awaitable[Fields]]] = {
    c.Duty: ModerationDoor.duty,
    c.Claim: ModerationDoor.claim,
    c.Next: ModerationDoor.next,
    c.Renew: ModerationDoor.renew,
    c.Release: ModerationDoor.release,
    c.Wait: ModerationDoor.wait,
    c.Act: ModerationDoor.act,
    c.Undo: ModerationDoor.undo,
    c.Decide: ModerationDoor.decide,
    c.Escalate: ModerationDoor.escalate,
    c.Context: ModerationDoor.context,
}
