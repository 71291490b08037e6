"""Our own house, in two forms: embedded (SQLite) and distributed (PostgreSQL and Redis)."""

import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

from bench.contender import Contender
from bench.load import HearthDialect, slugs
from bench.machine import layout
from bench.scenarios import Scenario
from runtime.keyset import new_hash_key, new_keyset
from tests.servers import (
    MissingPart,
    PostgresServer,
    RedisServer,
    Server,
    WebServer,
    manage,
    postgres_programs,
    redis_program,
    temporary_folder,
)

SCALE = "100000"  # no limit is to be met: what is measured is the way of a message


class PinnedPostgres(PostgresServer):
    """PostgreSQL on the load generator's core."""

    def command(self) -> Sequence[str]:
        """Return the program, pinned."""
        place = layout()
        return [*place.pin(place.load), *super().command()]


class PinnedRedis(RedisServer):
    """Redis on the load generator's core."""

    def command(self) -> Sequence[str]:
        """Return the program, pinned."""
        place = layout()
        return [*place.pin(place.load), *super().command()]


class PinnedWeb(WebServer):
    """The house on the server's core."""

    def command(self) -> Sequence[str]:
        """Return the program, pinned."""
        place = layout()
        return [*place.pin(place.server), *super().command()]


@dataclass
class Form:
    """One way to run the house: its variables, once it is prepared."""

    distributed: bool
    variables: dict[str, str]

    @contextlib.contextmanager
    def prepared(self, scenarios: Sequence[Scenario], turns: int) -> Iterator[None]:
        """Migrate a database and make every room the runs will use."""
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(temporary_folder())
            self.variables |= surroundings(folder)
            if self.distributed:
                postgres = stack.enter_context(PinnedPostgres())
                redis = stack.enter_context(PinnedRedis())
                self.variables["DATABASE_URL"] = postgres.url(postgres.create_database())
                self.variables["REDIS_URL"] = redis.url
            else:
                self.variables["DATABASE_URL"] = f"sqlite:///{quote(str(folder / 'hearth.sqlite3'))}"
            manage("migrate", "--verbosity=0", variables=self.variables)
            wanted = [(slugs(one, turn), one.rooms) for one in scenarios for turn in range(turns)]
            script = Path(__file__).with_name("make_rooms.py").read_text()
            manage("shell", "-c", script, variables=self.variables | {"BENCH_ROOMS": json.dumps(wanted)})
            yield

    def start(self) -> Server:
        """Return a fresh server on the prepared database."""
        return PinnedWeb(self.variables)


def surroundings(folder: Path) -> dict[str, str]:
    """Return settings as in production, save for what needs a certificate and for the limits."""
    return {
        "ENVIRONMENT": "development",  # production insists on https, which nobody here speaks
        "DEBUG": "0",
        "LOG_LEVEL": "WARNING",
        "DATA_DIR": str(folder),
        "RATE_LIMIT_SCALE": SCALE,
        "CONTENT_KEYSET": new_keyset(),
        "IDENTITY_KEYSET": new_keyset(),
        "HASH_KEY": new_hash_key(),
    }


def lacking(distributed: bool) -> str | None:
    """Return what this machine lacks, in words."""
    try:
        if distributed:
            postgres_programs()
            redis_program()
    except MissingPart as missing:
        return str(missing)
    return None


def forms() -> list[tuple[Contender, Form]]:
    """Return both forms, embedded first."""
    found = []
    for key, title in (
        ("embedded", "Hearth, embedded (SQLite, in-memory layer)"),
        ("distributed", "Hearth, distributed (PostgreSQL, Redis)"),
    ):
        form = Form(key == "distributed", {})
        missing = partial(lacking, form.distributed)
        found.append((Contender(key, title, HearthDialect(), form.start, missing), form))
    return found
