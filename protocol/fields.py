"""The types of single fields. A description is what an error message says was expected."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from protocol import limits

Id = Annotated[int, Meta(ge=0, le=limits.ID_MAX, description="an integer from 0 to 2^53 - 1")]
Seq = Annotated[int, Meta(ge=0, le=limits.ID_MAX, description="a sequence number: an integer from 0")]
Count = Annotated[int, Meta(description="a count: an integer")]
Fence = Annotated[int, Meta(ge=0, le=limits.ID_MAX, description="a fence number: an integer from 0")]
Limit = Annotated[
    int,
    Meta(ge=1, le=limits.HISTORY_LIMIT_MAX, description=f"an integer from 1 to {limits.HISTORY_LIMIT_MAX}"),
]
Minutes = Annotated[
    int,
    Meta(ge=1, le=limits.SNOOZE_MINUTES_MAX, description=f"an integer from 1 to {limits.SNOOZE_MINUTES_MAX}"),
]
Flag = Annotated[bool, Meta(description="true or false")]
Time = Annotated[datetime, Meta(tz=True, description="a time as RFC 3339 with its zone")]

StreamName = Annotated[str, Meta(description="the name of a stream: a string")]
EventId = Annotated[str, Meta(description="the id of an event: a string")]
MemberId = Annotated[str, Meta(description="the id of a member: a string")]
CaseId = Annotated[str, Meta(description="the id of a case: a string")]
Slug = Annotated[str, Meta(description="the slug of a room: a string")]
Topic = Annotated[str, Meta(description="a topic of the list of rooms: a string")]
Language = Annotated[str, Meta(description="a language tag: a string")]
Ticket = Annotated[str, Meta(description="a ticket: a string")]
Word = Annotated[str, Meta(min_length=1, max_length=64, description="a word: a string of 1 to 64 characters")]
ClientId = Annotated[
    str,
    Meta(
        min_length=limits.CLIENT_ID_MIN,
        max_length=limits.CLIENT_ID_MAX,
        description=f"a string of {limits.CLIENT_ID_MIN} to {limits.CLIENT_ID_MAX} characters",
    ),
]

# These three are measured after cleaning, so their bounds are for readers of the schema here and are
# checked in protocol.codec.
Text = Annotated[
    str,
    Meta(
        description=f"a string of {limits.TEXT_MIN} to {limits.TEXT_MAX} characters after cleaning",
        extra_json_schema={"minLength": limits.TEXT_MIN, "maxLength": limits.TEXT_MAX},
    ),
]
Note = Annotated[
    str,
    Meta(
        description=f"a string of at most {limits.NOTE_MAX} characters after cleaning",
        extra_json_schema={"maxLength": limits.NOTE_MAX},
    ),
]
Name = Annotated[
    str,
    Meta(
        description=f"a string of {limits.NAME_MIN} to {limits.NAME_MAX} characters after cleaning",
        extra_json_schema={"minLength": limits.NAME_MIN, "maxLength": limits.NAME_MAX},
    ),
]

Reaction = Annotated[
    Literal["heart", "hug", "strength", "thanks"],
    Meta(description="one of `heart`, `hug`, `strength`, `thanks`"),
]
ReportReason = Annotated[
    Literal["harassment", "danger", "spam", "private", "other"],
    Meta(description="one of `harassment`, `danger`, `spam`, `private`, `other`"),
]
Role = Annotated[Literal["seeker", "listener"], Meta(description="`seeker` or `listener`")]


class Position(Struct, frozen=True, gc=False):
    """Where a client stood in one stream: the last event it has, of which epoch."""

    epoch: Annotated[str, Meta(description="the stream's epoch: a string")]
    seq: Seq
    event_id: Annotated[str, Meta(description="the id of the event at `seq`, empty at 0: a string")]


Positions = Annotated[
    dict[str, Position],
    Meta(description="an object of positions `{epoch, seq, event_id}` by the name of their stream"),
]
