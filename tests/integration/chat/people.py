"""What people do in these tests, and what a fresh reader sees."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from accounts.models import User
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
    rooms,
    send,
)  # fmt: skip
from chat.memberships import Membership
from chat.models import Room
from chat.moderating import act_now, actions
from moderation import cases
from protocol import commands as c
from protocol import kinds
from runtime import clock
from streams import db, log
from streams.refs import StreamRef
from streams.transaction import Tx

T = TypeVar("T")
Fields = dict[str, Any]
COMMON = {"type", "stream", "seq", "event_id", "kind", "at"}
_ids = itertools.count(1)


@dataclass
class Someone:
    """A person, and their memberships by slug."""

    principal: Principal
    rooms: dict[str, Membership] = field(default_factory=dict)

    def id(self, slug: str = "sleep") -> str:
        """Return this person's member id in a room."""
        return self.rooms[slug].member_id

    def stream(self, slug: str = "sleep") -> str:
        """Return the name of a room's stream."""
        return self.rooms[slug].stream.name

    async def joins(self, slug: str = "sleep", name: str | None = None) -> Fields:
        """Join a room; return the fields of `ok`."""
        joined = await join.join_room(c.Join(id=1, room=slug, name=name), person=self.principal)
        self.rooms[slug] = joined.membership
        return joined.fields

    async def leaves(self, slug: str = "sleep") -> Fields:
        """Leave a room."""
        return await leave.leave_room(c.Leave(id=1, stream=self.stream(slug)), member=self.rooms[slug])

    async def says(
        self, text: str, client_id: str | None = None, reply_to: str | None = None, slug: str = "sleep"
    ) -> Fields:
        """Send a message; return the fields of `ok`."""
        command = c.Send(
            id=1,
            stream=self.stream(slug),
            client_id=client_id or f"c{next(_ids)}",
            text=text,
            reply_to=reply_to,
        )
        return await send.send_message(
            command, sender=self.rooms[slug], person=self.principal, now=clock.now()
        )

    async def takes_back(self, event_id: str | None = None, client_id: str | None = None) -> Fields:
        """Remove a message."""
        command = c.Remove(id=1, stream=self.stream(), event_id=event_id, client_id=client_id)
        return await remove.remove_message(command, member=self.rooms["sleep"])

    async def reacts(self, event_id: str, reaction: Any = "heart", on: bool = True) -> Fields:
        """Set or take away a reaction."""
        command = c.React(id=1, stream=self.stream(), event_id=event_id, reaction=reaction, on=on)
        return await react.react_to(command, member=self.rooms["sleep"])

    async def reads(self, seq: int) -> Fields:
        """Move the read mark."""
        return await read.mark_read(c.Read(id=1, stream=self.stream(), seq=seq), member=self.rooms["sleep"])

    async def reports(self, event_id: str, reason: Any = "harassment") -> Fields:
        """Report a message."""
        command = c.Report(id=1, stream=self.stream(), event_id=event_id, reason=reason)
        return await report.report_message(command, member=self.rooms["sleep"])

    async def blocks(self, member_id: str, slug: str = "sleep") -> Fields:
        """Block a member."""
        command = c.Block(id=1, stream=self.stream(slug), member=member_id)
        return await block.block_member(command, member=self.rooms[slug])

    async def unblocks(self, member_id: str, slug: str = "sleep") -> Fields:
        """Unblock a member."""
        command = c.Unblock(id=1, stream=self.stream(slug), member=member_id)
        return await block.unblock_member(command, member=self.rooms[slug])

    async def asks_history(self, **bounds: int) -> Fields:
        """Read a page; its events as a client decodes them."""
        fields = await history.read_history(
            c.History(id=1, stream=self.stream(), **bounds), member=self.rooms["sleep"]
        )
        return {**fields, "events": [json.loads(bytes(event)) for event in fields["events"]]}

    async def asks_members(self) -> Fields:
        """Ask who is there."""
        return await members.list_members(c.Members(id=1, stream=self.stream()), member=self.rooms["sleep"])

    async def matches(
        self, role: Any = "seeker", topic: str = "sleep", language: str | None = None
    ) -> Fields:
        """Wait for a match."""
        command = c.Match(id=1, topic=topic, role=role, language=language)
        return await match.wait_for_match(command, person=self.principal)

    async def unmatches(self) -> Fields:
        """Stop waiting."""
        return await match.stop_waiting(c.Unmatch(id=1), person=self.principal)

    async def me(self, kind: str | None = None) -> list[Fields]:
        """Return the events of this person's own stream, of one kind if told."""
        ref = await db.run(memberships.me_of, self.principal.person_id)
        return [event for event in await events_of(ref) if kind in (None, event["kind"])]


async def events_of(ref: StreamRef) -> list[Fields]:
    """Return a stream's events as a fresh reader gets them."""
    events = [json.loads(line.data) for line in await db.run(log.page, ref, limit=1_000)]
    for event in events:
        kinds.check(event["kind"], {name: event[name] for name in event.keys() - COMMON})
    return events


async def room_events(slug: str = "sleep") -> list[Fields]:
    """Return a room's events as a fresh reader gets them."""
    return await events_of(await ref_of(slug))


async def queue_events() -> list[Fields]:
    """Return the events of the moderators' queue."""
    return await events_of(await db.run(cases.queue_stream))


async def ref_of(slug: str = "sleep") -> StreamRef:
    """Return a room's stream."""
    room = await db.run(rooms.find, slug)
    assert room is not None
    return room.ref


async def moderate(action: str, someone: Someone, *args: Any, slug: str = "sleep", **more: Any) -> Any:
    """Let a moderator act on somebody in a room, in a transaction of its own."""
    ref = await ref_of(slug)

    def act(tx: Tx) -> Any:
        return getattr(actions, action)(tx, ref, *args, now=tx.now, **more)

    return await db.run(act_now, ref, someone.id(slug), act)


async def rewrite_room(slug: str = "sleep", **fields: Any) -> None:
    """Change a room's row behind everyone's back."""
    await db.run(lambda: Room.objects.filter(slug=slug).update(**fields))


def someone() -> Someone:
    """Return a new guest. Synchronous."""
    user = User.objects.create_guest()
    return Someone(Principal(user.pk, None, frozenset(), True, "en"))


def state_of(events: Iterable[Fields], before: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return what a client knows after these events: it applies them to what it knew `before`."""
    state: dict[str, Any] = json.loads(json.dumps(before or {"messages": {}, "members": {}}))
    for event in events:
        _apply(state, event)
    return state


def _apply(state: dict[str, Any], event: Fields) -> None:
    messages, people = state["messages"], state["members"]
    kind, target = event["kind"], messages.get(event.get("target", ""))
    if kind == "message":
        known = {
            name: event.get(name) for name in ("member", "text", "reply_to", "gone", "seq", "written_at")
        }
        messages[event["event_id"]] = {**known, "reactions": []}
    elif kind in ("message.removed", "message.retracted") and target is not None:
        target |= {"text": None, "gone": kind.removeprefix("message.")}
    elif kind == "message.restored" and target is not None and "text" in event:
        target |= {"text": event["text"], "gone": None}
    elif kind == "reaction" and target is not None:
        mark = [event["member"]["id"], event["reaction"]]
        target["reactions"] = sorted(
            [*target["reactions"], mark] if event["on"] else [m for m in target["reactions"] if m != mark]
        )
    elif kind == "member.joined":
        people[event["member"]["id"]] = event["member"]["name"]
    elif kind == "member.left":
        people.pop(event["member"]["id"], None)


Maker = Callable[[], Someone]
