"""Run every test on every combination of database and channel layer, and count what passed on each.

`python -m tests.run`: unit tests once; then for each combination its integration tests (in this house's own
process; all of them on both ends, the chat's on every one), the tests of whole running houses, and those of
their pages. Several steps go at a time, the longest
first.
Exit: 0 when all passed, 1 otherwise.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.house import COMBINATIONS, chosen_combinations, missing_parts
from tests.servers import ROOT, PostgresServer, RedisServer, house_environment

# The first two also run what needs no other combination: begun last, they would end alone.
LONGEST_FIRST = ("sqlite-memory", "postgres-redis", "postgres-memory", "sqlite-redis")
# Pages do not know what stands behind the sockets: all their tests once, and a conversation on the other end.
BROWSER = {"sqlite-memory": ("tests/browser",), "postgres-redis": ("tests/browser/test_talk.py",)}
# Doors of HTTP know no channel layer either: both databases and both layers once, on the two ends. What the
# chat stands on is tried on every combination.
ENDS = ("sqlite-memory", "postgres-redis")
EVERYTHING = ("tests/integration", "tests/races")
THE_CHATS = tuple(f"tests/integration/{room}" for room in ("chat", "moderation", "runtime", "streams"))
WAITING_LANES = 2  # steps beyond one per core: tests of running houses wait most of their time
STEP_SECONDS = 2_400  # about three times what the longest step takes on two cores: a longer one hangs
NO_TESTS = 5  # pytest's exit status when a folder holds no test
WORDS = ("passed", "failed", "skipped")


@dataclass
class Run:
    """What has come of the steps so far. Steps of several threads write to it."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: {word: Counter() for word in WORDS})
    broken: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    speaking: threading.Lock = field(default_factory=threading.Lock)

    def step(self, title: str, folders: tuple[str, ...], variables: Mapping[str, str], *options: str) -> None:
        """Run pytest over some folders in a process of its own, and print its output when it is done."""
        present = [
            name for name in folders if (ROOT / name).is_file() or any((ROOT / name).rglob("test_*.py"))
        ]
        if not present:
            return
        self.say(f"→ {title}")
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="hearth-tally-") as folder:
            file = Path(folder) / "tally.json"
            output, status = pytest(present, {**variables, "HEARTH_TALLY": str(file)}, *options)
            tally = json.loads(file.read_text()) if file.exists() else {}
        with self.speaking:
            print(f"\n── {title}: {time.monotonic() - started:.0f} s\n{output}", flush=True)
            for word in WORDS:
                self.counts[word].update(tally.get(word, {}))
            if status not in (0, NO_TESTS):
                self.broken.append(title)

    def say(self, line: str) -> None:
        """Print one line whole."""
        with self.speaking:
            print(line, flush=True)

    def remark(self, line: str) -> None:
        """Keep a line for the end."""
        self.remarks.append(line)
        self.say(line)

    def report(self, seconds: float) -> int:
        """Print the count per combination and return the exit status."""
        print(f"\nTests per combination ({seconds:.0f} s in all)")
        for name in sorted(set().union(*self.counts.values()), key=order):
            figures = "  ".join(f"{self.counts[word][name]:5} {word}" for word in WORDS)
            print(f"  {name:16} {figures}")
        totals = "  ".join(f"{self.counts[word].total():5} {word}" for word in WORDS)
        print(f"  {'all':16} {totals}")
        for line in self.remarks:
            print(line)
        if self.broken:
            print("FAILED: " + ", ".join(self.broken))
        return 1 if self.broken else 0


def order(name: str) -> int:
    """Return where a row stands in the report: what needs no server first, then the combinations."""
    return COMBINATIONS.index(name) if name in COMBINATIONS else -1


def pytest(
    folders: list[str], variables: Mapping[str, str], *options: str, seconds: float | None = STEP_SECONDS
) -> tuple[str, int]:
    """Run pytest in a process of its own and return its output and exit status; None sets it no limit."""
    running = subprocess.Popen(
        [sys.executable, "-m", "pytest", "--durations=12", "--durations-min=2", *folders, *options],
        cwd=ROOT,
        env=house_environment(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        output, _ = running.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        running.send_signal(2)  # as Ctrl-C does: fixtures still end the servers they started
        try:
            output, _ = running.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            running.kill()
            output, _ = running.communicate()
        return f"{output}\nstopped: it took more than {seconds} s", 1
    return output, running.returncode


def inside(run: Run, combination: str) -> None:
    """Run the tests that go on in one process, on a combination's database and layer."""
    with ExitStack() as stack:
        variables = {}
        if combination.startswith("postgres"):
            postgres = stack.enter_context(PostgresServer())
            name = f"hearth_{combination.replace('-', '_')}"
            variables["DATABASE_URL"] = postgres.url(postgres.create_database(name=name))
        if combination.endswith("redis"):
            variables["REDIS_URL"] = stack.enter_context(RedisServer()).url
        folders = EVERYTHING if combination in ENDS else THE_CHATS
        run.step(f"{combination}: inside one process", folders, variables)


def whole(run: Run, combination: str) -> None:
    """Run the tests of whole running houses on a combination."""
    folders = ("tests/websocket", "tests/acceptance")
    serverless = "1" if combination == chosen_combinations()[0] else "0"
    variables = {"HEARTH_COMBINATIONS": combination, "HEARTH_SERVERLESS": serverless}
    run.step(f"{combination}: whole houses", folders, variables)


def doors(run: Run, combination: str) -> None:
    """Hold the house against its OpenAPI document, once: the document knows no database."""
    if combination == "sqlite-memory":
        run.step("the OpenAPI document", ("tests/fuzz",), {})


def pages(run: Run, combination: str) -> None:
    """Run the tests of pages that a combination is for."""
    folders = BROWSER.get(combination, ())
    run.step(f"{combination}: pages", folders, {"HEARTH_COMBINATIONS": combination})


def available(run: Run) -> list[str]:
    """Return the chosen combinations that this machine can run; with CI=true a missing one is a failure."""
    found = []
    for combination in chosen_combinations():
        if reason := missing_parts(combination):
            if os.environ.get("CI", "").lower() == "true":
                run.broken.append(combination)
            run.remark(f"{combination} is left out: {reason}")
        else:
            found.append(combination)
    return found


def main() -> int:
    """Run everything and return the exit status."""
    started = time.monotonic()
    run = Run()
    cores = os.cpu_count() or 1
    run.step("unit tests", ("tests/unit", "client/tests"), {}, "-n", str(min(cores, 4)))
    with ThreadPoolExecutor(max_workers=cores + WAITING_LANES if cores > 1 else 1) as lanes:
        names = sorted(available(run), key=LONGEST_FIRST.index)
        steps = [(kind, name) for kind in (whole, pages, doors, inside) for name in names]
        for finished in [lanes.submit(step, run, name) for step, name in steps]:
            finished.result()
    return run.report(time.monotonic() - started)


if __name__ == "__main__":
    sys.exit(main())
