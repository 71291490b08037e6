"""`history`: one page of a stream, as its asker may see it now."""

import json
from collections.abc import Callable, Iterator, Sequence, Set
from typing import Any

from msgspec import Raw

from protocol import limits, pushes
from streams import log
from streams.refs import Line, StreamRef

Permit = Callable[[Set[str]], Set[str]]  # which of these guards let their reader see something now

ENVELOPE_BYTES = 256  # room for the reply around the events


def page(
    ref: StreamRef,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int | None = None,
    hide: Set[str] = frozenset(),
    permit: Permit | None = None,
) -> dict[str, Any]:
    """Return the `ok` fields of `history`; what members in `hide` did is shown as `hidden`.

    So is a guarded event unless `permit` lets its guard pass.

    A page ends early where the reply would pass 256 KiB: at its far end, seen from where the asker stands.
    """
    wanted = limit or limits.HISTORY_LIMIT
    lines = log.page(ref, before=before, after=after, limit=wanted + 1)
    head = log.heads([ref.id])[ref.id].seq
    forwards = after is not None
    ordered = lines if forwards else lines[::-1]
    open_guards = permitted(lines, permit)
    taken: list[bytes] = []
    size = ENVELOPE_BYTES
    for line in ordered[:wanted]:
        data = _shown(line, ref.wire, hide, open_guards)
        size += len(data) + 1
        if taken and size > limits.REPLY_FRAME_BYTES:
            break
        taken.append(data)
    events = taken if forwards else taken[::-1]
    return {"events": [Raw(data) for data in events], "head": head, "more": len(ordered) > len(taken)}


def permitted(lines: Sequence[Line], permit: Permit | None) -> Set[str]:
    """Return which guards of these lines let their reader see something now."""
    guards = {line.guard for line in lines if line.guard is not None}
    return permit(guards) if guards and permit is not None else frozenset()


def whole(ref: StreamRef, permit: Permit | None = None) -> Iterator[dict[str, Any]]:
    """Yield every event of a stream that its reader may see now, oldest first, without the socket's words."""
    after = 0
    while lines := log.page(ref, after=after):
        open_guards = permitted(lines, permit)
        for line in lines:
            if line.guard is None or line.guard in open_guards:
                event = json.loads(line.data)
                yield {name: value for name, value in event.items() if name not in ("type", "stream", "seq")}
        after = lines[-1].seq


def _shown(line: Line, wire: str, hide: Set[str], open_guards: Set[str]) -> bytes:
    blocked = line.member is not None and line.member in hide
    if blocked or (line.guard is not None and line.guard not in open_guards):
        return pushes.hidden(stream=wire, seq=line.seq, event_id=line.event_id, at=line.at)
    return line.data
