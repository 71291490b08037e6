"""Rows of a CSV file, each with its line and no longer than it may be, whatever the bytes are. Pure."""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final, cast

from tracking.imports.items import Refused, Unreadable
from tracking.numbers import LINE_BYTES

DELIMITERS: Final = ",;\t"
CELL_LENGTH: Final = 131_072  # characters; the longest text of an entry has 20,000
COLUMNS: Final = 200
ENDS: Final = ("\n", "\r")

csv.field_size_limit(CELL_LENGTH)


@dataclass(frozen=True, slots=True)
class Row:
    """One row by its header; empty cells are left out: missing is missing."""

    line: int
    cells: Mapping[str, str]


class Lines:
    """The lines of a file as text. What is no UTF-8 stays in as lone surrogates, for the row to tell of."""

    def __init__(self, file: BinaryIO) -> None:
        held = io.BufferedReader(cast(io.RawIOBase, file))  # what comes out of an archive knows no way back
        wide = held.peek(2)[:2] in (
            codecs.BOM_UTF16_LE,
            codecs.BOM_UTF16_BE,
        )  # a spreadsheet's "Unicode text"
        encoding = "utf-16" if wide else "utf-8-sig"
        self._read = io.TextIOWrapper(held, encoding, errors="surrogateescape", newline="").readline
        self._taken = 0  # characters since the last row ended
        self.cut = False  # whether that row holds a line that was too long to be kept

    def __iter__(self) -> Iterator[str]:
        """Return line after line. Raises `Unreadable` where a row has no end."""
        while line := self._next():
            if len(line) == LINE_BYTES and not line.endswith(ENDS):
                while line and not line.endswith(ENDS):
                    line = self._next()
                self.cut, line = True, "\n"
            self._taken += len(line)
            if self._taken > LINE_BYTES:
                raise Unreadable("too_long")
            yield line

    def _next(self) -> str:
        try:
            return self._read(LINE_BYTES)
        except UnicodeError:  # half a character of UTF-16
            raise Unreadable("encoding") from None

    def row_ended(self) -> bool:
        """Begin to measure the next row; return whether the last one was cut."""
        cut, self.cut, self._taken = self.cut, False, 0
        return cut


class Table:
    """A CSV file: `header` is its first row, and iterating gives the others. Raises `Unreadable`."""

    def __init__(self, file: BinaryIO) -> None:
        self._lines = Lines(file)
        lines = iter(self._lines)
        first = next(lines, "")
        if self._lines.row_ended():
            raise Unreadable("too_long", 1)
        delimiter = max(DELIMITERS, key=first.count)
        self._reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
        try:
            names = next(csv.reader([first], delimiter=delimiter, skipinitialspace=True), [])
        except csv.Error:
            names = []
        self.header = tuple(name.strip().lower() for name in names)
        known = [name for name in self.header if name]
        if not known or len(self.header) > COLUMNS or len(set(known)) < len(known):
            raise Unreadable("header", 1)

    def __iter__(self) -> Iterator[Row | Refused]:
        """Return each row, or why it is none; blank lines are neither."""
        while True:
            line = self._reader.line_num + 2  # the header is line 1
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error:
                cut = self._lines.row_ended()
                yield Refused(line, None, "too_long" if cut else "malformed")
                continue
            except Unreadable as fault:
                raise Unreadable(fault.code, line) from None
            if self._lines.row_ended():
                yield Refused(line, None, "too_long")
            elif found := self._row(line, cells):
                yield found

    def _row(self, line: int, cells: list[str]) -> Row | Refused | None:
        if not any(cell.strip() for cell in cells):
            return None
        if len(cells) > len(self.header) and any(cells[len(self.header) :]):
            return Refused(line, None, "columns")
        named = {name: cell for name, cell in zip(self.header, cells, strict=False) if name and cell.strip()}
        for name, cell in named.items():
            if not _is_text(cell):
                return Refused(line, name[:64] if _is_text(name) else None, "encoding")
        return Row(line, named)


def _is_text(cell: str) -> bool:
    try:
        cell.encode()
    except UnicodeEncodeError:
        return False
    return True
