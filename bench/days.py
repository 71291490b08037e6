"""Reading and logging days over HTTP: PostgreSQL with a million measures, beside `/livez` in the same run."""

import contextlib
import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bench import ours
from bench.contender import Contender
from bench.machine import layout
from bench.runner import Say
from tests.servers import ROOT, Server, manage

BEGIN, END = "<!-- days: begin -->", "<!-- days: end -->"
RATE = 50.0  # requests/s, as the issue states it
BULK = 1_000  # entries a request
SETTLED_WITHIN_S = 30.0
HITS = re.compile(r'^hearth_cache_requests_total\{cache="aggregates",outcome="(\w+)"\} (\S+)', re.MULTILINE)


@dataclass(frozen=True)
class Size:
    """How much there is to read, and for how long it is read."""

    people: int
    measures: int
    seconds: float
    turns: int


FULL = Size(people=200, measures=1_000_000, seconds=20.0, turns=3)
SMOKE = Size(people=20, measures=10_000, seconds=3.0, turns=1)


@dataclass(frozen=True)
class Door:
    """One load. `rate` 0 is a closed loop of one client after another."""

    key: str
    title: str
    paths: tuple[str, ...]
    rate: float = RATE
    signed_in: bool = True
    bodies: tuple[str, ...] = ()


@dataclass
class Outcome:
    """What the runs of one load came to."""

    runs: list[dict[str, Any]] = field(default_factory=list)

    def figure(self, key: str) -> float:
        """Return the median of a figure."""
        return median(run[key] for run in self.runs)

    @property
    def failed(self) -> dict[str, int]:
        """Answers that were none, by what was wrong."""
        found: dict[str, int] = {}
        for run in self.runs:
            for name, count in run["failed"].items():
                found[name] = found.get(name, 0) + count
        return found


def doors(now: datetime) -> tuple[Door, ...]:
    """Return what is asked. Spans of the summary that nobody asked before are computed each time."""
    year = f"{now - timedelta(days=365):%Y-%m-%d}"
    spans = tuple(
        f"/api/v1/summary/?from={start:%Y-%m-%dT%H:%M:%S.%f}Z&period={period}"
        for start in (now - timedelta(days=365, milliseconds=n) for n in range(5_000))
        for period in ("day", "week")
    )
    return (
        Door("livez", "`/livez`", ("/livez",), signed_in=False),
        Door("list", "list of measures, 50 a page", ("/api/v1/health-metrics/",)),
        Door(
            "typed",
            "list of one measure in a month",
            tuple(
                f"/api/v1/health-metrics/?metric_type=weight&from={now - timedelta(days=n + 30):%Y-%m-%d}"
                f"&to={now - timedelta(days=n):%Y-%m-%d}"
                for n in range(0, 300, 7)
            ),
        ),
        Door("summed", "summary of a year, computed", spans),
        Door("kept", "summary of a year, as people look", (f"/api/v1/summary/?from={year}",)),
        Door(
            "bulk",
            f"logging measures, {BULK:,} a request",
            ("/api/v1/health-metrics/bulk/",),
            0,
            True,
            _bulk(now),
        ),
    )


def _bulk(now: datetime) -> tuple[str, ...]:
    entries = [
        {
            "metric_type": "heart_rate",
            "value": 60 + n % 40,
            "recorded_at": (now - timedelta(minutes=n)).isoformat(),
        }
        for n in range(BULK)
    ]
    return (json.dumps({"entries": entries}),)


def measure(size: Size, say: Say) -> dict[str, Outcome] | None:
    """Return what came of each load; None where the machine lacks something."""
    who, form = next((who, form) for who, form in ours.forms() if form.distributed)
    if (lack := who.missing()) is not None:
        say(f"days are left out: {lack}")
        return None
    found: dict[str, Outcome] = {}
    asked = doors(datetime.now(UTC))
    with form.prepared((), 0):
        say(f"days: {size.measures:,} measures of {size.people} people, and a year of everything else")
        script = Path(__file__).with_name("make_days.py").read_text()
        wanted = {"BENCH_DAYS": json.dumps([size.people, size.measures])}
        said = manage("shell", "-c", script, variables=form.variables | wanted)
        tokens = json.loads(said.split("tokens: ", 1)[1].splitlines()[0])
        for turn in range(size.turns):
            for door in asked:
                with _started(who) as server:
                    before = _cpu_s(server)
                    run = _load(door, server, tokens, size.seconds, turn)
                    run["cpu_ms"] = (_cpu_s(server) - before) / run["asked"] * 1_000
                    run["hits"] = _hits(server)
                found.setdefault(door.key, Outcome()).runs.append(run)
                say(f"days · {door.key}: {_line(run)}")
    return found


@contextlib.contextmanager
def _started(who: Contender) -> Iterator[Server]:
    """Give a server that is at rest: a fresh one compiles its rules behind its first second."""
    with who.start() as server:
        deadline = time.monotonic() + SETTLED_WITHIN_S
        used = -1.0
        while time.monotonic() < deadline and (now := _cpu_s(server)) - used > 0.1:
            used = now
            time.sleep(1)
        yield server


def _load(door: Door, server: Server, tokens: list[str], seconds: float, turn: int) -> dict[str, Any]:
    place = layout()
    wanted = {
        "port": server.port,
        "rate": door.rate,
        "seconds": seconds,
        "warm": 2.0,
        "paths": door.paths,
        "tokens": tokens if door.signed_in else [],
        "bodies": door.bodies,
        "seed": turn,
    }
    done = subprocess.run(  # noqa: S603
        [*place.pin(place.load), sys.executable, "-m", "bench.steady"],
        input=json.dumps(wanted),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    run: dict[str, Any] = json.loads(done.stdout)
    if door.bodies:
        run["entries_per_s"] = run["per_s"] * BULK
    return run


def _cpu_s(server: Server) -> float:
    """Return the processor time a server has used so far: what a busy machine does not change much."""
    fields = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _hits(server: Server) -> float | None:
    """Return which share of sums of days the server found kept; None where nobody asked for any."""
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=30) as answer:
        counted = {outcome: float(value) for outcome, value in HITS.findall(answer.read().decode())}
    asked = sum(counted.values())
    return counted.get("hit", 0.0) / asked if asked else None


def _line(run: dict[str, Any]) -> str:
    times = ", ".join(f"p{share} {run[f'p{share}_ms']:.1f}" for share in (50, 95, 99))
    told = f"{times} ms, {run['per_s']:.1f}/s, {run['cpu_ms']:.1f} ms of processor each"
    if "entries_per_s" in run:
        told += f", {run['entries_per_s']:,.0f} entries/s"
    if run["hits"] is not None:
        told += f", {run['hits']:.0%} kept"
    return told + (f", FAILED {run['failed']}" if run["failed"] else "")


def table(found: dict[str, Outcome]) -> str:
    """Return a markdown table, `/livez` first: the others' p95 as a multiple of its."""
    base = found["livez"].figure("p95_ms")
    lines = [
        "| | p50 ms | p95 ms | p99 ms | p95 beside `/livez` | requests/s | server's processor, ms each |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for door in doors(datetime.now(UTC)):
        one = found[door.key]
        title = door.title
        if door.bodies:
            title += f": **{one.figure('entries_per_s'):,.0f} entries/s**"
        elif (hits := one.runs[-1]["hits"]) is not None:
            title += f" ({hits:.0%} kept)"
        times = " | ".join(f"{one.figure(f'p{share}_ms'):.1f}" for share in (50, 95, 99))
        lines.append(
            f"| {title} | {times} | {one.figure('p95_ms') / base:.1f}× | {one.figure('per_s'):.1f}"
            f" | {one.figure('cpu_ms'):.1f} |"
        )
    return "\n".join(lines)


def complaints(found: dict[str, Outcome], asked: dict[str, float]) -> list[str]:
    """Return a line for every load with a failed answer, and every figure beyond what is asked."""
    lines = [f"days · {key}: {one.failed}" for key, one in found.items() if one.failed]
    if not asked:
        return lines
    for door in ("list", "typed", "summed", "kept"):
        p95 = found[door].figure("p95_ms")
        if p95 > asked["p95_ms"]:
            lines.append(f"days · {door}: p95 of {p95:.0f} ms where {asked['p95_ms']:.0f} is asked")
    logged = found["bulk"].figure("entries_per_s")
    if logged < asked["entries_per_s"]:
        lines.append(f"days · bulk: {logged:,.0f} entries/s where {asked['entries_per_s']:,.0f} is asked")
    return lines


def block(found: dict[str, Outcome], size: Size) -> str:
    """Return the table with how it was taken, for docs/performance.md."""
    how = (
        f"{datetime.now(UTC):%Y-%m-%d}. Median of {size.turns} run(s) of {size.seconds:.0f} s, each on a",
        f"fresh server process. PostgreSQL with {size.measures:,} measures of {size.people} people, and a",
        "year of each one's moods, nights, meals, doses, exercise, meetings and seizures; Redis. An open",
        f"loop of {RATE:.0f} requests/s, each by any of these people, timed from when it was due; logging is",
        f"one client in a closed loop. {layout().describe()}",
    )
    return f"{BEGIN}\n\n{table(found)}\n\n{' '.join(how)}\n\n{END}"
