"""Whether a client may resume where it stood. Pure."""

from typing import Literal

from protocol import limits
from protocol.fields import Position

Status = Literal["resumed", "reset", "live"]


def resume(
    asked: Position | None,
    *,
    epoch: str,
    head: int,
    stored_event_id: str | None,
    oldest: int = limits.RESUME_EVENTS,
) -> Status:
    """Return the `status` of a stream in `welcome`.

    `stored_event_id` is the id of the stored event at `asked.seq`, None if there is none. `resumed`
    means that every event after `asked.seq` follows, `reset` that the client must drop what it has,
    `live` that it gave no position.
    """
    if asked is None:
        return "live"
    if asked.epoch != epoch or asked.seq > head or head - asked.seq > oldest:
        return "reset"
    known = "" if asked.seq == 0 else stored_event_id
    return "resumed" if asked.event_id == known else "reset"
