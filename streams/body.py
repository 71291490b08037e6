"""An event's fields at rest (sealed JSON) and on the wire (one JSON object)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import msgspec

from protocol import pushes
from runtime import keyring
from streams.models import PERSONAL, Event
from streams.refs import Gone, Line, Stored, StreamRef

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(dict[str, Any])
ERASED: bytes = b""  # an erased body: nothing is left to decrypt


@dataclass(frozen=True, slots=True)
class AtRest:
    """What stands in an event's row, as far as it depends on whose stream it is."""

    kind: str
    at: datetime
    body: bytes


def coarse(at: datetime) -> datetime:
    """Return the day of a time: all that a row of a person's own stream tells of it."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def at_rest(stored: Stored) -> AtRest:
    """Return an event as it is kept, its body bound to it so that bodies cannot be swapped.

    A person's own stream names the rooms they are in. It is sealed with the identity key, its kind and
    time too: in clear, they would match a row of a room, and two such matches join two pseudonyms.
    """
    bound = stored.event_id.encode()
    if stored.stream.wire != "me":
        body = keyring.content().encrypt(_encoder.encode(stored.fields), bound)
        return AtRest(stored.kind, stored.at, body)
    whole = {"kind": stored.kind, "at": round(stored.at.timestamp() * 1000), "fields": stored.fields}
    if stored.guard is not None:
        whole["guard"] = stored.guard
    return AtRest(PERSONAL, coarse(stored.at), keyring.identity().encrypt(_encoder.encode(whole), bound))


def opened(row: Event, ref: StreamRef) -> Stored:
    """Return a row as a value. Raises `tink.TinkError` for one that was tampered with.

    Of an erased body nothing is left: a room's event has no fields then, a person's own is `hidden`.
    """
    kind, at, body, gone = row.kind, row.at, bytes(row.body), cast("Gone | None", row.gone)
    fields: dict[str, Any] = {}
    guard = None
    if kind == PERSONAL:
        kind = "hidden"
        if body:
            whole = _decoder.decode(keyring.identity().decrypt(body, row.event_id.encode()))
            kind, at, fields = whole["kind"], datetime.fromtimestamp(whole["at"] / 1000, UTC), whole["fields"]
            guard = whole.get("guard")
    elif body:
        fields = _decoder.decode(keyring.content().decrypt(body, row.event_id.encode()))
    return Stored(
        row.event_id, ref, row.seq, kind, at, row.member, row.client_id, row.target, fields, gone, guard
    )


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
    fields = dict(shown(stored.kind, stored.fields, stored.gone))
    data = pushes.event(
        stream=stored.stream.wire,
        seq=stored.seq,
        event_id=stored.event_id,
        kind=stored.kind,
        at=stored.at,
        fields=fields,
    )
    return Line(
        stored.seq, stored.event_id, stored.kind, stored.member, stored.target, stored.at, data, stored.guard
    )
