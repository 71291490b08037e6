"""The values that pass between the log and the rooms above it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Gone = Literal["removed", "retracted", "expired"]


@dataclass(frozen=True, slots=True)
class StreamRef:
    """A stream's row id, its name and the epoch of its numbering."""

    id: int
    name: str
    epoch: str

    @property
    def wire(self) -> str:
        """The name a client knows it by: everyone's own stream is `me`."""
        return "me" if self.name.startswith("me:") else self.name


@dataclass(slots=True)
class Stored:
    """One event as it stands in the log; `seq` is None while it is held.

    `guard` names what its reader must be allowed at the moment of reading (`accounts.guards`); only events of
    a person's own stream have one.
    """

    event_id: str
    stream: StreamRef
    seq: int | None
    kind: str
    at: datetime
    member: str | None
    client_id: str | None
    target: str | None
    fields: dict[str, Any] = field(default_factory=dict)
    gone: Gone | None = None
    guard: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One event as it is sent: `data` is its JSON object, the rest is what filters look at."""

    seq: int
    event_id: str
    kind: str
    member: str | None
    target: str | None
    at: datetime
    data: bytes
    guard: str | None = None  # what its reader must be allowed now to see it; None: being here is enough
