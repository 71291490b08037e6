"""Telling the followers: the port between what is stored and the sockets of all processes.

A process that serves sockets attaches its `Bus`; any other (a worker, a command) only speaks to the layer.
What goes over the layer is a hint: a lost one costs time, never an event.
"""

import asyncio
from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from prometheus_client import Counter
from redis.exceptions import RedisError

from protocol import pushes
from runtime import metrics
from streams.refs import Line, StreamRef
from streams.transaction import Batch

ALL = "hearth.all"  # every process that serves sockets


def group(stream_id: int) -> str:
    """Return the layer's group of a stream."""
    return f"hearth.s{stream_id}"


class Outlet(Protocol):
    """What a process with sockets offers: delivery at once to its own, and to the others by the layer."""

    def post(self, group_name: str, message: dict[str, Any]) -> None:
        """Deliver a message here and on the other processes. Callable from any thread."""


_outlet: Outlet | None = None


def attach(outlet: Outlet | None) -> None:
    """Say which outlet this process has; None when it has none any more."""
    global _outlet
    _outlet = outlet


def _post(group_name: str, message: dict[str, Any]) -> None:
    if _outlet is not None:
        _outlet.post(group_name, message)
        return
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        if "lines" in message:
            message = message | {"lines": pack(message["lines"])}
        try:
            async_to_sync(layer.group_send)(group_name, message)
        except (OSError, RedisError):
            metrics.layer_failures.inc()  # a hint: the sweep of every hub finds what was stored


def pack(lines: Sequence[Line]) -> list[list[Any]]:
    """Return lines as plain lists for the layer's serialiser."""
    return [[x.seq, x.event_id, x.kind, x.member, x.target, x.at.timestamp(), x.data, x.guard] for x in lines]


@cache
def _stored(kind: str) -> Counter:
    return metrics.events.labels(kind)  # looked up once: this is on every message's way


def events(batches: Sequence[Batch]) -> None:
    """Tell everyone what has been stored."""
    for batch in batches:
        for line in batch.lines:
            _stored(line.kind).inc()
        _post(
            group(batch.ref.id),
            {
                "type": "stream.events",
                "stream": batch.ref.id,
                "version": batch.version,
                "lines": batch.lines,
            },
        )


def signal(
    stream: StreamRef,
    kind: str,
    fields: dict[str, Any],
    *,
    member: str | None = None,
    only: str | None = None,
    skip: str | None = None,
) -> None:
    """Push something that is never stored. It is `member`'s doing; `only` and `skip` name a receiver."""
    data = pushes.signal(stream=stream.wire, kind=kind, fields=fields)
    _post(
        group(stream.id),
        {
            "type": "stream.signal",
            "stream": stream.id,
            "data": data,
            "member": member,
            "only": only,
            "skip": skip,
        },
    )


def kick(person: UUID, code: int, *, session: UUID | None = None) -> None:
    """Close a person's sockets everywhere with a close code; with `session`, only those of that sign-in."""
    _post(
        ALL,
        {
            "type": "stream.kick",
            "person": person.hex,
            "code": int(code),
            "session": session.hex if session else None,
        },
    )


def spent(me: StreamRef, room: StreamRef) -> None:
    """Tell the other processes a person is connected to that they have used a turn of theirs in a room."""
    _post(group(me.id), {"type": "stream.spent", "stream": me.id, "room": room.id})


def forget(stream: StreamRef) -> None:
    """Say that stored events have changed (erased, expired): nobody may serve old bytes of them."""
    _post(group(stream.id), {"type": "stream.forget", "stream": stream.id})
