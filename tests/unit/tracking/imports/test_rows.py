"""Rows come out of any bytes, each with its line, and the bad ones hinder no others."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.imports.days_csv import Columns, category_of, listed, read
from tracking.imports.items import Found, Refused, Unreadable
from tracking.imports.rows import CELL_LENGTH, Row, Table
from tracking.numbers import LINE_BYTES

MOOD = Columns(
    frozenset({"at", "score", "activities", "note"}), frozenset({"at", "score"}), frozenset({"activities"})
)
JOURNAL = Columns(frozenset({"at", "text", "tags", "note"}), frozenset({"at", "text"}), frozenset({"tags"}))
KNOWN = {"mood": MOOD, "journal": JOURNAL}


def table(data: bytes) -> Table:
    return Table(io.BytesIO(data))


def rows(data: bytes) -> list[tuple[int, dict[str, str]]]:
    return [(row.line, dict(row.cells)) for row in table(data) if isinstance(row, Row)]


def wrong(data: bytes) -> list[Refused]:
    return [row for row in table(data) if isinstance(row, Refused)]


def test_a_row_has_its_line_and_its_cells_by_name() -> None:
    assert rows(b"At,Score\n1,2\n\n3,4\n") == [(2, {"at": "1", "score": "2"}), (4, {"at": "3", "score": "4"})]


def test_a_cell_of_several_lines_counts_them() -> None:
    assert rows(b'a,b\n"x\ny",1\nz,2\n') == [(2, {"a": "x\ny", "b": "1"}), (4, {"a": "z", "b": "2"})]


def test_empty_cells_are_missing() -> None:
    assert rows(b"a,b\n1,\n2, \n3\n") == [(2, {"a": "1"}), (3, {"a": "2"}), (4, {"a": "3"})]


@pytest.mark.parametrize("mark", [b",", b";", b"\t"])
def test_the_delimiter_is_the_headers(mark: bytes) -> None:
    assert rows(mark.join((b"a", b"b")) + b"\n" + mark.join((b"1", b"2"))) == [(2, {"a": "1", "b": "2"})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_marks_of_byte_order_are_no_text(encoding: str) -> None:
    assert rows("a,b\né,ß\n".encode(encoding)) == [(2, {"a": "é", "b": "ß"})]


def test_a_line_in_another_encoding_is_refused_alone() -> None:
    data = "a,b\n1,é\n2,e\n".encode("latin-1")
    assert wrong(data) == [Refused(2, "b", "encoding")]
    assert rows(data) == [(3, {"a": "2", "b": "e"})]


def test_a_huge_line_is_refused_alone() -> None:
    data = b"a,b\n1,2\n" + b"x" * (3 * LINE_BYTES) + b"\n3,4\n"
    assert wrong(data) == [Refused(3, None, "too_long")]
    assert [line for line, _ in rows(data)] == [2, 4]


def test_a_huge_cell_is_refused() -> None:
    data = b"a,b\n" + b"x" * (CELL_LENGTH + 1) + b",2\n3,4\n"
    assert wrong(data) == [Refused(2, None, "malformed")]
    assert rows(data) == [(3, {"a": "3", "b": "4"})]


def test_a_row_without_an_end_is_not_followed_for_ever() -> None:
    data = b'a,b\n"' + b'\n","' * LINE_BYTES
    with pytest.raises(Unreadable) as found:
        rows(data)
    assert (found.value.code, found.value.line) == ("too_long", 2)


def test_an_open_quote_takes_no_more_than_a_cell() -> None:
    data = b'a,b\n1,"2\n' + b"3,4\n" * (CELL_LENGTH // 4 + 10)
    assert wrong(data)[0] == Refused(2, None, "malformed")
    assert rows(data)  # and then it goes on


def test_more_cells_than_columns_are_refused() -> None:
    assert wrong(b"a,b\n1,2,3\n") == [Refused(2, None, "columns")]
    assert rows(b"a,b\n1,2,,\n") == [(2, {"a": "1", "b": "2"})]


@pytest.mark.parametrize("data", [b"", b"\n", b",,\n", b"a,a\n", b"a," * 300])
def test_there_has_to_be_a_header(data: bytes) -> None:
    with pytest.raises(Unreadable) as found:
        table(data)
    assert found.value.line == 1


@given(st.binary(max_size=400))
def test_any_bytes_are_rows_or_told_why_not(data: bytes) -> None:
    try:
        found = list(table(data))
    except Unreadable:
        return
    lines = [row.line for row in found]
    assert lines == sorted(lines)
    for row in found:
        assert isinstance(row, Refused) or all(cell.encode() and cell.strip() for cell in row.cells.values())


TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\x00"), max_size=30)


@given(st.lists(st.tuples(TEXT, TEXT), max_size=8), st.sampled_from(",;\t"))
def test_what_a_spreadsheet_writes_is_what_is_read(pairs: list[tuple[str, str]], delimiter: str) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([("first", "second"), *pairs])
    expected = [
        {name: cell for name, cell in zip(("first", "second"), pair, strict=True) if cell.strip()}
        for pair in pairs
    ]
    assert [cells for _, cells in rows(out.getvalue().encode())] == [cells for cells in expected if cells]


# --- entries of a category ---


def test_the_category_is_that_whose_columns_they_are() -> None:
    assert category_of(("at", "score", "note"), KNOWN) == "mood"
    assert category_of(("at", "text", "mystery"), KNOWN) == "journal"
    for header in (("at", "note"), ("at", "text", "score")):
        with pytest.raises(Unreadable) as found:
            category_of(header, KNOWN)
        assert (found.value.field, found.value.code) == ("category", "required")


def test_an_entry_has_the_categorys_own_columns() -> None:
    data = b"id,at,score,activities,colour\nx1,now,7,walk; tea ,red\n"
    (found,) = read(io.BytesIO(data), KNOWN, "mood")
    assert isinstance(found, Found)
    assert (found.line, found.category) == (2, "mood")
    assert found.given == {"at": "now", "score": "7", "activities": ["walk", "tea"]}


def test_a_column_that_every_entry_needs_is_named_once() -> None:
    with pytest.raises(Unreadable) as found:
        list(read(io.BytesIO(b"at,note\n1,2\n3,4\n"), KNOWN, "mood"))
    assert (found.value.line, found.value.field, found.value.code) == (1, "score", "required")


def test_a_list_is_json_or_words_between_semicolons() -> None:
    assert listed('["a", "b;c"]') == ["a", "b;c"]
    assert listed("a; b ;;c") == ["a", "b", "c"]
    for broken in ("[1, 2", "[" * 100_000):
        with pytest.raises(ValueError, match=r"nested|Expecting"):
            listed(broken)
