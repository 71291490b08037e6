"""Everything this package raises: one tree, each leaf with its wire code and whether a retry helps."""

from collections.abc import Mapping
from typing import Any, ClassVar


class HearthError(Exception):
    """Base of all errors of this package."""


class Disconnected(HearthError):
    """The connection went before the answer came, and the command is not safe to repeat by itself."""


class TimedOut(HearthError):
    """No answer within the time the caller gave."""


class ProtocolBroken(HearthError):
    """The server said something that version 1 of the protocol does not allow."""


class Closed(HearthError):
    """The server closed the connection for good; `code` says why (40xx)."""

    REASONS: ClassVar[dict[int, str]] = {
        4000: "bad frames",
        4001: "the server speaks another version",
        4002: "the ticket was refused twice",
        4003: "suspended from this house",
        4004: "a frame was too large",
        4005: "too many connections",
        4006: "signed out",
    }

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason or self.REASONS.get(code, "closed")

    def __str__(self) -> str:
        return f"closed with {self.code}: {self.reason}"


class DoorRefused(HearthError):
    """An HTTP door said no. `retry_after_s` is None where a retry would not help."""

    def __init__(self, status: int, code: str, detail: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(status, code, detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.retry_after_s = retry_after_s

    def __str__(self) -> str:
        return (
            f"HTTP {self.status} {self.code}: {self.detail}"
            if self.detail
            else f"HTTP {self.status} {self.code}"
        )


class DoorUnreachable(HearthError):
    """The HTTP door did not answer at all."""


class CommandError(HearthError):
    """The server refused one command. Data: `code`, `message`, and the fields its code carries."""

    code: ClassVar[str] = ""
    retryable: ClassVar[bool] = False

    def __init__(
        self, message: str = "", extra: Mapping[str, Any] | None = None, *, code: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.extra: dict[str, Any] = dict(extra or {})
        self.wire_code = code or self.code

    def __str__(self) -> str:
        return f"{self.wire_code}: {self.message}" if self.message else self.wire_code

    @property
    def retry_after_s(self) -> float:
        """Seconds to wait before a retry; 0 where the server named none."""
        wait = self.extra.get("retry_after_ms")
        return wait / 1000 if isinstance(wait, int | float) else 0.0


class BadFrame(CommandError):
    """The frame held no object with a type."""

    code = "bad_frame"


class UnknownType(CommandError):
    """This server does not know the command."""

    code = "unknown_type"


class BadField(CommandError):
    """A field is missing or wrong; `field` names it."""

    code = "bad_field"

    @property
    def field(self) -> str:
        """Name of the field."""
        return str(self.extra.get("field", ""))


class Unauthorized(CommandError):
    """No live credential."""

    code = "unauthorized"


class Forbidden(CommandError):
    """One may see it, and may not do this to it."""

    code = "forbidden"


class NotFound(CommandError):
    """Absent, or not this person's to see."""

    code = "not_found"


class NotMember(CommandError):
    """This person is not in that room."""

    code = "not_member"


class TooLong(CommandError):
    """The text or note is too long."""

    code = "too_long"


class RoomFull(CommandError):
    """The room is full; `room` is an open one of the same topic."""

    code = "room_full"

    @property
    def room(self) -> str:
        """Slug of the room to try instead."""
        return str(self.extra.get("room", ""))


class RateLimited(CommandError):
    """Too many commands at once."""

    code = "rate_limited"
    retryable = True


class SlowMode(CommandError):
    """The room takes one message per member in a while."""

    code = "slow_mode"
    retryable = True


class Muted(CommandError):
    """Muted in this room; `until` says how long (RFC 3339)."""

    code = "muted"

    @property
    def until(self) -> str | None:
        """When it ends; None where it has no end."""
        until = self.extra.get("until")
        return until if isinstance(until, str) else None


class Banned(CommandError):
    """Banned from this room."""

    code = "banned"


class OffDuty(CommandError):
    """Only for those on duty."""

    code = "off_duty"


class Conflict(CommandError):
    """Taken already: a name, a `client_id` with another text, the 21st room."""

    code = "conflict"


class StaleFence(CommandError):
    """The case is held by someone else since."""

    code = "stale_fence"


class AlreadyClaimed(CommandError):
    """Another moderator holds the case."""

    code = "already_claimed"


class Unavailable(CommandError):
    """The server cannot just now; nothing was stored."""

    code = "unavailable"
    retryable = True


BY_CODE: dict[str, type[CommandError]] = {leaf.code: leaf for leaf in CommandError.__subclasses__()}


def from_wire(frame: Mapping[str, Any]) -> CommandError:
    """Return the typed error of one `error` reply; an unknown code gives a plain `CommandError`."""
    code = str(frame.get("code", ""))
    extra = {k: v for k, v in frame.items() if k not in ("type", "id", "code", "message")}
    message = str(frame.get("message", ""))
    leaf = BY_CODE.get(code)
    return leaf(message, extra) if leaf is not None else CommandError(message, extra, code=code)
