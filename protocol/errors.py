"""Everything that can go wrong on a socket: one tree of refusals, one list of close codes.

Refusal                 an `error` reply; the socket stays open
├── BadFrame            bad_frame         no JSON object with a `type`, or one that may not come now
├── UnknownType         unknown_type      no such command on this socket
├── BadField            bad_field         `field`
├── TooLong             too_long          `field` (`text` and `note` only)
├── Unauthorized        unauthorized      a command before `hello`
├── Forbidden           forbidden
├── NotFound            not_found
├── NotMember           not_member
├── RoomFull            room_full         `room`
├── RateLimited         rate_limited      `retry_after_ms`  (worth a retry)
├── SlowMode            slow_mode         `retry_after_ms`  (worth a retry)
├── Muted               muted             `until`
├── Banned              banned            from one room
├── OffDuty             off_duty
├── Conflict            conflict
├── StaleFence          stale_fence
├── AlreadyClaimed      already_claimed   `holder`, `until`
└── Unavailable         unavailable       `retry_after_ms`  (worth a retry)
Bye                     a `bye` push, then the same close code
"""

from datetime import datetime
from enum import IntEnum
from math import ceil
from typing import Any, ClassVar, Literal

Reconnect = Literal["never", "later", "now"]


class Refusal(Exception):
    """A command that is answered with `error`. The socket stays open.

    `code` is the wire code, `message` is for people, `extra` holds the further fields of the reply,
    `id` is the command's id and `word` its type where they are known, `retryable` says whether trying
    again can help.
    """

    code: ClassVar[str]
    retryable: ClassVar[bool] = False
    fields: ClassVar[tuple[str, ...]] = ()
    says: ClassVar[str] = "This cannot be done."

    def __init__(self, message: str | None = None, *, id: int | None = None, **extra: Any) -> None:
        self.message = message or self.says
        self.extra = extra
        self.id = id
        self.word: str | None = None
        super().__init__(self.code)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r}, id={self.id!r})"


class BadFrame(Refusal):
    """The frame holds no JSON object with a `type`, or one that may not come now."""

    code = "bad_frame"
    says = "A frame must hold one JSON object with a `type`."

    def __init__(self, message: str | None = None, *, id: int | None = None, strike: bool = True) -> None:
        super().__init__(message, id=id)
        self.strike = strike


class UnknownType(Refusal):
    """This socket has no command of that `type`."""

    code = "unknown_type"
    says = "This socket knows no command of this `type`."


class BadField(Refusal):
    """One field is missing, of the wrong type or out of its bounds."""

    code = "bad_field"
    fields = ("field",)

    def __init__(self, field: str, message: str | None = None, *, id: int | None = None) -> None:
        super().__init__(message or f"`{field}` cannot be this.", id=id, field=field)

    @property
    def field(self) -> str:
        """The wire name of the field."""
        return str(self.extra["field"])


class TooLong(Refusal):
    """A `text` or `note` has more code points than allowed."""

    code = "too_long"
    fields = ("field",)

    def __init__(self, field: str, message: str | None = None, *, id: int | None = None) -> None:
        super().__init__(message or f"`{field}` is too long.", id=id, field=field)


class Unauthorized(Refusal):
    """A command came before `hello` was accepted, or a `join` or `match` after the sign-in had ended."""

    code = "unauthorized"
    says = "Say `hello` with a ticket first."


class Forbidden(Refusal):
    """The person may see the thing and may not do this to it."""

    code = "forbidden"
    says = "You may not do this."


class NotFound(Refusal):
    """There is no such thing, or none this person may see."""

    code = "not_found"
    says = "There is no such thing here."


class NotMember(Refusal):
    """The stream exists and the person is not in it."""

    code = "not_member"
    says = "You are not in this room."


class RoomFull(Refusal):
    """The room is full; `room` is the slug of an open one of the same topic."""

    code = "room_full"
    fields = ("room",)
    says = "This room is full; another one of the same topic is open."

    def __init__(self, room: str, message: str | None = None, *, id: int | None = None) -> None:
        super().__init__(message, id=id, room=room)


class _Later(Refusal):
    """A refusal that a retry can mend, after `retry_after_ms` milliseconds."""

    retryable = True
    fields = ("retry_after_ms",)

    def __init__(self, retry_after_ms: float, message: str | None = None, *, id: int | None = None) -> None:
        super().__init__(message, id=id, retry_after_ms=max(0, ceil(retry_after_ms)))

    @property
    def retry_after_ms(self) -> int:
        """Milliseconds after which a retry may succeed."""
        return int(self.extra["retry_after_ms"])


class RateLimited(_Later):
    """Too many commands at once."""

    code = "rate_limited"
    says = "This is too fast; wait a moment."


class SlowMode(_Later):
    """The room is in slow mode and the member wrote a moment ago."""

    code = "slow_mode"
    says = "This room is in slow mode; wait a moment."


class Muted(Refusal):
    """The member may read and not write, until `until`."""

    code = "muted"
    fields = ("until",)
    says = "You can read here and cannot write for now."

    def __init__(self, until: datetime | None, message: str | None = None, *, id: int | None = None) -> None:
        super().__init__(message, id=id, until=until)


class Banned(Refusal):
    """The person is banned from this one room (the house's ban is close code 4003)."""

    code = "banned"
    says = "You cannot enter this room."


class OffDuty(Refusal):
    """A moderator's command by someone who is not on duty."""

    code = "off_duty"
    says = "Go on duty first."


class Conflict(Refusal):
    """It contradicts what already stands: another text under the same `client_id`, a taken name …"""

    code = "conflict"
    says = "This contradicts what already stands."


class StaleFence(Refusal):
    """The case was claimed again since: this fence number no longer holds."""

    code = "stale_fence"
    says = "This case is no longer held under this fence."


class AlreadyClaimed(Refusal):
    """Another moderator, `holder`, holds the case until `until`."""

    code = "already_claimed"
    fields = ("holder", "until")
    says = "Somebody else holds this case."

    def __init__(
        self, holder: Any, until: datetime | None, message: str | None = None, *, id: int | None = None
    ) -> None:
        super().__init__(message, id=id, holder=holder, until=until)


class Unavailable(_Later):
    """Something we stand on is down; nothing was stored."""

    code = "unavailable"
    says = "This does not work just now; nothing was stored. Try again."

    def __init__(
        self, retry_after_ms: float = 1_000, message: str | None = None, *, id: int | None = None
    ) -> None:
        super().__init__(retry_after_ms, message, id=id)


REFUSALS: tuple[type[Refusal], ...] = (
    BadFrame, UnknownType, BadField, Unauthorized, Forbidden, NotFound, NotMember, TooLong, RoomFull,
    RateLimited, SlowMode, Muted, Banned, OffDuty, Conflict, StaleFence, AlreadyClaimed, Unavailable,
)  # fmt: skip
BY_CODE: dict[str, type[Refusal]] = {refusal.code: refusal for refusal in REFUSALS}


class Close(IntEnum):
    """Why a socket is closed, and by its hundred what a client does next."""

    BAD_FRAMES = 4000
    VERSION = 4001
    TICKET = 4002
    BANNED = 4003
    TOO_LARGE = 4004
    TOO_MANY_CONNECTIONS = 4005
    SIGNED_OUT = 4006
    INTERNAL = 4100
    RATE_LIMITED = 4101
    SLOW = 4108
    NO_HELLO = 4110
    OVERLOADED = 4111
    DRAINING = 4201
    NO_PONG = 4202
    EPOCH_CHANGED = 4204

    @property
    def reason(self) -> str:
        """The word `bye` carries as its `reason`."""
        return self.name.lower()

    @property
    def reconnect(self) -> Reconnect:
        """What a client does: `never` by itself, `later` (1–30 s, full jitter) or `now` (small jitter)."""
        if self < 4100:
            return "never"
        return "later" if self < 4200 else "now"


class Bye(Exception):
    """The connection ends: say `bye` with these values, then close with `code`."""

    def __init__(self, code: Close, reason: str | None = None, retry_after_ms: int | None = None) -> None:
        self.code = code
        self.reason = reason or code.reason
        self.retry_after_ms = retry_after_ms
        super().__init__(f"{int(code)} {self.reason}")
