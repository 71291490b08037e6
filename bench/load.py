"""The load generator: building it, speaking to a contender in its dialect, reading what it says."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from bench.machine import Layout
from bench.scenarios import Scenario

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "wsload" / "wsload.c"
PROGRAM = HERE / "bin" / "wsload"
MOST_S = 180.0
MESSAGE_BYTES = 120
SECONDS_TO_DRAIN = (
    60  # a slow peer needs 10 s for what is in flight to 1,000 people; it ends when all is there
)

BROKEN_PLAIN = ("fail", "closed", "lost", "gaps", "ooo", "stalled")
BROKEN_HEARTH = (
    "failed",
    "lost",
    "holes",
    "duplicates",
    "out_of_order",
    "doubled",
    "disagree",
    "seq_mismatch",
    "sender_reordered",
    "mangled",
    "unacked",
    "bad_lines",
    "over_window",
    "over_frame",
    "no_subprotocol",
    "timeouts",
    "refused",
    "held",
)


class LoadFailed(Exception):
    """The load generator could not be built or said nothing."""


@dataclass(frozen=True)
class Measured:
    """One run: its figures by key, the promises it broke, and everything the generator said."""

    figures: dict[str, float]
    broken: dict[str, float]
    raw: dict[str, Any]


class Dialect(Protocol):
    """How the generator speaks to a server, and what its words mean."""

    def arguments(self, scenario: Scenario, port: int, pid: int, turn: int) -> list[str]:
        """Return the generator's arguments."""
        ...

    def read(self, raw: dict[str, Any]) -> Measured:
        """Return the figures of what the generator said."""
        ...


@dataclass(frozen=True)
class PlainDialect:
    """A broadcast server with no sessions. `proto` is wsload's, `path` may hold one `%d`, the room."""

    proto: str
    path: str

    def arguments(self, scenario: Scenario, port: int, pid: int, turn: int) -> list[str]:
        """Return the generator's arguments; a closed loop spreads its messages over as many senders."""
        per_room = (
            max(1, scenario.inflight // scenario.rooms) if scenario.inflight else scenario.n // scenario.rooms
        )
        wanted: dict[str, object] = {
            "proto": self.proto,
            "path": self.path,
            "n": scenario.n,
            "rooms": scenario.rooms,
            "port": port,
            "pids": pid,
            "size": MESSAGE_BYTES,
            "drain": SECONDS_TO_DRAIN,
        }
        if scenario.kind == "fanout":
            wanted |= {"spr": per_room, "dur": scenario.seconds, "warm": scenario.warm_s}
            wanted |= {"rate": scenario.rate} if scenario.rate else {"window": 1}
        elif scenario.kind == "idle":
            wanted["hold"] = scenario.seconds
        return options(wanted)

    def read(self, raw: dict[str, Any]) -> Measured:
        """Return the figures of what the generator said."""
        names = {
            "deliveries_per_s": "deliv_per_s",
            "messages_per_s": "msgs_per_s",
            "p50_ms": "p50_ms",
            "p99_ms": "p99_ms",
            "connects_per_s": "conn_per_s",
            "kb_per_socket": "held_kB_per_conn_0",
            "client_cpu": "client_cpu",
        }
        return Measured(picked(raw, names), {k: raw[k] for k in BROKEN_PLAIN if raw.get(k)}, raw)


@dataclass(frozen=True)
class HearthDialect:
    """Our protocol: guests, tickets, hello, join. Each run has rooms of its own."""

    def arguments(self, scenario: Scenario, port: int, pid: int, turn: int) -> list[str]:
        """Return the generator's arguments."""
        wanted: dict[str, object] = {
            "n": scenario.n,
            "rooms": scenario.rooms,
            "slugs": slugs(scenario, turn),
            "port": port,
            "pids": pid,
        }
        if scenario.kind == "fanout":
            wanted |= {"dur": scenario.seconds, "warm": scenario.warm_s, "size": MESSAGE_BYTES}
            wanted |= {"drain": SECONDS_TO_DRAIN}
            wanted |= {"rate": scenario.rate} if scenario.rate else {"inflight": scenario.inflight}
        elif scenario.kind == "idle":
            wanted["hold"] = scenario.seconds
        return ["hearth", scenario.kind, *options(wanted)]

    def read(self, raw: dict[str, Any]) -> Measured:
        """Return the figures of what the generator said."""
        each = raw.get("each_ms") or {}
        flat = raw | {"each_p50": each.get("p50"), "each_p99": each.get("p99")}
        names = {
            "deliveries_per_s": "deliveries_per_s",
            "messages_per_s": "acked_per_s",
            "p50_ms": "each_p50",
            "p99_ms": "each_p99",
            "connects_per_s": "joined_per_s",
            "kb_per_socket": "held_kb_per_socket_0",
            "client_cpu": "client_cpu",
        }
        return Measured(picked(flat, names), {k: raw[k] for k in BROKEN_HEARTH if raw.get(k)}, raw)


def slugs(scenario: Scenario, turn: int) -> str:
    """Return the pattern of a scenario's rooms in one turn."""
    return f"bench-{scenario.key}-{turn}-%d"


def picked(raw: dict[str, Any], names: dict[str, str]) -> dict[str, float]:
    """Return what `raw` says under our own names, leaving out what it does not."""
    return {ours: float(raw[theirs]) for ours, theirs in names.items() if raw.get(theirs) is not None}


def options(wanted: dict[str, object]) -> list[str]:
    """Return long options."""
    return [part for key, value in wanted.items() for part in (f"--{key}", str(value))]


def build() -> None:
    """Build the generator if its source is newer. Raises LoadFailed."""
    if PROGRAM.exists() and PROGRAM.stat().st_mtime >= SOURCE.stat().st_mtime:
        return
    PROGRAM.parent.mkdir(exist_ok=True)
    try:
        done = subprocess.run(  # noqa: S603
            ["gcc", "-O2", "-Wall", "-Wextra", "-o", str(PROGRAM), str(SOURCE)],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise LoadFailed("gcc is not installed (Debian: gcc libc6-dev)") from error
    if done.returncode:
        raise LoadFailed(f"wsload does not build:\n{done.stderr}")


def run(dialect: Dialect, scenario: Scenario, *, port: int, pid: int, turn: int, layout: Layout) -> Measured:
    """Put one load on a server and return what came of it. Raises LoadFailed."""
    command = [*layout.pin(layout.load), str(PROGRAM), *dialect.arguments(scenario, port, pid, turn)]
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, timeout=MOST_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise LoadFailed(f"wsload did not end within {MOST_S:.0f} s") from error
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        raise LoadFailed(f"wsload said nothing (exit {done.returncode}):\n{done.stderr[-2000:]}")
    measured = dialect.read(json.loads(lines[-1]))
    if done.returncode and not measured.broken:
        measured.broken["exit"] = done.returncode
    return measured
