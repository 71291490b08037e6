"""`/ws/chat/`: rooms and pairs. Each command is a function of `chat/`; this only finds its membership."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any

import msgspec

from accounts.principals import Principal
from chat import (
    block,
    history,
    join,
    leave,
    match,
    members,
    memberships,
    react,
    read,
    remove,
    report,
    send,
    turns,
    typing,
)
from chat.memberships import Membership
from consumers.entrance import Opening, admit
from consumers.feed import Follow
from consumers.personal import PersonalDoor
from consumers.shell import Fields
from moderation.casework import answering
from protocol import commands as c
from protocol.errors import Unavailable
from protocol.sockets import Socket
from runtime import clock, metrics
from streams import db
from streams.refs import Line

RETRY_S = 1.0
_decoder = msgspec.json.Decoder(dict[str, Any])


class ChatDoor(PersonalDoor):
    """Guests and signed-in people. Holds the memberships of one connection, by stream name."""

    socket = Socket.CHAT

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.rooms: dict[str, Membership] = {}
        self.matching = False
        self._coming: dict[str, asyncio.Task[None]] = {}

    # -- coming and going ------------------------------------------------------------------

    async def enter(self, hello: c.Hello) -> Callable[[], None]:
        """See `Door.enter`."""
        follow_all = await admit(self.connection, self.connection.hub, self.socket, hello, self._load)

        def last_step() -> None:
            follow_all()
            for membership in list(self.rooms.values()):
                self._tie(membership)

        return last_step

    def _load(self, principal: Principal) -> list[Opening]:
        loaded = memberships.load(principal.person_id)
        self.rooms = {membership.stream.name: membership for membership in loaded}
        return [
            Opening(m.stream, m.member_id, {"room": m.slug, "member": m.wire, "read": m.read_seq}, m.head)
            for m in loaded
        ]

    def _tie(self, membership: Membership) -> None:
        """Let the membership go when its cursor does: the log said that this member left."""
        follow = self.connection.follows.get(membership.stream.id)
        if follow is None:
            return
        follow.on_close = lambda: self.rooms.pop(membership.stream.name, None)
        if follow.feed.version != membership.version:  # perhaps they left while we were on the way here
            self.connection.hub.spawn(self._look_again(membership, follow))

    async def _look_again(self, membership: Membership, follow: Follow) -> None:
        """Follow no more where the member is not in the room by now."""
        while not follow.closed:
            try:
                found = await db.run(memberships.load_one, self.principal.person_id, membership.stream.name)
            except Unavailable:
                await asyncio.sleep(RETRY_S)
                continue
            if found is None:
                self.connection.hub.unfollow(follow)
            return

    def told(self, line: Line) -> None:
        """See `Door.told`: another device or a match has brought this person into a room.

        That they left is read from the room's own log, in its order (`Hub._let_go`).
        """
        fields = _decoder.decode(line.data)
        stream = fields.get("room_stream")
        if line.kind in ("joined", "matched") and isinstance(stream, str):
            if line.kind == "matched":
                self.matching = False
            known = self.rooms.get(stream)
            if known is None or known.head < fields["head"]:
                self._bring(stream, fields["head"])

    def _bring(self, stream: str, head: int) -> None:
        """Follow a room that this connection did not ask for; its commands wait until it does."""
        earlier = self._coming.get(stream)
        self._coming[stream] = self.connection.hub.spawn(self._come_along(stream, head, earlier))

    async def _come_along(self, stream: str, head: int, earlier: "asyncio.Task[None] | None") -> None:
        try:
            if earlier is not None:  # left and come back: the later arrival has the last word
                await asyncio.wait([earlier])
            while not self.connection.over:
                try:
                    membership = await db.run(memberships.load_one, self.principal.person_id, stream)
                    if membership is not None:
                        await self._follow(membership, head)
                    return
                except Unavailable:
                    await asyncio.sleep(RETRY_S)
        finally:
            if self._coming.get(stream) is asyncio.current_task():
                del self._coming[stream]

    async def _follow(self, membership: Membership, head: int) -> None:
        """Follow a room from a head. A stay that ended, though its log has not said so yet, makes way."""
        hub = self.connection.hub
        (feed,) = await hub.open([membership.stream])
        if self.connection.over:
            return
        known, follow = self.rooms.get(membership.stream.name), self.connection.follows.get(feed.ref.id)
        if known is not None and known.joined_at >= membership.joined_at:
            return
        if follow is not None:
            hub.unfollow(follow)
        self.rooms[membership.stream.name] = membership
        hub.follow(self.connection, feed, head, membership.member_id)
        self._tie(membership)

    async def left(self) -> None:
        """See `Door.left`: matching ends with the person's last connection."""
        if self.matching and not self.connection.hub.by_person.get(self.principal.person_id):
            await db.run(match.connection_gone, self.principal.person_id)

    # -- commands --------------------------------------------------------------------------

    def begin(self, command: c.Command) -> "asyncio.Future[Any] | None":
        """See `Door.begin`: a send to a room is queued for the group commit at once."""
        if not isinstance(command, c.Send) or self.connection.principal is None:
            return None
        membership = self.rooms.get(command.stream)
        if membership is None:
            return None
        began = monotonic()
        storing = send.send_message(command, sender=membership, person=self.principal, now=clock.now())
        storing.add_done_callback(lambda _: metrics.send_to_deliver.observe(monotonic() - began))
        return storing

    async def handle(self, command: c.Command) -> Fields:
        """See `Door.handle`."""
        run = _COMMANDS.get(type(command))
        if run is not None:
            return await run(self, command)
        return await super().handle(command)

    async def room(self, stream: str) -> Membership:
        """Return the membership in a stream. Raises `NotMember` or `NotFound`."""
        coming = self._coming.get(stream)
        if coming is not None:
            await asyncio.wait([coming])  # not the task itself: it outlives a command that is cancelled
        membership = self.rooms.get(stream)
        if membership is None:
            raise await db.run(memberships.why_absent, stream)
        await turns.over(membership)  # what was sent before this command is stored before it
        return membership

    async def join(self, command: c.Join) -> Fields:
        """Join a room and follow it from the head that `ok` tells."""
        joined = await join.join_room(command, person=self.principal)
        await self._follow(joined.membership, joined.fields["head"])
        return joined.fields

    async def read(self, command: c.Read) -> Fields:
        """Move a read mark: one's own stream's, or a room's."""
        if command.stream == "me":
            return await super().handle(command)
        member = await self.room(command.stream)
        return await read.mark_read(command, member=member, connection=self.connection.id)

    async def history(self, command: c.History) -> Fields:
        """Page one's own stream or a room."""
        if command.stream == "me":
            return await super().handle(command)
        return await history.read_history(command, member=await self.room(command.stream))

    async def match(self, command: c.Match) -> Fields:
        """Wait for somebody to talk to."""
        fields = await match.wait_for_match(command, person=self.principal)
        self.matching = True
        return fields

    async def unmatch(self, command: c.Unmatch) -> Fields:
        """Wait no more."""
        self.matching = False
        return await match.stop_waiting(command, person=self.principal)


def _in_room(
    act: Callable[..., Awaitable[Fields]], *, level: bool = False
) -> Callable[[ChatDoor, Any], Awaitable[Fields]]:
    """Return a command's function that looks its membership up by the command's `stream`.

    With `level` it is answered once this process's hub goes by the change too.
    """

    async def run(door: ChatDoor, command: Any) -> Fields:
        member = await door.room(command.stream)
        fields = await act(command, member=member)
        if level:
            await door.connection.hub.level(member.stream.id)
        return fields

    return run


async def _send_waiting(door: ChatDoor, command: Any) -> Fields:
    """A send that `begin` did not take: to `me`, to a room that is just being followed, or to none."""
    if command.stream == "me":
        return await db.run(answering.answer, door.principal.person_id, command.client_id, command.text)
    await door.room(command.stream)
    sending = door.begin(command)
    assert sending is not None
    fields: Fields = await sending
    return fields


_COMMANDS: dict[type[c.Command], Callable[[ChatDoor, Any], Awaitable[Fields]]] = {
    c.Join: ChatDoor.join,
    c.Leave: _in_room(leave.leave_room),
    c.Send: _send_waiting,
    c.Remove: _in_room(remove.remove_message),
    c.React: _in_room(react.react_to),
    c.Read: ChatDoor.read,
    c.Typing: _in_room(typing.say_typing),
    c.History: ChatDoor.history,
    c.Members: _in_room(members.list_members),
    c.Report: _in_room(report.report_message),
    c.Block: _in_room(block.block_member, level=True),
    c.Unblock: _in_room(block.unblock_member, level=True),
    c.Match: ChatDoor.match,
    c.Unmatch: ChatDoor.unmatch,
}
