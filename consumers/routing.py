"""Which socket a path is, and who may knock: the origin, the subprotocol, the address."""

from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from consumers.chat import ChatDoor
from consumers.connection import Connection
from consumers.family import FamilyDoor
from consumers.hub import Hub
from consumers.moderation import ModerationDoor
from consumers.shell import Door, Shell
from consumers.station import station
from consumers.transports.choose import transport_for
from protocol.errors import Close
from runtime import addresses, metrics
from runtime.limits import Buckets, TokenBucket
from streams import commit

SUBPROTOCOL = "hearth.v1.json"
DOORS: dict[str, type[Door]] = {door.socket.path: door for door in (ChatDoor, FamilyDoor, ModerationDoor)}
_sockets_of_address = Buckets(settings.LIMITS.sockets_per_address)


async def websocket(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Serve one WebSocket scope from handshake to close."""
    event = await receive()
    if event["type"] != "websocket.connect":
        return
    path = scope["path"] if scope["path"].endswith("/") else f"{scope['path']}/"
    door = DOORS.get(path)
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    if door is None or not at_home(headers.get(b"origin"), headers.get(b"host", "")):
        await send({"type": "websocket.close", "code": 4001})  # a refused handshake: 403
        return
    offered = SUBPROTOCOL in scope.get("subprotocols", ())
    await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL if offered else None})
    house = station()
    await house.start()
    connection = Connection(transport_for(send, raw=settings.RAW_FRAMES), house.hub)
    refused = _refusal(scope, headers, house.hub) if offered else Close.VERSION
    if refused is not None:
        await connection.close(refused, refused.reason)
        return
    label = door.socket.value
    metrics.sockets_opened.labels(label).inc()
    metrics.sockets.labels(label).inc()
    made = door(connection)
    connection.told = made.told
    shell = Shell(made, connection, house.hub, TokenBucket(settings.LIMITS.command, monotonic()))
    try:
        await shell.run(receive)
    finally:
        metrics.sockets.labels(label).dec()
        metrics.sockets_closed.labels(str(int(connection.closing or 1000))).inc()


def at_home(origin: str | None, host: str) -> bool:
    """Return whether a browser's page may open a socket; a client without an Origin has its ticket."""
    if origin is None:
        return True
    if origin in settings.ALLOWED_ORIGINS:
        return True
    try:
        return bool(host) and urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:  # not an address at all
        return False


def _refusal(scope: dict[str, Any], headers: dict[bytes, str], hub: Hub) -> Close | None:
    """Return why this socket is not taken in before it has said a word, or None."""
    if _too_many(scope, headers):
        return Close.RATE_LIMITED
    if len(hub.shells) >= settings.MAX_SOCKETS or commit.crowded():
        return Close.OVERLOADED  # another process may have room, and here it is emptier in a while
    return None


def _too_many(scope: dict[str, Any], headers: dict[bytes, str]) -> bool:
    peer = (scope.get("client") or ("", 0))[0]
    address = addresses.client(peer, headers.get(b"x-forwarded-for", ""))
    if addresses.exempt(address):
        return False
    return _sockets_of_address.spend(addresses.key(address), monotonic()) > 0
