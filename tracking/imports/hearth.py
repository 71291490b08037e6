"""`hearth`: the archive that `GET export` gives, as JSON or CSV. Pure but for the archive's own reading.

Entries keep their ids and their times. Who else wrote one cannot be proved by a file: that name is not kept.
"""

import codecs
import json
from collections.abc import Iterator, Mapping
from json import JSONDecodeError, JSONDecoder
from typing import Any, BinaryIO, Final, NoReturn
from zipfile import ZipFile

from tracking.imports import days_csv
from tracking.imports.days_csv import Columns
from tracking.imports.items import Found, Item, Refused, Skipped, Unreadable
from tracking.imports.rows import Row, Table
from tracking.imports.zips import is_zip, member, members, opened
from tracking.numbers import LINE_BYTES

CHUNK: Final = 65_536
KEPT: Final = ("id", "user", "author", "created_at", "read_at")


def read(file: BinaryIO, known: Mapping[str, Columns]) -> Iterator[Item]:
    """Return what an archive holds, category by category. Raises `Unreadable`."""
    if not is_zip(file):
        raise Unreadable("format")
    archive = opened(file)
    names = {f"{category}.{form}": (category, form) for category in known for form in ("json", "csv")}
    held = members(archive, lambda name: name in names)
    if not held:
        raise Unreadable("format")
    order = list(known)
    for info in sorted(held, key=lambda one: order.index(names[_name(one.filename)][0])):
        category, form = names[_name(info.filename)]
        read_form = _of_json if form == "json" else _of_csv
        yield from read_form(archive, info, category, known[category])


def _name(path: str) -> str:
    return path.rpartition("/")[2].lower()


def _of_csv(archive: ZipFile, info: Any, category: str, columns: Columns) -> Iterator[Item]:
    for row in Table(member(archive, info)):
        if not isinstance(row, Row):
            yield row
            continue
        if _computed(category, row.cells):
            yield Skipped(row.line)
            continue
        found = days_csv.entry(row, category, columns)
        if isinstance(found, Found):
            found = Found(row.line, category, found.given, *_identity(row.cells))
        yield found


def _of_json(archive: ZipFile, info: Any, category: str, columns: Columns) -> Iterator[Item]:
    for place, value in enumerate(array(member(archive, info)), 1):
        if not isinstance(value, dict):
            yield Refused(place, None, "invalid")
        elif not _is_text(value):
            yield Refused(place, None, "encoding")
        elif _computed(category, value):
            yield Skipped(place)
        else:
            given = {name: value[name] for name in columns.fields if value.get(name) is not None}
            yield Found(place, category, given, *_identity(value))


def _computed(category: str, cells: Mapping[str, Any]) -> bool:
    """Return whether nobody wrote an entry: what the house computed it computes anew, of what it may show."""
    return category == "health-insights" and not cells.get("author")


def _is_text(value: Any) -> bool:
    """Return whether nothing in a value is half a character, which JSON can say and nobody can store."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _identity(cells: Mapping[str, Any]) -> tuple[tuple[str, ...] | None, dict[str, Any]]:
    kept = {name: cells[name] for name in KEPT if isinstance(cells.get(name), str)}
    return ((kept["id"].lower(),) if "id" in kept else None), kept


def array(file: BinaryIO) -> Iterator[Any]:
    """Return the values of a JSON array one by one, however it is spaced. Raises `Unreadable`."""
    text = _Text(file)
    if text.next_mark() != "[":
        raise Unreadable("malformed")
    place = 0
    if text.next_mark(peek=True) == "]":
        return
    while True:
        place += 1
        yield text.value(place)
        mark = text.next_mark()
        if mark == "]":
            return
        if mark != ",":
            raise Unreadable("malformed", place)


class _Text:
    """A text of which a little is held at a time."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8-sig")()
        self._held = ""
        self._json = JSONDecoder(parse_constant=_no_number)

    def _more(self) -> bool:
        data = self._file.read(CHUNK)
        try:
            self._held += self._decode.decode(data, final=not data)
        except UnicodeDecodeError:
            raise Unreadable("encoding") from None
        return bool(data)

    def next_mark(self, *, peek: bool = False) -> str:
        """Return the next character that is no space; nothing at the end."""
        while not (held := self._held.lstrip(" \t\r\n")):
            self._held = ""
            if not self._more():
                return ""
        self._held = held if peek else held[1:]
        return held[0]

    def value(self, place: int) -> Any:
        """Return the next value. Raises `Unreadable` for none, and for one longer than any entry."""
        self.next_mark(peek=True)
        while True:
            try:
                value, end = self._json.raw_decode(self._held)
            except RecursionError:
                raise Unreadable("malformed", place) from None
            except (JSONDecodeError, ValueError):
                if len(self._held) > LINE_BYTES:
                    raise Unreadable("too_long", place) from None
                if not self._more():
                    raise Unreadable("malformed", place) from None
                continue
            # A number at the end of what is held may go on; an object or a text has its own end.
            if end == len(self._held) and self._more():
                continue
            self._held = self._held[end:]
            return value


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)
