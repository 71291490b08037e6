"""What the server says unasked, encoded. The kinds of events and their fields are in protocol.kinds."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from protocol import limits
from protocol.codec import encode
from protocol.errors import Close
from protocol.text import stamp

PING = b'{"type":"ping"}'


def event(
    *, stream: str, seq: int, event_id: str, kind: str, at: datetime | str, fields: Mapping[str, Any]
) -> bytes:
    """Return one stored event as everyone in its stream may see it. A str `at` is already stamped."""
    return encode(
        {
            "type": "event",
            "stream": stream,
            "seq": seq,
            "event_id": event_id,
            "kind": kind,
            "at": at if isinstance(at, str) else stamp(at),
            **fields,
        }
    )


def hidden(*, stream: str, seq: int, event_id: str, at: datetime | str) -> bytes:
    """Return what stands in an event's place for a viewer who may not see it."""
    return event(stream=stream, seq=seq, event_id=event_id, kind="hidden", at=at, fields={})


def signal(
    *, stream: str, kind: str, fields: Mapping[str, Any], member: Mapping[str, Any] | None = None
) -> bytes:
    """Return a signal (`typing`, `presence`, `read`): never stored, may be dropped."""
    who = {} if member is None else {"member": member}
    return encode({"type": "signal", "stream": stream, "kind": kind, **who, **fields})


def welcome(
    id: int,
    *,
    connection: str,
    streams: Mapping[str, Mapping[str, Any]],
    heartbeat_ms: int = round(limits.HEARTBEAT_SECONDS * 1000),
    events: int = limits.WINDOW_EVENTS,
    bytes: int = limits.WINDOW_BYTES,
) -> bytes:
    """Return the answer to `hello`: the streams by wire name, and the numbers of this connection."""
    return encode(
        {
            "type": "welcome",
            "id": id,
            "connection": connection,
            "heartbeat_ms": heartbeat_ms,
            "window": {"events": events, "bytes": bytes},
            "streams": streams,
        }
    )


def ping() -> bytes:
    """Return the heartbeat."""
    return PING


def drain(within_ms: int) -> bytes:
    """Return the request to open a new socket, resume there and close this one, within milliseconds."""
    return encode({"type": "drain", "within_ms": within_ms})


def bye(code: Close, reason: str | None = None, retry_after_ms: int | None = None) -> bytes:
    """Return the last object of a connection; the same close code must follow."""
    said: dict[str, Any] = {"type": "bye", "code": int(code), "reason": reason or code.reason}
    if retry_after_ms is not None:
        said["retry_after_ms"] = retry_after_ms
    return encode(said)


def frames(objects: Iterable[bytes], limit: int = limits.REPLY_FRAME_BYTES) -> list[bytes]:
    """Pack encoded objects, in order, into frames of one object per line and at most `limit` bytes."""
    packed: list[bytes] = []
    lines: list[bytes] = []
    size = -1
    for line in objects:
        size += len(line) + 1
        if size > limit and lines:
            packed.append(b"\n".join(lines))
            lines = []
            size = len(line)
        lines.append(line)
    if lines:
        packed.append(b"\n".join(lines))
    return packed
