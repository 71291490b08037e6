"""What the core asks its shell to do, in the order given."""

from dataclasses import dataclass
from typing import Any

from hearth_client.errors import HearthError
from hearth_client.follower import Weight
from hearth_client.frames import Event, Member, Position, Receipt, Reset, Signal, Welcome
from hearth_client.outbox import Entry


@dataclass(frozen=True, slots=True)
class Open:
    """Fetch a ticket, open a socket and call `opened` (or `failed`) with this link number."""

    link: int


@dataclass(frozen=True, slots=True)
class Write:
    """Write one text frame."""

    link: int
    frame: str


@dataclass(frozen=True, slots=True)
class Shut:
    """Close this socket; `dead` where nobody is there to answer a closing handshake."""

    link: int
    dead: bool = False


@dataclass(frozen=True, slots=True)
class Live:
    """A session stands; commands go out from here on."""

    welcome: Welcome


@dataclass(frozen=True, slots=True)
class Lost:
    """No session stands; another is tried after `wait_s`."""

    code: int
    wait_s: float


@dataclass(frozen=True, slots=True)
class Began:
    """This stream is followed from here on."""

    stream: str
    room: str | None
    member: Member | None


@dataclass(frozen=True, slots=True)
class Deliver:
    """Hand one item of a stream to the application; call `taken` with its weight once it has it."""

    stream: str
    item: Event | Reset
    weight: Weight | None


@dataclass(frozen=True, slots=True)
class Placed:
    """Nothing of this stream was there to hand on: this is where it goes on from."""

    stream: str
    position: Position


@dataclass(frozen=True, slots=True)
class Ended:
    """This stream is not followed any more."""

    stream: str
    reason: str


@dataclass(frozen=True, slots=True)
class Heard:
    """A signal came."""

    signal: Signal


@dataclass(frozen=True, slots=True)
class Settled:
    """A command is answered: its `ok` object, or the error."""

    handle: int
    outcome: dict[str, Any] | HearthError


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of the outbox is answered for good."""

    entry: Entry
    outcome: Receipt | HearthError


@dataclass(frozen=True, slots=True)
class Stopped:
    """The end: no other connection is tried."""

    error: HearthError


Action = (
    Open | Write | Shut | Live | Lost | Began | Deliver | Placed | Ended | Heard | Settled | Sent | Stopped
)
