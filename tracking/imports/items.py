"""What a reader finds in a file, one after the other: entries, and what is none. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Found:
    """An entry as it would be given to its resource's door, still to be checked.

    `source` tells it from every other entry of its kind of file; without one its content does. `kept` is what
    an archive of this house says besides: id, author and times that a door would not take.
    """

    line: int
    category: str
    given: Mapping[str, Any]
    source: tuple[str, ...] | None = None
    kept: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure that its reader has checked: its row's own values. An export has millions of them."""

    line: int
    values: Mapping[str, Any]
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that is no entry, and why; `field` is None where the whole line is at fault."""

    line: int
    field: str | None
    code: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that is no entry of ours and no fault."""

    line: int


Item = Found | Measured | Refused | Skipped


class Unreadable(Exception):
    """The file cannot be read any further. What was found before stays found."""

    def __init__(self, code: str, line: int | None = None, field: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.line = line
        self.field = field
