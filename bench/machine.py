"""The machine: its cores, who runs on which, and what to say about it."""

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path


@dataclass(frozen=True)
class Layout:
    """Which core serves, which one loads and helps (databases, Redis). None: everyone where they like."""

    server: int | None
    load: int | None

    def pin(self, core: int | None) -> list[str]:
        """Return the words to put before a command so that it keeps to `core`."""
        return [] if core is None else ["taskset", "-c", str(core)]

    def describe(self) -> str:
        """Return one sentence about who ran where."""
        if self.server is None:
            return "Nobody was kept to a core."
        return f"Server on core {self.server}; load generator, PostgreSQL and Redis on core {self.load}."


def layout() -> Layout:
    """Return the layout of this machine: pinned where there are two cores and taskset."""
    if not hasattr(os, "sched_getaffinity") or not shutil.which("taskset"):
        return Layout(None, None)
    cores = sorted(os.sched_getaffinity(0))
    return Layout(cores[0], cores[-1]) if len(cores) > 1 else Layout(None, None)


def first_line(*command: str) -> str:
    """Return the first line a program prints, empty where it is not here."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError:
        return ""
    return (done.stdout or done.stderr).strip().split("\n")[0]


def processor() -> str:
    """Return the processor's name as the system tells it."""
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def describe() -> dict[str, str]:
    """Return the machine and the versions, for a report."""
    packages = ("daphne", "channels", "channels-redis", "Django", "uvloop", "Twisted", "autobahn")
    return {
        "processor": processor(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        **{name.lower(): version(name) for name in packages},
        "redis": first_line("redis-server", "--version").split(" sha=")[0],
        "commit": first_line("git", "rev-parse", "--short", "HEAD"),
    }
