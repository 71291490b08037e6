"""The words of the wire as frozen types, and the two functions that read and write a frame."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from hearth_client.errors import ProtocolBroken

SUBPROTOCOL = "hearth.v1.json"
ME = "me"

Json = dict[str, Any]
Reaction = Literal["heart", "hug", "strength", "thanks"]
ReportReason = Literal["harassment", "danger", "spam", "private", "other"]
Role = Literal["seeker", "listener"]


@dataclass(frozen=True, slots=True)
class Member:
    """Someone in one room, known by a pseudonym that holds in that room alone."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Present:
    """A line of the `members` answer."""

    member: Member
    here: bool


@dataclass(frozen=True, slots=True)
class People:
    """The `members` answer: at most 200 of them, and how many are connected."""

    members: tuple[Present, ...]
    people: int


@dataclass(frozen=True, slots=True)
class Position:
    """Up to where a stream was read. `seq` 0 with an empty `event_id` is its beginning."""

    epoch: str
    seq: int
    event_id: str


@dataclass(frozen=True, slots=True)
class Event:
    """One durable event of a stream. `data` is the whole object, for kinds newer than this package."""

    stream: str
    seq: int
    event_id: str
    kind: str
    at: datetime
    data: Mapping[str, Any] = field(repr=False)

    @property
    def member(self) -> Member | None:
        """Who did it, where the kind says so."""
        return member_of(self.data)

    @property
    def text(self) -> str | None:
        """What was written; None for what is gone or has no text."""
        return optional_text(self.data, "text")

    @property
    def target(self) -> str | None:
        """`event_id` this one speaks about."""
        return optional_text(self.data, "target")

    @property
    def reply_to(self) -> str | None:
        """`event_id` this message answers."""
        return optional_text(self.data, "reply_to")

    @property
    def gone(self) -> str | None:
        """`removed`, `retracted` or `expired`, where the text is no longer to be had."""
        return optional_text(self.data, "gone")

    @property
    def position(self) -> tuple[int, str]:
        """(`seq`, `event_id`)."""
        return self.seq, self.event_id


@dataclass(frozen=True, slots=True)
class Reset:
    """Drop what you have of this stream: its position could not be honoured. The latest events follow."""

    stream: str


@dataclass(frozen=True, slots=True)
class Signal:
    """Never stored, may be dropped: `typing`, `presence`, `read`."""

    stream: str
    kind: str
    data: Mapping[str, Any] = field(repr=False)

    @property
    def member(self) -> Member | None:
        """Who, where the kind says so."""
        return member_of(self.data)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one message: `delivered`, `held` (until a moderator looked) or `refused`."""

    client_id: str
    status: str
    seq: int | None = None
    event_id: str | None = None
    at: datetime | None = None
    review_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """The `join` answer."""

    stream: str
    epoch: str
    head: int
    member: Member
    people: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page of `history`, in rising `seq`."""

    events: tuple[Event, ...]
    head: int
    more: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A line of the rooms' list."""

    slug: str
    topic: str
    title: str
    language: str
    people: int


@dataclass(frozen=True, slots=True)
class StreamState:
    """A stream as `welcome` names it. `status` is `live`, `resumed` or `reset`."""

    stream: str
    epoch: str
    head: int
    status: str
    room: str | None = None
    member: Member | None = None
    read: int = 0


@dataclass(frozen=True, slots=True)
class Welcome:
    """The answer to `hello`. Times in seconds, the window in events and bytes."""

    connection: str
    heartbeat_s: float
    window_events: int
    window_bytes: int
    streams: tuple[StreamState, ...]


def optional_text(data: Mapping[str, Any], name: str) -> str | None:
    """Return the field if it is a string."""
    value = data.get(name)
    return value if isinstance(value, str) else None


def time_of(value: object) -> datetime | None:
    """Return an RFC 3339 time, None if absent. Raises ProtocolBroken if it cannot be read."""
    if value is None:
        return None
    try:
        return datetime.fromisoformat(str(value))
    except ValueError as error:
        raise ProtocolBroken("a time cannot be read") from error


def member_of(data: Mapping[str, Any], name: str = "member") -> Member | None:
    """Return the member object under `name`, None if there is none."""
    value = data.get(name)
    if not isinstance(value, Mapping) or "id" not in value:
        return None
    return Member(str(value["id"]), str(value.get("name", "")))


def event_of(data: Mapping[str, Any], stream: str | None = None) -> Event:
    """Return the event of one object, pushed or from `history`. Raises ProtocolBroken."""
    try:
        at = time_of(data["at"])
        if at is None:
            raise ProtocolBroken("an event without a time")
        return Event(
            str(data.get("stream", stream)),
            int(data["seq"]),
            str(data["event_id"]),
            str(data["kind"]),
            at,
            data,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ProtocolBroken("an event lacks a field") from error


def receipt_of(client_id: str, data: Mapping[str, Any]) -> Receipt:
    """Return what the `ok` of a `send` says."""
    seq = data.get("seq")
    return Receipt(
        client_id,
        str(data.get("status", "delivered")),
        seq if isinstance(seq, int) else None,
        optional_text(data, "event_id"),
        time_of(data.get("at")),
        time_of(data.get("review_by")),
    )


def page_of(data: Mapping[str, Any], stream: str) -> Page:
    """Return what the `ok` of a `history` says. Raises ProtocolBroken."""
    events = data.get("events")
    if not isinstance(events, list):
        raise ProtocolBroken("history without events")
    return Page(
        tuple(event_of(one, stream) for one in events),
        int(data.get("head", 0)),
        bool(data.get("more", False)),
    )


def joined_of(data: Mapping[str, Any]) -> Joined:
    """Return what the `ok` of a `join` says. Raises ProtocolBroken."""
    member = member_of(data)
    if member is None or not isinstance(data.get("stream"), str):
        raise ProtocolBroken("a join without stream or member")
    return Joined(
        data["stream"],
        str(data.get("epoch", "")),
        int(data.get("head", 0)),
        member,
        int(data.get("people", 0)),
    )


def people_of(data: Mapping[str, Any]) -> People:
    """Return what the `ok` of `members` says."""
    lines = data.get("members")
    found = [
        Present(Member(str(line["id"]), str(line["name"])), bool(line.get("here")))
        for line in (lines if isinstance(lines, list) else [])
    ]
    return People(tuple(found), int(data.get("people", 0)))


def welcome_of(data: Mapping[str, Any]) -> Welcome:
    """Return the answer to `hello`. Raises ProtocolBroken."""
    try:
        window = data["window"]
        streams = tuple(
            StreamState(
                name,
                str(state["epoch"]),
                int(state["head"]),
                str(state["status"]),
                optional_text(state, "room"),
                member_of(state),
                int(state.get("read") or 0),
            )
            for name, state in data["streams"].items()
        )
        return Welcome(
            str(data["connection"]),
            int(data["heartbeat_ms"]) / 1000,
            int(window["events"]),
            int(window["bytes"]),
            streams,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ProtocolBroken("welcome lacks a field") from error


def encode(word: str, fields: Mapping[str, Any]) -> str:
    """Return one command as a text frame; fields that are None are left out."""
    body = {"type": word, **{name: value for name, value in fields.items() if value is not None}}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def decode(frame: str) -> Iterator[tuple[Json, int]]:
    """Yield each object of a frame from the server with its size in bytes. Raises ProtocolBroken."""
    for line in frame.split("\n"):
        if not line:
            continue
        try:
            body = json.loads(line)
        except ValueError as error:
            raise ProtocolBroken("a line is not JSON") from error
        if not isinstance(body, dict) or not isinstance(body.get("type"), str):
            raise ProtocolBroken("a line is no object with a type")
        yield body, len(line.encode("utf-8", "surrogatepass"))
