"""The benchmark of days: its arithmetic, and that its load counts from when a request was due."""

import asyncio
import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bench import days, thresholds
from bench.steady import Load, quantile

NOW = datetime(2026, 11, 20, tzinfo=UTC)
FIGURES = {
    "p50_ms": 2.0,
    "p95_ms": 4.0,
    "p99_ms": 8.0,
    "per_s": 50.0,
    "failed": {},
    "hits": None,
    "cpu_ms": 9.0,
}


def outcomes(**changed: dict[str, Any]) -> dict[str, days.Outcome]:
    found = {}
    for door in days.doors(NOW):
        extra = {"entries_per_s": 6_000.0} if door.bodies else {}
        found[door.key] = days.Outcome([{**FIGURES, **extra, **changed.get(door.key, {})}])
    return found


def test_each_figure_is_a_median() -> None:
    one = days.Outcome([{"p95_ms": value, "failed": {}} for value in (900.0, 5.0, 7.0)])
    assert one.figure("p95_ms") == 7


def test_livez_comes_first_and_the_others_beside_it() -> None:
    lines = days.table(outcomes(list={"p95_ms": 10.0})).splitlines()
    assert lines[2].startswith("| `/livez` | 2.0 | 4.0 | 8.0 | 1.0×")
    assert "| 2.5× |" in lines[3]


def test_what_is_too_slow_or_fails_is_complained_of() -> None:
    asked = thresholds.asked("full")["days"]
    assert days.complaints(outcomes(), asked) == []
    assert len(days.complaints(outcomes(kept={"p95_ms": 201.0}), asked)) == 1
    assert len(days.complaints(outcomes(bulk={"entries_per_s": 4_999.0}), asked)) == 1
    assert len(days.complaints(outcomes(list={"failed": {"500": 1}}), asked)) == 1


def test_a_span_that_nobody_asked_before_is_asked_each_time() -> None:
    summed = next(door for door in days.doors(NOW) if door.key == "summed")
    assert len(set(summed.paths)) == 10_000
    assert len({path.partition("&")[0] for path in summed.paths}) == 5_000


def test_bulk_bodies_hold_as_many_entries_as_are_counted() -> None:
    (body,) = next(door for door in days.doors(NOW) if door.bodies).bodies
    assert len(json.loads(body)["entries"]) == days.BULK


def test_quantiles() -> None:
    assert quantile([float(n) for n in range(1, 101)], 0.95) == 96
    assert quantile([3.0], 0.99) == 3


@pytest.mark.parametrize("answer", [b"200 OK", b"503 No"])
async def test_the_load_counts_answers_and_names_what_failed(answer: bytes) -> None:
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                seen.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(b"HTTP/1.1 " + answer + b"\r\nContent-Length: 2\r\n\r\n{}")
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        load = Load(port, seconds=0.2, paths=["/x"], rate=100.0, warm=0.0, tokens=["t"])
        await load.run()
        while not load.free.empty():
            line = load.free.get_nowait()
            if line is not None:
                line.writer.close()
    assert all(b"Authorization: Bearer t" in request for request in seen)
    asked = len(load.took_ms) + sum(load.failed.values())
    assert asked == len(seen)
    assert (load.failed == {}) == (answer == b"200 OK")
