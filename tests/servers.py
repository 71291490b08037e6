"""Real servers for tests, each a context manager: started on a free port, ended by its own pid.

Nothing here knows what a test asserts. A server's output goes to a file (`log`), so that a test can read what
was logged and a failure can be understood afterwards.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

from tests.canaries import canaries

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 120.0  # a start takes 3 s of processor time, and a loaded machine gives it a tenth of one
STOP_SECONDS = 15.0  # longer than the longest drain that a server may ask for


class MissingPart(Exception):
    """A program that a server needs is not on this machine; the text says what to install."""


class ServerFailed(Exception):
    """A server ended or did not answer in time; the text carries the end of its log."""


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nothing listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One program in a process group of its own. Everything may be repeated but `close`."""

    name = "server"

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"hearth-{self.name}-"))
        self.log = self.folder / "log"
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> Sequence[str]:
        """Return the program and its arguments."""
        raise NotImplementedError

    def environment(self) -> Mapping[str, str] | None:
        """Return the environment of the program; None is this process's own."""
        return None

    def user(self) -> str | None:
        """Return the system user the program runs as; None is this process's own."""
        return None

    def answers(self) -> bool:
        """Tell whether the server serves now."""
        raise NotImplementedError

    def start(self) -> Self:
        """Start the program and wait until it serves. Raises ServerFailed."""
        self.launch()
        self.wait_until_ready()
        return self

    def launch(self) -> None:
        """Start the program without waiting for it."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                list(self.command()),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=ROOT if self.user() is None else self.folder,
                env=self.environment(),
                start_new_session=True,
                **as_user(self.user()),
            )

    def wait_until_ready(self, seconds: float = START_SECONDS) -> None:
        """Return once the server serves. Raises ServerFailed when it ends or takes longer than `seconds`."""
        deadline = time.monotonic() + seconds
        while not self.answers():
            if not self.running:
                raise ServerFailed(f"{self.name} ended while starting:\n{self.tail()}")
            if time.monotonic() > deadline:
                self.kill()
                raise ServerFailed(f"{self.name} did not serve within {seconds:.0f} s:\n{self.tail()}")
            time.sleep(0.05)

    @property
    def running(self) -> bool:
        """Whether the program has been started and has not ended."""
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int:
        """The program's process id."""
        assert self.process is not None, f"{self.name} was never started"
        return self.process.pid

    def signal(self, number: int) -> None:
        """Send one signal to the program alone."""
        if self.running:
            os.kill(self.pid, number)

    def wait(self, seconds: float = STOP_SECONDS) -> int:
        """Return the exit status once the program has ended. Raises subprocess.TimeoutExpired."""
        assert self.process is not None
        return self.process.wait(seconds)

    def terminate(self) -> None:
        """Ask the program to end and wait for it; one that does not is killed."""
        self.signal(signal.SIGTERM)
        self.reap()

    def kill(self) -> None:
        """End the program and all it started at once, as a power cut would."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self.process.wait()

    def reap(self) -> None:
        """Wait for the program's end, killing it when it takes too long."""
        if self.process is None:
            return
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def restart(self) -> None:
        """End the program in good order and start it on the same port with the same data."""
        self.terminate()
        self.start()

    def logged(self) -> str:
        """Return everything that the program has written so far."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def tail(self, lines: int = 40) -> str:
        """Return the last lines of the log."""
        return "\n".join(self.logged().splitlines()[-lines:])

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the program and remove its folder."""
        self.terminate()
        shutil.rmtree(self.folder, ignore_errors=True)


def as_user(name: str | None) -> dict[str, object]:
    """Return the arguments of `subprocess.Popen` that run a program as `name`."""
    return {} if name is None else {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}


class PostgresServer(Server):
    """PostgreSQL with fsync on, in a folder of its own. It refuses root, so root runs it as `postgres`."""

    name = "postgres"

    def __init__(self) -> None:
        self.programs = postgres_programs()
        super().__init__()
        self.data = self.folder / "data"
        self.databases = 0
        if owner := self.user():
            shutil.chown(self.folder, owner)
        arguments = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale"]
        made = subprocess.run(
            [self.programs / "initdb", "-D", self.data, *arguments],
            capture_output=True,
            cwd=self.folder,
            check=False,
            **as_user(self.user()),
        )
        if made.returncode:
            raise ServerFailed(f"initdb: {made.stderr.decode(errors='replace')}")

    def user(self) -> str | None:
        """Return the user that may run PostgreSQL here."""
        if os.geteuid() != 0:
            return None
        known = {entry.pw_name for entry in pwd.getpwall()}
        return "postgres" if "postgres" in known else "nobody"

    def command(self) -> Sequence[str]:
        """Return the server with durable settings and its Unix socket in its own folder."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            "fsync": "on",
            "synchronous_commit": "on",
            "max_connections": "200",
            "shared_buffers": "64MB",
        }
        chosen = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return [str(self.programs / "postgres"), "-D", str(self.data), *chosen]

    def answers(self) -> bool:
        """Tell whether the server takes connections."""
        asked = subprocess.run(
            [self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False
        )
        return asked.returncode == 0

    def terminate(self) -> None:
        """Stop in good order, cutting off whoever is connected (a "fast" shutdown)."""
        self.signal(signal.SIGINT)
        self.reap()

    def kill(self) -> None:
        """Stop as in a crash: no checkpoint, and the next start recovers from the write-ahead log.

        Backends lead sessions of their own, so a signal to the group would not reach them: SIGQUIT to the
        first process is what PostgreSQL calls an immediate shutdown.
        """
        self.signal(signal.SIGQUIT)
        if self.process is not None:
            self.process.wait()

    def url(self, database: str) -> str:
        """Return the DATABASE_URL of one database."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def create_database(self, *, template: str | None = None, name: str | None = None) -> str:
        """Create a database, as a copy of `template` when one is named, and return its name."""
        self.databases += 1
        name = name or f"house_{self.databases}"
        copied = f' TEMPLATE "{template}"' if template else ""
        self.execute(f'CREATE DATABASE "{name}"{copied}')
        return name

    def execute(self, statement: str, database: str = "postgres") -> str:
        """Run one SQL statement with psql and return what it printed."""
        return subprocess.run(
            [self.programs / "psql", "-X", "-q", "-A", "-t", "-d", self.url(database), "-c", statement],
            check=True,
            capture_output=True,
            text=True,
        ).stdout


def postgres_programs() -> Path:
    """Return the folder of PostgreSQL's programs, the newest version's. Raises MissingPart."""
    folders = [
        *Path("/usr/lib/postgresql").glob("*/bin"),
        *Path("/opt/homebrew/opt").glob("postgresql@*/bin"),
        *Path("/usr/local/opt").glob("postgresql@*/bin"),
    ]
    found = sorted((folder for folder in folders if (folder / "initdb").exists()), key=version_in)
    if found:
        return found[-1]
    if initdb := shutil.which("initdb"):
        return Path(initdb).resolve().parent
    raise MissingPart("PostgreSQL is not installed (Debian: postgresql, macOS: brew install postgresql@17)")


def version_in(folder: Path) -> int:
    """Return the version number that a folder's name bears, or 0."""
    numbers = re.findall(r"\d+", str(folder))
    return int(numbers[-1]) if numbers else 0


class RedisServer(Server):
    """Redis that keeps nothing on disk: for this house it is a hint and never the truth."""

    name = "redis"

    def __init__(self) -> None:
        self.program = redis_program()
        super().__init__()

    def command(self) -> Sequence[str]:
        """Return the server without persistence."""
        quiet = ["--save", "", "--appendonly", "no", "--daemonize", "no", "--dir", str(self.folder)]
        return [self.program, "--bind", "127.0.0.1", "--port", str(self.port), *quiet]

    def answers(self) -> bool:
        """Tell whether the server answers PING."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    @property
    def url(self) -> str:
        """The REDIS_URL of this server."""
        return f"redis://127.0.0.1:{self.port}/0"


def redis_program() -> str:
    """Return Redis' server program. Raises MissingPart."""
    if program := shutil.which("redis-server"):
        return program
    raise MissingPart("Redis is not installed (Debian: redis-server, macOS: brew install redis)")


class WebServer(Server):
    """One daphne process of the house, started as operators start it."""

    name = "web"

    def __init__(self, variables: Mapping[str, str]) -> None:
        super().__init__()
        self.variables = dict(variables)

    def command(self) -> Sequence[str]:
        """Return the house's own start command."""
        return [sys.executable, "-m", "chatserver.serve"]

    def environment(self) -> Mapping[str, str]:
        """Return the house's variables with this server's address."""
        own = {"HOST": "127.0.0.1", "PORT": str(self.port), "PYTHONUNBUFFERED": "1"}
        return house_environment(self.variables | own)

    def close(self) -> None:
        """End the program, look through what it logged, and remove its folder."""
        self.terminate()
        canaries.look("a web server's log", self.logged())
        super().close()

    @property
    def url(self) -> str:
        """The address of the HTTP doors, without a final slash."""
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        """Tell whether `/readyz` says that the server serves."""
        return self.status("/readyz") == 200

    def status(self, path: str) -> int:
        """Return the HTTP status of a GET, or 0 where nothing answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code
        except (OSError, urllib.error.URLError):
            return 0


def house_environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment without settings of the house, and then `variables`.

    So a developer's own DATABASE_URL never reaches a test; and a machine that keeps no bytecode does not
    compile the house anew at each of its many starts.
    """
    ours = {"DATABASE_URL", "REDIS_URL", "HOST", "PORT", "ENVIRONMENT", "DATA_DIR", "RATE_LIMIT_SCALE"}
    left_out = {*ours, "PYTHONDONTWRITEBYTECODE"}
    kept = {key: value for key, value in os.environ.items() if key not in left_out}
    return kept | dict(variables)


def manage(*arguments: str, variables: Mapping[str, str]) -> str:
    """Run one command of manage.py and return what it printed. Raises ServerFailed."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        cwd=ROOT,
        env=house_environment(variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ServerFailed(f"manage.py {' '.join(arguments)}:\n{done.stdout}{done.stderr}")
    return done.stdout


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give a folder that is removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="hearth-house-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
