"""`history`: one page of a stream, as its asker may see it now."""

from collections.abc import Set
from typing import Any

from msgspec import Raw

from protocol import limits, pushes
from streams import log
from streams.refs import Line, StreamRef

ENVELOPE_BYTES = 256  # room for the reply around the events


def page(
    ref: StreamRef,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int | None = None,
    hide: Set[str] = frozenset(),
) -> dict[str, Any]:
    """Return the `ok` fields of `history`; what members in `hide` did is shown as `hidden`.

    A page ends early where the reply would pass 256 KiB: at its far end, seen from where the asker stands.
    """
    wanted = limit or limits.HISTORY_LIMIT
    lines = log.page(ref, before=before, after=after, limit=wanted + 1)
    head = log.heads([ref.id])[ref.id].seq
    forwards = after is not None
    ordered = lines if forwards else lines[::-1]
    taken: list[bytes] = []
    size = ENVELOPE_BYTES
    for line in ordered[:wanted]:
        data = _shown(line, ref.wire, hide)
        size += len(data) + 1
        if taken and size > limits.REPLY_FRAME_BYTES:
            break
        taken.append(data)
    events = taken if forwards else taken[::-1]
    return {"events": [Raw(data) for data in events], "head": head, "more": len(ordered) > len(taken)}


def _shown(line: Line, wire: str, hide: Set[str]) -> bytes:
    if line.member is not None and line.member in hide:
        return pushes.hidden(stream=wire, seq=line.seq, event_id=line.event_id, at=line.at)
    return line.data
