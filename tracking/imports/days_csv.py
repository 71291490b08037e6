"""`csv`: entries of one category, the columns named as the doors name the fields."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from tracking.imports.items import Found, Item, Refused, Unreadable
from tracking.imports.rows import Row, Table


@dataclass(frozen=True)
class Columns:
    """What a category takes: its fields, those that it has to be given, and those that are lists."""

    fields: frozenset[str]
    required: frozenset[str]
    lists: frozenset[str]


def category_of(header: Collection[str], known: Mapping[str, Columns]) -> str:
    """Return the category that a header's names fit best. Raises `Unreadable` where none or several do."""
    names = set(header)
    fitting = {
        category: len(columns.fields & names)
        for category, columns in known.items()
        if columns.required <= names
    }
    best = [category for category, count in fitting.items() if count == max(fitting.values())]
    if len(best) != 1:
        raise Unreadable("required", 1, "category")
    return best[0]


def read(file: BinaryIO, known: Mapping[str, Columns], category: str | None) -> Iterator[Item]:
    """Return what the file holds. Raises `Unreadable` for a header that lacks what every entry needs."""
    table = Table(file)
    category = category or category_of(table.header, known)
    columns = known[category]
    for missing in sorted(columns.required.difference(table.header)):
        raise Unreadable("required", 1, missing)
    for row in table:
        yield entry(row, category, columns) if isinstance(row, Row) else row


def entry(row: Row, category: str, columns: Columns) -> Found | Refused:
    """Return the entry that a row holds; other columns than the category's own do not count."""
    given: dict[str, Any] = {}
    for name, cell in row.cells.items():
        if name in columns.fields:
            try:
                given[name] = listed(cell) if name in columns.lists else cell
            except ValueError:
                return Refused(row.line, name, "invalid")
    told = row.cells.get("id")  # tells lines apart that are otherwise alike
    return Found(row.line, category, given, kept={"told": told} if told else {})


def listed(cell: str) -> list[Any]:
    """Return the list in a cell: JSON, or words with semicolons between. Raises ValueError."""
    if cell.lstrip().startswith("["):
        try:
            found = json.loads(cell)
        except RecursionError:
            raise ValueError("nested") from None
        return list(found)
    return [word.strip() for word in cell.split(";") if word.strip()]
