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
from runtime.limits import Buckets
from streams import commit, db, log, presence
from streams.commit import Item
from streams.refs import StreamRef
from streams.transaction import Tx

_sockets_of_person = Buckets(settings.LIMITS.sockets_per_person)


@dataclass(frozen=True, slots=True)
class Opening:
    """One stream that a connection will follow from its `welcome` on."""

    ref: StreamRef
    member: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)  # what `welcome` says of it besides
    since: int | None = None  # the head at which the member was found to be in it


Load = Callable[[Principal], Sequence[Opening]]


async def admit(
    connection: Connection, hub: Hub, socket: Socket, hello: Hello, load: Load
) -> Callable[[], None]:
    """Redeem the ticket and find the streams; `load` (a database function) names those besides `me`.

    Returns the last step, which follows them and gives `welcome`. Raises `Bye` or `Unavailable`.
    """
    entered = await commit.submit(Item((), lambda tx: _redeem(tx, hello.ticket, socket)))
    if isinstance(entered, Close):
        raise Bye(entered)
    principal, me = entered
    _count(hub, principal)
    connection.principal = principal
    hub.add(connection)  # counted and reachable from here on: a sign-out meanwhile closes it
    openings = [me, *await db.run(load, principal)]
    feeds = await hub.open([opening.ref for opening in openings])
    asked = hello.resume or {}
    wanted = {
        (opening.ref.id, asked[opening.ref.wire].seq): opening.ref.wire
        for opening in openings
        if opening.ref.wire in asked and asked[opening.ref.wire].seq > 0
    }
    stored = await db.run(log.positions, list(wanted)) if wanted else {}

    def last_step() -> None:
        streams: dict[str, dict[str, Any]] = {}
        begin: list[tuple[int, Opening]] = []
        for opening, feed in zip(openings, feeds, strict=True):
            wire, at = opening.ref.wire, asked.get(opening.ref.wire)
            known = stored.get((opening.ref.id, at.seq)) if at is not None else None
            head = feed.head
            if at is not None and known is not None:
                head = max(head, at.seq)  # it is stored, though its hint has not reached this process
            status = position.resume(at, epoch=opening.ref.epoch, head=head, stored_event_id=known)
            streams[wire] = {"epoch": opening.ref.epoch, "head": head, "status": status, **opening.more}
            begin.append((at.seq if at is not None and status == "resumed" else head, opening))
        connection.write(pushes.welcome(hello.id, connection=connection.id, streams=streams))
        for (cursor, opening), feed in zip(begin, feeds, strict=True):
            hub.follow(connection, feed, cursor, opening.member, opening.since)

    return last_step


def _redeem(tx: Tx, ticket: str, socket: Socket) -> tuple[Principal, Opening] | Close:
    """Use up a ticket, with all others of the batch: a storm of arrivals costs few transactions."""
    try:
        principal = tickets.redeem(ticket, tx.now)
    except tickets.TicketRefused as refused:
        return Close.BANNED if refused.reason == "suspended" else Close.TICKET
    ref = log.ensure(me_stream(principal.person_id, socket.value))
    return principal, Opening(ref, more={"read": log.mark(ref)})


def _count(hub: Hub, principal: Principal) -> None:
    """Hold a person to their connections. Raises `Bye`."""
    if _sockets_of_person.spend(principal.person_id, monotonic()) > 0:
        raise Bye(Close.RATE_LIMITED)
    here = len(hub.by_person.get(principal.person_id, ()))
    own = [me_stream(principal.person_id, socket.value) for socket in Socket]
    if max(here, presence.connections(*own)) >= settings.LIMITS.connections_per_person:
        raise Bye(Close.TOO_MANY_CONNECTIONS)
