"""Files made to do harm: each ends as one that cannot be read, in little time and memory."""

import io
import tracemalloc
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.imports import apple, zips
from tracking.imports.days_csv import Columns
from tracking.imports.hearth import array, read
from tracking.imports.items import Item, Unreadable
from tracking.numbers import DIRECTORY_BYTES, LINE_BYTES, RANGES, UNPACKED_TIMES

KNOWN = {"mood": Columns(frozenset({"at", "score"}), frozenset({"at", "score"}), frozenset())}


class Endless(io.RawIOBase):
    """A file that begins somehow and never ends; how much of it was read is counted."""

    def __init__(self, head: bytes, make: Callable[[int], bytes]) -> None:
        self._held = head
        self._make = make
        self._n = 0
        self.given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        while len(self._held) < len(into):
            self._held += self._make(self._n)
            self._n += 1
        data, self._held = self._held[: len(into)], self._held[len(into) :]
        into[:] = data
        self.given += len(data)
        return len(data)


@contextmanager
def in_little_memory(most: int = 40_000_000) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()


def read_xml(data: bytes | BinaryIO) -> list[Item]:
    file = io.BytesIO(data) if isinstance(data, bytes) else data
    return list(apple.read(file, "UTC", RANGES))


def code_of(data: bytes | BinaryIO) -> str:
    with pytest.raises(Unreadable) as found:
        read_xml(data)
    return found.value.code


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE HealthData [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><HealthData locale="&c;"/>"""


@pytest.mark.parametrize(
    "definitions",
    [
        b'<!ENTITY a "ha">',
        b'<!ENTITY x SYSTEM "file:///etc/passwd">',
        b'<!ENTITY % p SYSTEM "http://127.0.0.1/x.dtd"> %p;',
        b'<!NOTATION n SYSTEM "n"><!ENTITY x SYSTEM "x" NDATA n>',
    ],
)
def test_no_entity_is_ever_defined(definitions: bytes) -> None:
    assert code_of(b"<!DOCTYPE HealthData [" + definitions + b"]><HealthData>&x;</HealthData>") == "forbidden"


def test_nobody_laughs_a_billion_times() -> None:
    with in_little_memory():
        assert code_of(LAUGHS) == "forbidden"


def test_a_document_type_from_elsewhere_is_not_fetched() -> None:
    assert read_xml(b'<!DOCTYPE HealthData SYSTEM "file:///etc/passwd"><HealthData/>') == []


def test_defaults_of_attributes_do_not_count() -> None:
    data = b'<!DOCTYPE HealthData [<!ATTLIST Record type CDATA "' + b"x" * 50_000 + b'">]><HealthData>'
    with in_little_memory():
        found = read_xml(data + b"<Record/>" * 20_000 + b"</HealthData>")
    assert len(found) == 20_000


@pytest.mark.parametrize(
    ("head", "make", "code"),
    [
        (b"<HealthData>", lambda n: b"<a>" * 1_000, "malformed"),  # no depth
        (b'<HealthData x="', lambda n: b"y" * 1_000, "too_long"),  # an attribute without an end
        (b"<HealthData><!-- ", lambda n: b"y" * 1_000, "too_long"),  # a comment without one
        (b"<HealthData>", lambda n: f"<n{n}/>".encode(), "too_long"),  # ever new names
        (b"<HealthData>", lambda n: f'<Record a{n}="1"/>'.encode(), "too_long"),
    ],
)
def test_what_never_ends_is_ended(head: bytes, make: Callable[[int], bytes], code: str) -> None:
    file = Endless(head, make)
    with in_little_memory():
        assert code_of(cast(BinaryIO, file)) == code
    assert file.given <= 4 * LINE_BYTES


@pytest.mark.parametrize(
    "data", [b"", b"\x00" * 100, b"\xff\xfe\x00", b"PK\x03\x04", b"<HealthData>\xff</HealthData>"]
)
def test_what_is_no_document_is_malformed(data: bytes) -> None:
    assert code_of(data) == "malformed"


def test_an_encoding_that_nobody_knows_is_told() -> None:
    assert code_of(b'<?xml version="1.0" encoding="klingon"?><HealthData/>') in ("encoding", "malformed")


@given(st.binary(max_size=300))
def test_any_bytes_end_well_as_xml(data: bytes) -> None:
    try:
        read_xml(b"<HealthData>" + data)
    except Unreadable:
        return


# --- archives ---


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    held.seek(0)
    return held


def unpacked(file: BinaryIO) -> bytes:
    archive = zips.opened(file)
    (info,) = archive.infolist()
    return zips.member(archive, info).read()


def test_a_bomb_is_not_unpacked() -> None:
    bomb = zipped(("export.xml", bytes(60_000_000)))
    archive = zips.opened(bomb)
    stream = zips.member(archive, archive.infolist()[0])
    with in_little_memory(), pytest.raises(Unreadable) as found:
        deque(iter(partial(stream.read, 65_536), b""), maxlen=0)
    assert found.value.code == "too_large"


def test_what_shrinks_as_health_exports_do_is_unpacked() -> None:
    noise = b"".join(zlib.crc32(str(n).encode()).to_bytes(4, "big") for n in range(100_000))
    assert unpacked(zipped(("x", noise + bytes(len(noise) * (UNPACKED_TIMES // 4))))).startswith(noise)


def test_a_list_of_files_without_end_is_not_taken_in() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for n in range(2 + DIRECTORY_BYTES // 290):
            archive.writestr(f"{n:0250}", b"")
    held.seek(0)
    with pytest.raises(Unreadable) as found:
        zips.opened(held)
    assert found.value.code == "malformed"


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a/../../mood.json", "C:\\mood.json"])
def test_a_name_is_never_a_path(name: str) -> None:
    assert list(read(zipped((name, b"[]"), ("mood.csv", b"at,score\n")), KNOWN)) == []


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_refused(method: int) -> None:
    with pytest.raises(Unreadable):
        unpacked(zipped(("x", b"y"), method=method))


@given(st.binary(max_size=200), st.integers(0, 300), st.binary(min_size=1, max_size=8))
def test_a_damaged_archive_ends_well(data: bytes, place: int, damage: bytes) -> None:
    whole = bytearray(zipped(("mood.json", b"[" + data + b"]"), ("mood.csv", data)).getvalue())
    whole[place : place + len(damage)] = damage
    try:
        list(read(io.BytesIO(bytes(whole)), KNOWN))
    except Unreadable:
        return


# --- JSON ---


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "malformed"), ("{}", "malformed"), ("[1", "malformed"), ("[1 2]", "malformed"),
        ("[1,]", "malformed"),
        ("[NaN]", "malformed"), ('["\xff"', "malformed"), ("[" * 100_000, "malformed"),
        ('["' + "x" * 2 * LINE_BYTES + '"]', "too_long"),
    ],
)  # fmt: skip
def test_broken_json_is_told(text: str, code: str) -> None:
    with pytest.raises(Unreadable) as found:
        list(array(io.BytesIO(text.encode())))
    assert found.value.code == code


@pytest.mark.parametrize("text", ["[]", " [ ] ", '\ufeff[1, {"a": [2]} ,\n"x"]', "[12345]"])
def test_json_is_read_however_it_is_spaced(text: str) -> None:
    expected = {"[]": [], " [ ] ": [], "[12345]": [12345]}.get(text, [1, {"a": [2]}, "x"])
    assert list(array(io.BytesIO(text.encode()))) == expected


def test_json_is_read_piece_by_piece() -> None:
    entry = b'{"at": "2026-11-20T10:00:00Z", "note": "' + b"y" * 500 + b'"},\n'
    file = Endless(b"[", lambda n: entry)
    with in_little_memory():
        found = [len(value["note"]) for value in islice(array(cast(BinaryIO, file)), 5_000)]
    assert found == [500] * 5_000


def test_half_a_character_is_refused_alone() -> None:
    archive = zipped(("mood.json", b'[{"at": "x", "score": "\\ud800"}, {"at": "x", "score": 1}]'))
    refused, taken = read(archive, KNOWN)
    assert (refused.line, refused.code) == (1, "encoding")  # type: ignore[union-attr]
    assert taken.given == {"at": "x", "score": 1}  # type: ignore[union-attr]
