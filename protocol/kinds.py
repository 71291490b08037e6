"""What stands in the streams: one type per kind of event with its fields beyond the common ones.

Common to every event: `stream`, `seq`, `event_id`, `kind`, `at`. A field that is None is optional and
may be absent. A client ignores kinds and fields it does not know.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, convert

from protocol import fields as f
from protocol.text import stamp

Gone = Literal["removed", "retracted", "expired"]
Code = Annotated[
    str, Meta(description="a word a program can tell apart: `slow_mode`, `closing`, `moderator` …")
]


class Kind(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The fields of one kind of event beyond the common ones."""


class MemberRef(Struct, frozen=True):
    """A member of one room: the id and the pseudonym there."""

    id: f.MemberId
    name: str


class Contact(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody to turn to, on a card."""

    label: str
    phone: str | None = None
    text: str | None = None
    url: str | None = None


# In a room.


class Message(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """A message as it is now: with `gone` it has no `text`; `written_at` stands on a released one."""

    member: MemberRef
    text: str | None = None
    reply_to: f.EventId | None = None
    written_at: f.Time | None = None
    gone: Gone | None = None


class MessageRemoved(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """Its author took the message back."""

    target: f.EventId


class MessageRetracted(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """A moderator took the message back."""

    target: f.EventId


class MessageRestored(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """A retracted message stands again; replayed after it went once more it has no `text`."""

    target: f.EventId
    text: str | None = None


class Reaction(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """A member's reaction to a message was set or taken away."""

    target: f.EventId
    member: MemberRef
    reaction: f.Reaction
    on: bool


class MemberJoined(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody became a member."""

    member: MemberRef


class MemberLeft(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody is no longer a member; a dropped connection is not a leave."""

    member: MemberRef


class RoomNotice(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """The house says something to everyone in the room."""

    text: str
    code: Code


class Hidden(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """This viewer may not see what stands here, or nobody may any more; it keeps the sequence whole."""


# On `me`, chat.


class Joined(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """One is in a room from here on; all one's connections follow it after `head`."""

    room_stream: f.StreamName
    epoch: str
    head: f.Seq
    room: f.Slug
    member: MemberRef


class Left(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """One is no longer in a room; all one's connections stop following it."""

    room_stream: f.StreamName
    reason: str


class Matched(Joined, frozen=True, kw_only=True, omit_defaults=True, rename={"with_": "with"}):
    """One was matched with somebody, in a room for two."""

    with_: MemberRef
    role: f.Role


class Unmatched(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """The pair or the waiting ended, without one's own doing."""

    reason: str
    room_stream: f.StreamName | None = None


class Card(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """Warm words and somebody to turn to, for the one who wrote in distress."""

    room: f.Slug
    text: str
    contacts: list[Contact]


class MessageHeld(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """One's own message waits for a moderator. `on_duty` is false where none is here, else absent."""

    room: f.Slug
    client_id: f.ClientId
    target: f.EventId | None = None
    on_duty: f.Flag | None = None


class MessageReleased(MessageHeld, frozen=True, kw_only=True, omit_defaults=True):
    """One's own held message was let through; `target` is its event."""


class MessageRefused(MessageHeld, frozen=True, kw_only=True, omit_defaults=True):
    """One's own held message was not let through."""


class Decision(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """What a moderator decided about oneself and why; `appeal` is the id to appeal under."""

    appeal: str
    text: str | None = None
    action: str | None = None
    reason: str | None = None
    room: f.Slug | None = None
    until: f.Time | None = None
    outcome: Literal["upheld", "overturned"] | None = None


class Moderator(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """A moderator writes to one alone; `send` to `me` answers."""

    member: MemberRef
    text: str


class OwnAnswer(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """What one answered a moderator, to one's own devices."""

    text: str


# On `me`, moderation.


class Page(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """A case needs this person now."""

    case: f.CaseId
    why: str


class Answer(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """The person a case is about answered."""

    case: f.CaseId
    text: str


# On `me`, family.


class ActivityLogged(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody in a circle logged something; more fields as far as the grant allows."""

    circle: str
    person: MemberRef
    category: str


class ActivityMissed(ActivityLogged, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody in a circle did not log what was awaited at `due_at`, and until `expected_by`."""

    due_at: f.Time | None = None
    expected_by: f.Time | None = None
    acknowledged_at: f.Time | None = None


class SafetyNotice(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who named one beforehand is to be turned to, told as much as they chose: `level` or `words`.

    To the person themselves, how their own notice stands: until `due_at` they can take it back, and `member`
    has seen it.
    """

    state: Literal["pending", "sent", "taken_back", "seen"]
    notice: str | None = None
    circle: str | None = None
    person: MemberRef | None = None
    category: str | None = None
    detail: Literal["check_in", "level", "own_words"] | None = None
    level: Literal["low", "moderate", "high", "imminent"] | None = None
    words: str | None = None
    by: Literal["self", "moderator"] | None = None
    member: MemberRef | None = None
    due_at: f.Time | None = None
    contacts: int | None = None
    acknowledged_at: f.Time | None = None


class SafetyContact(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """A contact one named outside the house wants to be told nothing, or is willing again."""

    contact: str
    state: Literal["declined", "willing"]


class Alarm(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """An alarm as it now stands, told each time it sounds; `next_at` is when the next contact is called."""

    alarm: str
    state: Literal["raised", "acknowledged", "snoozed", "escalated", "cleared"]
    by: MemberRef | None = None
    until: f.Time | None = None
    circle: str | None = None
    person: MemberRef | None = None
    category: str | None = None
    cause: str | None = None
    raised_at: f.Time | None = None
    next_at: f.Time | None = None


class GrantChanged(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody changed what one may see of them."""

    circle: str | None = None
    person: MemberRef | None = None


class Reminder(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """A reminder one wished for oneself, at one's own local time."""

    category: str
    at: str


class PreferencesChanged(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """One's own preferences as they now are: channels by kind, and reminders."""

    channels: dict[str, list[str]]
    reminders: list[dict[str, Any]]


class CircleJoined(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody came into a circle."""

    member: MemberRef
    circle: str | None = None


class CircleLeft(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody left a circle."""

    member: MemberRef
    circle: str | None = None


# On `queue`.


class CaseView(Struct, frozen=True, kw_only=True):
    """A case as it now stands, never with text."""

    id: f.CaseId
    level: str
    state: str
    room: f.Slug | None
    opened_at: f.Time
    due_at: f.Time | None
    flags: int
    holder: Any


class Case(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """A case changed; `case` is how it now stands."""

    case: CaseView


# Signals: never stored, may be dropped.


class TypingSignal(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """A member types, or no longer."""

    member: MemberRef
    on: bool


class PresenceSignal(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """How many members have a connection; at most every 5 s."""

    people: int


class ReadSignal(Kind, frozen=True, kw_only=True, omit_defaults=True):
    """How far one has read, to one's own other devices."""

    seq: f.Seq


class Place(StrEnum):
    """Where events stand."""

    ROOM = "a room"
    ME_CHAT = "`me`, chat"
    ME_FAMILY = "`me`, family"
    ME_MODERATION = "`me`, moderation"
    QUEUE = "`queue`"


Kinds = dict[str, type[Kind]]

_CHANGES = (
    "opened",
    "updated",
    "claimed",
    "released",
    "waiting",
    "escalated",
    "decided",
    "closed",
    "reopened",
)

EVENTS: dict[Place, Kinds] = {
    Place.ROOM: {
        "message": Message,
        "message.removed": MessageRemoved,
        "message.retracted": MessageRetracted,
        "message.restored": MessageRestored,
        "reaction": Reaction,
        "member.joined": MemberJoined,
        "member.left": MemberLeft,
        "room.notice": RoomNotice,
        "hidden": Hidden,
    },
    Place.ME_CHAT: {
        "joined": Joined,
        "left": Left,
        "matched": Matched,
        "unmatched": Unmatched,
        "card": Card,
        "message.held": MessageHeld,
        "message.released": MessageReleased,
        "message.refused": MessageRefused,
        "decision": Decision,
        "moderator": Moderator,
        "answer": OwnAnswer,
    },
    Place.ME_MODERATION: {"page": Page, "answer": Answer},
    Place.ME_FAMILY: {
        "activity.logged": ActivityLogged,
        "activity.missed": ActivityMissed,
        "safety.notice": SafetyNotice,
        "safety.contact": SafetyContact,
        "alarm": Alarm,
        "reminder": Reminder,
        "preferences.changed": PreferencesChanged,
        "grant.changed": GrantChanged,
        "member.joined": CircleJoined,
        "member.left": CircleLeft,
    },
    Place.QUEUE: {f"case.{change}": Case for change in _CHANGES},
}

SIGNALS: Kinds = {"typing": TypingSignal, "presence": PresenceSignal, "read": ReadSignal}


def check(kind: str, fields: Mapping[str, Any], *, place: Place | None = None) -> None:
    """Check the fields of an event against its kind; without a place, any place that has the kind.

    Raises ValueError (msgspec.ValidationError) saying which field is wrong, LookupError for an unknown kind.
    """
    types = [EVENTS[at][kind] for at in ([place] if place else Place) if kind in EVENTS[at]]
    if not types:
        raise LookupError(f"no kind {kind!r} stands in {place or 'any stream'}")
    given = {key: stamp(value) if hasattr(value, "isoformat") else value for key, value in fields.items()}
    for number, type_ in enumerate(types, 1):
        try:
            convert(given, type_)
        except ValueError:
            if number == len(types):
                raise
        else:
            return
