"""An event's fields at rest (sealed JSON) and on the wire (one JSON object)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from protocol import pushes
from runtime import keyring
from streams.refs import Gone, Line, Stored

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(dict[str, Any])
ERASED: bytes = b""  # an erased body: nothing is left to decrypt


def seal(event_id: str, fields: Mapping[str, Any]) -> bytes:
    """Return `fields` as sealed JSON, bound to its event so that bodies cannot be swapped."""
    return keyring.content().encrypt(_encoder.encode(fields), event_id.encode())


def unseal(event_id: str, body: bytes) -> dict[str, Any]:
    """Return the fields; an erased body has none. Raises `runtime.keyring` errors on a forged one."""
    if not body:
        return {}
    return _decoder.decode(keyring.content().decrypt(body, event_id.encode()))


def shown(kind: str, fields: Mapping[str, Any], gone: Gone | None) -> Mapping[str, Any]:
    """Return what a follower may see of the fields now: no text once it went."""
    if gone is None:
        return fields
    seen = {name: value for name, value in fields.items() if name != "text"}
    if kind == "message":
        seen["gone"] = gone
    return seen


def line(stored: Stored) -> Line:
    """Encode one event for its followers. It must have a seq."""
    assert stored.seq is not None
    return render(
        stored.stream.wire,
        stored.seq,
        stored.event_id,
        stored.kind,
        stored.at,
        stored.member,
        stored.target,
        shown(stored.kind, stored.fields, stored.gone),
    )


def render(
    wire: str,
    seq: int,
    event_id: str,
    kind: str,
    at: datetime,
    member: str | None,
    target: str | None,
    fields: Mapping[str, Any],
) -> Line:
    """Encode one event whose visible fields are given."""
    data = pushes.event(stream=wire, seq=seq, event_id=event_id, kind=kind, at=at, fields=dict(fields))
    return Line(seq, event_id, kind, member, target, at, data)
