"""What moderation asks of the rooms. Chat fills these; nothing here imports it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from streams.refs import StreamRef
from streams.transaction import Tx


class RoomActions(Protocol):
    """What a moderator can do in a room. Each writes inside `tx`; the streams it appends to come from
    `streams_of`.

    Undoing: `hold`/`release`, `retract`/`restore`, `mute`/`unmute`, `remove`/`readmit`, `ban`/`unban`,
    `slow_mode` with the former seconds. `until` None means until undone. All raise `protocol.errors.Refusal`
    (`NotFound`, `Conflict`) where there is nothing to act on.
    """

    def streams_of(self, room: StreamRef, member_id: str) -> tuple[StreamRef, ...]:
        """Return the streams an action on this member may append to: the room and the member's `me`."""
        ...

    def hold(self, tx: Tx, room: StreamRef, member_id: str, *, on: bool, now: datetime) -> None:
        """Keep the member's next messages for review, or stop doing so."""
        ...

    def release(self, tx: Tx, room: StreamRef, event_id: str, *, now: datetime) -> None:
        """Deliver a held message as a new one at the head of the room."""
        ...

    def retract(self, tx: Tx, room: StreamRef, event_id: str, *, now: datetime) -> None:
        """Take a delivered message out of view; refuse a held one."""
        ...

    def restore(self, tx: Tx, room: StreamRef, event_id: str, *, now: datetime) -> None:
        """Show a retracted message again."""
        ...

    def mute(
        self, tx: Tx, room: StreamRef, member_id: str, *, until: datetime | None, on: bool, now: datetime
    ) -> None:
        """Refuse the member's messages until then, or end that."""
        ...

    def remove(self, tx: Tx, room: StreamRef, member_id: str, *, until: datetime, now: datetime) -> None:
        """Take the member out of the room for a time; it ends by itself."""
        ...

    def readmit(self, tx: Tx, room: StreamRef, member_id: str, *, now: datetime) -> None:
        """End a removal before its time."""
        ...

    def ban(
        self, tx: Tx, room: StreamRef, member_id: str, *, until: datetime | None, on: bool, now: datetime
    ) -> None:
        """Take the member out of the room for good or until then, or end that."""
        ...

    def slow_mode(self, tx: Tx, room: StreamRef, *, seconds: int, now: datetime) -> int:
        """Set the pause between two messages of one member; return the former one in seconds."""
        ...

    def send_card(self, tx: Tx, room: StreamRef, member_id: str, *, now: datetime) -> None:
        """Write the crisis card to the member's `me`."""
        ...

    def text_of(self, event_ids: Sequence[str]) -> dict[str, str]:
        """Return the texts of messages that moderators of an open case may read, by event id."""
        ...


_room_actions: RoomActions | None = None
_release_texts: list[Callable[[Tx, frozenset[str]], None]] = []


def register(actions: RoomActions) -> None:
    """Let chat say, at start-up, who acts on rooms."""
    global _room_actions
    _room_actions = actions


def room_actions() -> RoomActions:
    """Return who acts on rooms. Raises `LookupError` before chat registered."""
    if _room_actions is None:
        raise LookupError("no room actions are registered: chat is not installed")
    return _room_actions


def when_texts_are_released(callback: Callable[[Tx, frozenset[str]], None]) -> None:
    """Call `callback(tx, event_ids)` when no open case or report keeps those removed or expired texts
    any more."""
    if callback not in _release_texts:
        _release_texts.append(callback)


def texts_released(tx: Tx, event_ids: frozenset[str]) -> None:
    """Tell whoever registered that these texts are no longer kept for moderators."""
    for callback in _release_texts:
        callback(tx, event_ids)
