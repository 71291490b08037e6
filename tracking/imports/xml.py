"""XML as a stream of elements, from bytes that nobody has to trust. Pure.

expat alone, and nothing of a document's own definitions: an entity that is declared ends the reading, so
that none is ever expanded or fetched; defaults of attributes do not count. A tag, a comment or a depth
beyond any health export's ends it too, and so do names by the thousand, which a parser keeps for ever.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO, Final, Protocol
from xml.parsers import expat

from tracking.imports.items import Unreadable
from tracking.numbers import LINE_BYTES

CHUNK: Final = 65_536
DEPTH: Final = 32  # an export has five
NAMES: Final = 2_000  # an export has some sixty


class Elements(Protocol):
    """Whoever is told of elements as they begin and end, with the line they begin in."""

    def begin(self, name: str, attributes: dict[str, str], line: int) -> None:
        """Note that an element begins."""
        ...

    def end(self, name: str) -> None:
        """Note that an element ends."""
        ...


class _Guard:
    def __init__(self, elements: Elements) -> None:
        self.names: dict[str, str] = {}
        parser: Any = expat.ParserCreate(intern=self.names)
        parser.specified_attributes = True
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.EntityDeclHandler = self._refuse
        parser.UnparsedEntityDeclHandler = self._refuse
        parser.NotationDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse
        parser.SkippedEntityHandler = self._refuse
        self.parser = parser
        self.elements = elements
        self.depth = 0

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEPTH:
            raise Unreadable("malformed", self.parser.CurrentLineNumber)
        self.elements.begin(name, attributes, self.parser.CurrentLineNumber)

    def _end(self, name: str) -> None:
        self.depth -= 1
        self.elements.end(name)

    def _refuse(self, *_: Any) -> None:
        raise Unreadable("forbidden", self.parser.CurrentLineNumber)

    def feed(self, data: bytes, fed: int, final: bool) -> None:
        try:
            self.parser.Parse(data, final)
        except expat.ExpatError as error:
            raise Unreadable("malformed", error.lineno) from None
        except (LookupError, ValueError):  # an encoding that nobody knows
            raise Unreadable("encoding", 1) from None
        if len(self.names) > NAMES or fed - self.parser.CurrentByteIndex > LINE_BYTES:
            raise Unreadable("too_long", self.parser.CurrentLineNumber)


def walk(file: BinaryIO, elements: Elements) -> Iterator[None]:
    """Tell `elements` of a document, some of it at each step. Raises `Unreadable`."""
    guard = _Guard(elements)
    fed = 0
    while data := file.read(CHUNK):
        fed += len(data)
        guard.feed(data, fed, False)
        yield
    guard.feed(b"", fed, True)
    yield
