"""The server's own frames as types, for schemas and documents; they are written by codec and pushes."""

from msgspec import Struct

from protocol import fields as f
from protocol.kinds import MemberRef
from protocol.position import Status


class WindowSize(Struct, frozen=True):
    """What a connection may have unacked."""

    events: int
    bytes: int


class StreamState(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One stream as one enters; `room`, `member` and `read` stand on rooms."""

    epoch: str
    head: f.Seq
    status: Status
    room: f.Slug | None = None
    member: MemberRef | None = None
    read: f.Seq | None = None


class Welcome(Struct, frozen=True, kw_only=True, tag_field="type", tag="welcome"):
    """The reply to `hello`: every stream this person is in, all followed from here on."""

    id: f.Id
    connection: str
    heartbeat_ms: int
    window: WindowSize
    streams: dict[str, StreamState]


class Error(Struct, frozen=True, kw_only=True, tag_field="type", tag="error"):
    """A command was refused; the socket stays open. The code says which further fields there are."""

    id: f.Id | None
    code: str
    message: str


class PongReply(Struct, frozen=True, kw_only=True, tag_field="type", tag="pong"):
    """The reply to a client's `ping`."""

    id: f.Id


class Event(Struct, frozen=True, kw_only=True, tag_field="type", tag="event"):
    """What stands at one place of a stream; the kind says which further fields there are."""

    stream: f.StreamName
    seq: f.Seq
    event_id: f.EventId
    kind: str
    at: f.Time


class Signal(Struct, frozen=True, kw_only=True, tag_field="type", tag="signal"):
    """Something that is never stored and may be dropped."""

    stream: f.StreamName
    kind: str


class Heartbeat(Struct, frozen=True, kw_only=True, tag_field="type", tag="ping"):
    """Wants a `pong` within 10 s."""


class Drain(Struct, frozen=True, kw_only=True, tag_field="type", tag="drain"):
    """Open a new socket, resume there, then close this one."""

    within_ms: int


class ByePush(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="bye"):
    """The last object of a connection; the same close code follows."""

    code: int
    reason: str
    retry_after_ms: int | None = None


REPLIES: tuple[type[Struct], ...] = (Welcome, Error, PongReply)
PUSHES: tuple[type[Struct], ...] = (Heartbeat, Drain, ByePush)
