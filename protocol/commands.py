"""What a client may say: one frozen type per word, its fields named as on the wire."""

from msgspec import Struct

from protocol import fields as f


class Command(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag_field="type"):
    """Any word of a client."""


class Numbered(Command, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """A word with an `id`: exactly one reply carries the same."""

    id: f.Id


# The session's own words, on every socket.


class Hello(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="hello"):
    """The first word: a ticket, and where the client stood in its streams."""

    ticket: f.Ticket
    resume: f.Positions | None = None


class Ack(Command, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="ack"):
    """How many events the client has taken in all on this connection. No reply."""

    n: f.Count


class Ping(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="ping"):
    """Asks for a `pong` with the same id."""


class Pong(Command, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="pong"):
    """Answers the server's `ping`. No reply."""


# Chat.


class Join(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="join"):
    """Become a member of a room, under a name of one's choice or a given one."""

    room: f.Slug
    name: f.Name | None = None


class Leave(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="leave"):
    """End one's membership of a room."""

    stream: f.StreamName


class Send(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="send"):
    """Say something in a room, or answer a moderator on `me`. `text` is cleaned."""

    stream: f.StreamName
    client_id: f.ClientId
    text: f.Text
    reply_to: f.EventId | None = None


class Remove(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="remove"):
    """Take back one's own message, by `event_id`, or by `client_id` while it is held."""

    stream: f.StreamName
    event_id: f.EventId | None = None
    client_id: f.ClientId | None = None


class React(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="react"):
    """Set or take away one's reaction to a message."""

    stream: f.StreamName
    event_id: f.EventId
    reaction: f.Reaction
    on: f.Flag


class Read(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="read"):
    """Move one's read mark forward."""

    stream: f.StreamName
    seq: f.Seq


class Typing(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="typing"):
    """Say that one is typing, or no longer."""

    stream: f.StreamName
    on: f.Flag


class History(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="history"):
    """Read a page of a stream: before or after a seq (both exclusive), else the latest."""

    stream: f.StreamName
    before: f.Seq | None = None
    after: f.Seq | None = None
    limit: f.Limit | None = None


class Members(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="members"):
    """Ask who is in a room."""

    stream: f.StreamName


class Report(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="report"):
    """Tell the moderators about a message. `note` is cleaned; an empty one is None."""

    stream: f.StreamName
    event_id: f.EventId
    reason: f.ReportReason
    note: f.Note | None = None


class Block(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="block"):
    """See nothing more of a member of this room."""

    stream: f.StreamName
    member: f.MemberId


class Unblock(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="unblock"):
    """See a member of this room again."""

    stream: f.StreamName
    member: f.MemberId


class Match(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="match"):
    """Ask to be matched with one person."""

    topic: f.Topic
    role: f.Role
    language: f.Language | None = None


class Unmatch(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="unmatch"):
    """Stop waiting for a match."""


# Family.


class Acknowledge(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="acknowledge"):
    """Say that one has seen a notice, or takes an alarm on."""

    event_id: f.EventId


class Snooze(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="snooze"):
    """Quieten an alarm for everyone, for so long."""

    event_id: f.EventId
    minutes: f.Minutes


# Moderation.


class Duty(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="duty"):
    """Go on or off duty."""

    on: f.Flag


class Claim(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="claim"):
    """Take one case."""

    case: f.CaseId


class Next(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="next"):
    """Take the most urgent case."""


class Renew(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="renew"):
    """Hold a case for another lease."""

    case: f.CaseId
    fence: f.Fence


class Release(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="release"):
    """Put a case back; a supervisor does so without a fence."""

    case: f.CaseId
    fence: f.Fence | None = None


class Wait(
    Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="wait", rename={"for_": "for"}
):
    """Wait for somebody's answer, until a time."""

    case: f.CaseId
    fence: f.Fence
    for_: f.Word
    until: f.Time


class Act(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="act"):
    """Do something about a case and go on holding it. `message` is an id from `context`."""

    case: f.CaseId
    fence: f.Fence
    action: f.Word
    reason: f.Word | None = None
    message: f.EventId | None = None
    text: f.Text | None = None
    until: f.Time | None = None
    to: f.Word | None = None


class Undo(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="undo"):
    """Undo the last act on a case."""

    case: f.CaseId
    fence: f.Fence


class Decide(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="decide"):
    """Decide a case; a second moderator confirms with the same `action` and no fence."""

    case: f.CaseId
    action: f.Word
    reason: f.Word
    fence: f.Fence | None = None
    message: f.EventId | None = None
    text: f.Text | None = None
    until: f.Time | None = None
    to: f.Word | None = None


class Escalate(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="escalate"):
    """Hand a case to the level above; who does not hold it gives no fence."""

    case: f.CaseId
    fence: f.Fence | None = None


class Context(Numbered, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag="context"):
    """Read a case's messages, reasons and earlier episodes. That is recorded."""

    case: f.CaseId
