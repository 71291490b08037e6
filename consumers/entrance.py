"""From a `hello` to a `welcome`: the ticket, the limits, the streams and where to begin in each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from django.conf import settings

from accounts import tickets
from accounts.principals import Principal, me_stream
from consumers.connection import Connection
from consumers.hub import Hub
from protocol import position, pushes
from protocol.commands import Hello
from protocol.errors import Bye, Close
from protocol.sockets import Socket
from runtime import clock
from runtime.limits import Buckets
from streams import db, log, presence
from streams.refs import StreamRef

_sockets_of_person = Buckets(settings.LIMITS.sockets_per_person)


@dataclass(frozen=True, slots=True)
class Opening:
    """One stream that a connection will follow from its `welcome` on."""

    ref: StreamRef
    member: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)  # what `welcome` says of it besides


Load = Callable[[Principal], Sequence[Opening]]


async def admit(
    connection: Connection, hub: Hub, socket: Socket, hello: Hello, load: Load
) -> Callable[[], None]:
    """Redeem the ticket and find the streams; `load` (a database function) names those besides `me`.

    Returns the last step, which follows them and gives `welcome`. Raises `Bye` or `Unavailable`.
    """
    principal, openings = await db.run(_redeem, hello.ticket, socket, load)
    _count(hub, principal, openings[0].ref)
    connection.principal = principal
    hub.add(connection)  # counted and reachable from here on: a sign-out meanwhile closes it
    feeds = await hub.open([opening.ref for opening in openings])
    asked = hello.resume or {}
    known = {
        (opening.ref.id, asked[opening.ref.wire].seq): opening.ref.wire
        for opening in openings
        if opening.ref.wire in asked and asked[opening.ref.wire].seq > 0
    }
    stored = await db.run(log.positions, list(known)) if known else {}

    def last_step() -> None:
        streams: dict[str, dict[str, Any]] = {}
        begin: list[tuple[int, Opening]] = []
        for opening, feed in zip(openings, feeds, strict=True):
            wire, at = opening.ref.wire, asked.get(opening.ref.wire)
            status = position.resume(
                at,
                epoch=opening.ref.epoch,
                head=feed.head,
                stored_event_id=stored.get((opening.ref.id, at.seq)) if at is not None else None,
            )
            streams[wire] = {"epoch": opening.ref.epoch, "head": feed.head, "status": status, **opening.more}
            begin.append((at.seq if at is not None and status == "resumed" else feed.head, opening))
        connection.write(pushes.welcome(hello.id, connection=connection.id, streams=streams))
        for (cursor, opening), feed in zip(begin, feeds, strict=True):
            hub.follow(connection, feed, cursor, opening.member)

    return last_step


def _redeem(ticket: str, socket: Socket, load: Load) -> tuple[Principal, list[Opening]]:
    try:
        principal = tickets.redeem(ticket, clock.now())
    except tickets.TicketRefused as refused:
        code = Close.BANNED if refused.reason == "suspended" else Close.TICKET
        raise Bye(code) from refused
    me = log.ensure(me_stream(principal.person_id, socket.value))
    return principal, [Opening(me, more={"read": log.mark(me)}), *load(principal)]


def _count(hub: Hub, principal: Principal, me: StreamRef) -> None:
    """Hold a person to their connections. Raises `Bye`."""
    if _sockets_of_person.spend(principal.person_id, monotonic()) > 0:
        raise Bye(Close.RATE_LIMITED)
    here = len(hub.by_person.get(principal.person_id, ()))
    if max(here, presence.people(me.id)) >= settings.LIMITS.connections_per_person:
        raise Bye(Close.TOO_MANY_CONNECTIONS)
