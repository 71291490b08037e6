"""What people do in these tests, and what a fresh reader sees."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from accounts.principals import Principal
from chat import join, memberships, rooms, send
from chat.memberships import Membership
from protocol import commands as c
from runtime import clock
from streams import db, log
from streams.refs import StreamRef

_ids = itertools.count(1)


@dataclass
class Someone:
    """A person, and their memberships by slug."""

    principal: Principal
    rooms: dict[str, Membership] = field(default_factory=dict)

    async def joins(self, slug: str, name: str | None = None) -> dict[str, Any]:
        """Join a room; return the fields of `ok`."""
        joined = await join.join_room(c.Join(id=1, room=slug, name=name), person=self.principal)
        self.rooms[slug] = joined.membership
        return joined.fields

    async def says(
        self, slug: str, text: str, client_id: str | None = None, reply_to: str | None = None
    ) -> dict[str, Any]:
        """Send a message; return the fields of `ok`."""
        membership = self.rooms[slug]
        command = c.Send(
            id=1,
            stream=membership.stream.name,
            client_id=client_id or f"c{next(_ids)}",
            text=text,
            reply_to=reply_to,
        )
        return await send.send_message(
            command, sender=membership, person=self.principal, now=clock.now()
        )

    async def me(self) -> list[dict[str, Any]]:
        """Return the events of this person's own stream."""
        ref = await db.run(memberships.me_of, self.principal.person_id)
        return await events_of(ref)


async def events_of(ref: StreamRef) -> list[dict[str, Any]]:
    """Return a stream's events as a fresh reader gets them."""
    return [json.loads(line.data) for line in await db.run(log.page, ref)]


async def room_events(slug: str) -> list[dict[str, Any]]:
    """Return a room's events as a fresh reader gets them."""
    room = await db.run(rooms.find, slug)
    assert room is not None
    return await events_of(room.ref)


def someone() -> Someone:
    user = User.objects.create_guest()
    return Someone(Principal(user.pk, None, frozenset(), True, "en"))
