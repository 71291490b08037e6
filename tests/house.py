"""A whole running house for tests: its database, its Redis, its web servers, and the people who come."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import psycopg

from runtime.keyset import new_hash_key, new_keyset
from tests.canaries import canaries, keys_in
from tests.insider import Inside, Insider
from tests.servers import (
    MissingPart,
    PostgresServer,
    RedisServer,
    WebServer,
    manage,
    postgres_programs,
    redis_program,
    temporary_folder,
)
from tests.speaker import Speaker

COMBINATIONS = ("sqlite-memory", "sqlite-redis", "postgres-memory", "postgres-redis")
DEMO_PASSWORD = "hearth-demo"
API = "/api/v1"


@dataclass(frozen=True)
class Person:
    """Somebody with a bearer credential."""

    token: str

    @property
    def headers(self) -> dict[str, str]:
        """The HTTP header that names this person."""
        return {"Authorization": f"Bearer {self.token}"}


@dataclass
class House:
    """One running house. `webs` are its daphne processes; the first is meant where none is named."""

    combination: str
    variables: dict[str, str]
    folder: Path
    webs: list[WebServer]
    postgres: PostgresServer | None
    redis: RedisServer | None
    database: str
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30, trust_env=False))

    @property
    def web(self) -> WebServer:
        """The first daphne process."""
        return self.webs[0]

    @property
    def url(self) -> str:
        """The address of the first web server, without a final slash."""
        return self.web.url

    # HTTP ---------------------------------------------------------------------------------------------------

    async def request(
        self, method: str, path: str, *, person: Person | None = None, web: int = 0, **options: Any
    ) -> httpx.Response:
        """Ask one HTTP door and return its answer. A path with no leading slash is under `/api/v1/`."""
        headers = {**(person.headers if person else {}), **options.pop("headers", {})}
        address = self.webs[web].url + (path if path.startswith("/") else f"{API}/{path}")
        canaries.note_all(options.get("json"))
        answer = await asyncio.to_thread(self.http.request, method, address, headers=headers, **options)
        if answer.headers.get("content-type", "").startswith("application/json"):
            canaries.note_all(answer.json())
        return answer

    async def get(self, path: str, **options: Any) -> httpx.Response:
        """GET one HTTP door."""
        return await self.request("GET", path, **options)

    async def post(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """POST a JSON body to one HTTP door."""
        return await self.request("POST", path, json={} if body is None else body, **options)

    async def guest(self, *, web: int = 0) -> Person:
        """Return a new guest."""
        answer = await self.post("guests/", web=web)
        assert answer.status_code == 201, answer.text
        return Person(answer.json()["token"])

    async def sign_in(self, username: str, password: str = DEMO_PASSWORD, **more: str) -> Person:
        """Return a demo person signed in by password; staff need `code` too."""
        answer = await self.post("auth/token/", {"username": username, "password": password, **more})
        assert answer.status_code == 200, answer.text
        return Person(answer.json()["access"])

    async def ticket(self, person: Person, *, web: int = 0) -> str:
        """Return a fresh ticket of this person."""
        answer = await self.post("realtime/ticket/", person=person, web=web)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["ticket"])

    async def room(self, **fields: Any) -> str:
        """Return the slug of a topic room of its own for one test, made as `fields` say."""
        return await self.inside.room(**fields)

    # Sockets ------------------------------------------------------------------------------------------------

    def socket_url(self, socket: str = "chat", *, web: int = 0) -> str:
        """Return the address of one socket."""
        return f"ws://127.0.0.1:{self.webs[web].port}/ws/{socket}/"

    @contextlib.asynccontextmanager
    async def connect(
        self, person: Person | None = None, *, web: int = 0, socket: str = "chat", **options: Any
    ) -> Any:
        """Give a Speaker: greeted as `person` with a fresh ticket, or not greeted at all without one.

        Options are the Speaker's: `resume`, `acking`, `ponging`, `subprotocol`, `origin`.
        """
        ticket = await self.ticket(person, web=web) if person else None
        async with Speaker(self.socket_url(socket, web=web), ticket=ticket, **options) as speaker:
            yield speaker

    # The inside ---------------------------------------------------------------------------------------------

    @functools.cached_property
    def inside(self) -> Inside:
        """Somebody inside, started on first use: one process for what manage.py would start each time."""
        return Inside(Insider(self.variables))

    def manage(self, *arguments: str) -> str:
        """Run one command of manage.py in this house and return what it printed."""
        return manage(*arguments, variables=self.variables)

    def rows(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Return the rows of one SQL statement, with `%s` for parameters on both databases."""
        if self.postgres:
            with psycopg.connect(self.postgres.url(self.database), autocommit=True) as connection:
                cursor = connection.execute(statement, parameters or None)  # type: ignore[call-overload]
                return cursor.fetchall() if cursor.description else []
        with contextlib.closing(sqlite3.connect(self.database, timeout=20)) as connection, connection:
            return connection.execute(statement.replace("%s", "?"), parameters).fetchall()

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """Return every row of every table, by table."""
        if self.postgres:
            listing = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            columns = (
                "SELECT column_name FROM information_schema.columns "
                "WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position"
            )
        else:
            listing = "SELECT name FROM sqlite_master WHERE type = 'table'"
            columns = "SELECT name FROM pragma_table_info(%s) ORDER BY cid"
        dumped = {}
        for (table,) in self.rows(listing):
            names = [name for (name,) in self.rows(columns, table)]
            listed = ", ".join(f'"{name}"' for name in names)
            found = self.rows(f'SELECT {listed} FROM "{table}"')
            dumped[table] = [dict(zip(names, row, strict=True)) for row in found]
        return dumped

    def logged(self) -> str:
        """Return what all web servers have logged."""
        return "\n".join(web.logged() for web in self.webs)

    def add_web(self, **variables: str) -> WebServer:
        """Start one more daphne process on the same database and Redis."""
        web = WebServer(self.variables | variables)
        self.webs.append(web)
        return web.start()

    def close(self) -> None:
        """End the web servers and whoever is inside."""
        if "inside" in self.__dict__:
            self.inside.insider.close()
        self.http.close()
        for web in self.webs:
            web.close()


class Builder:
    """Builds houses. Servers are started once and shared; each house has a database of its own."""

    def __init__(self) -> None:
        self.stack = contextlib.ExitStack()
        self.postgres: PostgresServer | None = None
        self.template: str | None = None
        self.sqlite_template: Path | None = None
        # The same keys for every house, since a copied database holds what was sealed with them.
        self.keys = {
            "CONTENT_KEYSET": new_keyset(),
            "IDENTITY_KEYSET": new_keyset(),
            "HASH_KEY": new_hash_key(),
        }
        keysets = [self.keys["CONTENT_KEYSET"], self.keys["IDENTITY_KEYSET"]]
        for key in (self.keys["HASH_KEY"], *keys_in(keysets)):
            canaries.note("key", key)
        for name in ("alice", "charlie", "clara"):  # whole words; the others' names are words of ours
            canaries.note("username", name)
        canaries.note("password", DEMO_PASSWORD)

    def close(self) -> None:
        """End the shared servers."""
        self.stack.close()

    @contextlib.contextmanager
    def open(
        self, combination: str, *, webs: int = 1, own_servers: bool = False, **variables: str
    ) -> Iterator[House]:
        """Give a running house with rooms and demo people. Raises MissingPart.

        `own_servers` starts a PostgreSQL for this house alone, to be stopped and killed at will; a Redis is
        always the house's own.
        """
        database_kind, layer = combination.split("-")
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(temporary_folder())
            settings = self.keys | {
                "ENVIRONMENT": "development",
                "DATA_DIR": str(folder),
                "LOG_FORMAT": "json",
            }
            postgres = redis = None
            if database_kind == "postgres":
                postgres = stack.enter_context(PostgresServer()) if own_servers else self.shared_postgres()
                database = self.postgres_house(postgres, settings)
                settings["DATABASE_URL"] = postgres.url(database)
            else:
                database = str(folder / "hearth.sqlite3")
                self.sqlite_house(Path(database), settings)
                settings["DATABASE_URL"] = sqlite_url(database)
            if layer == "redis":
                # Never shared: pub/sub knows no database numbers, so houses would hear each other.
                redis = stack.enter_context(RedisServer())
                settings["REDIS_URL"] = redis.url
            settings |= variables
            house = House(combination, settings, folder, [], postgres, redis, database)
            stack.callback(house.close)
            for _ in range(webs):
                house.add_web()
            yield house

    def shared_postgres(self) -> PostgresServer:
        """Return the PostgreSQL that houses share, started on first use."""
        if self.postgres is None:
            self.postgres = self.stack.enter_context(PostgresServer())
        return self.postgres

    def postgres_house(self, postgres: PostgresServer, settings: Mapping[str, str]) -> str:
        """Return a new database with rooms and demo people; shared servers copy one that was made once."""
        if postgres is not self.postgres:
            database = postgres.create_database()
            prepare({**settings, "DATABASE_URL": postgres.url(database)})
            return database
        if self.template is None:
            template = postgres.create_database(name="template_house")
            prepare({**settings, "DATABASE_URL": postgres.url(template)})
            self.template = template
        return postgres.create_database(template=self.template)

    def sqlite_house(self, database: Path, settings: Mapping[str, str]) -> None:
        """Make a SQLite file with rooms and demo people, copied from one that was made once."""
        if self.sqlite_template is None:
            template = self.stack.enter_context(temporary_folder()) / "template.sqlite3"
            prepare({**settings, "DATABASE_URL": sqlite_url(template)})
            self.sqlite_template = template
        with (
            contextlib.closing(sqlite3.connect(self.sqlite_template)) as made,
            contextlib.closing(sqlite3.connect(database)) as copied,
        ):
            made.backup(copied)


def sqlite_url(path: Path | str) -> str:
    """Return the DATABASE_URL of a SQLite file, named by its absolute path."""
    return f"sqlite:///{quote(str(path))}"


def prepare(settings: Mapping[str, str]) -> None:
    """Migrate a database and put rooms and demo people into it."""
    manage("migrate", "--verbosity=0", "--skip-checks", variables=settings)
    manage("bootstrap", "--skip-checks", variables=settings)


def chosen_combinations() -> tuple[str, ...]:
    """Return the combinations this run is for: HEARTH_COMBINATIONS, or all."""
    wanted = os.environ.get("HEARTH_COMBINATIONS", "").replace(",", " ").split()
    unknown = set(wanted) - set(COMBINATIONS)
    if unknown:
        raise ValueError(f"HEARTH_COMBINATIONS names {sorted(unknown)}; there are {COMBINATIONS}")
    return tuple(wanted) or COMBINATIONS


def missing_parts(combination: str) -> str | None:
    """Return what this machine lacks for a combination, in words, or None."""
    try:
        if combination.startswith("postgres"):
            postgres_programs()
        if combination.endswith("redis"):
            redis_program()
    except MissingPart as missing:
        return str(missing)
    return None


def walk(received: Any) -> Iterator[Any]:
    """Yield every value in a decoded JSON document, at any depth."""
    if isinstance(received, dict):
        for value in received.values():
            yield from walk(value)
    elif isinstance(received, list):
        for value in received:
            yield from walk(value)
    else:
        yield received


def as_text(rows: Any) -> str:
    """Return database rows as one searchable text; bytes are shown as they are."""
    return json.dumps(
        rows, default=lambda value: value.decode("latin-1") if isinstance(value, bytes) else str(value)
    )
