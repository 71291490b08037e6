"""A file on its way in is never whole in a server's memory, and what no door takes is not kept anywhere."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.house import House, Person
from tests.imports.exports import FOOT, HEAD, heart_rate
from tests.party import eventually
from tests.unit.tracking.imports.test_apple import AT

MEGABYTES = 48
ROOM_KB = 24_000  # what a server may grow by: half of the file


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of one heart rate and very much that is skipped."""
    path = tmp_path_factory.mktemp("export") / "export.xml"
    skipped = f' <Record type="HKQuantityTypeIdentifierDistance" note="{"x" * 60_000}"/>\n'
    with path.open("w") as file:
        file.write(HEAD + heart_rate(AT, 61, 0))
        for _ in range(MEGABYTES * 1_000_000 // len(skipped)):
            file.write(skipped)
        file.write(FOOT)
    return path


def peak_kb(house: House) -> int:
    """The most memory that the server has had since `begin`."""
    status = Path(f"/proc/{house.web.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1])  # type: ignore[index]


def begin(house: House) -> int:
    """Forget the most memory so far, and return what it is now."""
    Path(f"/proc/{house.web.pid}/clear_refs").write_text("5")
    return peak_kb(house)


async def ended(house: House, alice: Person, begun: str) -> dict[str, Any]:
    found: dict[str, Any] = {}

    async def done() -> bool:
        found.update((await house.get(f"imports/{begun}/", person=alice)).json())
        return found["finished_at"] is not None

    await eventually(done, within=60)
    return found


async def test_a_large_file_is_taken_in_little_memory(house: House, export: Path) -> None:
    alice = await house.sign_in("alice")
    before = begin(house)
    with export.open("rb") as file:
        answer = await house.request(
            "POST",
            "imports/",
            person=alice,
            files={"file": file},
            data={"format": "apple_health"},
            headers={"idempotency-key": "large"},
        )
    assert answer.status_code == 202, answer.text
    assert (await ended(house, alice, answer.json()["id"]))["added"] == 1
    assert peak_kb(house) - before < ROOM_KB
    left = [path for path in house.folder.rglob("*") if path.is_file() and path.stat().st_size > 10_000_000]
    assert [path for path in left if "sqlite" not in path.name] == []


async def test_what_a_door_does_not_take_is_413_however_it_is_sent(house: House) -> None:
    alice = await house.sign_in("alice")

    def pieces() -> Iterator[bytes]:
        yield b'{"note": "'
        yield from itertools.repeat(b"x" * 100_000, 10 * MEGABYTES)
        yield b'"}'

    before = begin(house)
    whole = b"".join(pieces())
    for content in (whole, pieces()):  # with its length, and in chunks
        answer = await asyncio.to_thread(
            house.http.post, f"{house.url}/api/v1/mood/", content=content, headers=alice.headers
        )
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert peak_kb(house) - before < ROOM_KB


async def test_what_comes_in_chunks_is_taken_too(house: House) -> None:
    alice = await house.sign_in("alice")
    said = [b'{"at": "2020-01-02T10:00:00Z", ', b'"score": 4}']
    address, headers = f"{house.url}/api/v1/mood/", {**alice.headers, "content-type": "application/json"}
    answer = await asyncio.to_thread(house.http.post, address, content=iter(said), headers=headers)
    assert (answer.status_code, answer.json().get("score")) == (201, 4)
    body = (
        b'--x\r\nContent-Disposition: form-data; name="format"\r\n\r\ncsv\r\n'
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
        b"at,score\n2020-01-01T10:00:00Z,5\n\r\n--x--\r\n"
    )
    headers = {**alice.headers, "content-type": "multipart/form-data; boundary=x"}
    answer = await asyncio.to_thread(
        house.http.post, f"{house.url}/api/v1/imports", content=iter([body[:70], body[70:]]), headers=headers
    )
    assert answer.status_code == 202, answer.text
    found = await ended(house, alice, answer.json()["id"])
    assert (found["status"], found["refused"]) == ("done", 0)


async def test_a_large_file_of_nobody_is_not_kept(house: House) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    forged = {**headers, "authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}
    kept = house.folder / "incoming"
    whole = MEGABYTES * 1_000_000
    largest = 0

    def pieces() -> Iterator[bytes]:
        nonlocal largest
        sent = 0
        while sent < whole:
            yield b"x" * 1_000_000
            sent += 1_000_000
            largest = max(largest, open_bytes(house, kept))

    for sent in (headers, forged):
        for declared, most in ({}, 1_048_577), ({"content-length": str(whole)}, 0):
            largest = 0
            answer = await asyncio.to_thread(
                house.http.post, f"{house.url}/api/v1/imports/", content=pieces(), headers=sent | declared
            )
            assert answer.status_code == 401, answer.text
            assert 0.9 * most <= largest <= most  # the last piece of a file may still be in memory


def open_bytes(house: House, folder: Path) -> int:
    """How much the server's nameless files in a folder hold."""
    found = 0
    for link in Path(f"/proc/{house.web.pid}/fd").iterdir():
        try:
            if str(link.readlink()).startswith(str(folder)):
                found += link.stat().st_size
        except FileNotFoundError:
            continue
    return found
