"""Tables to which the database itself lets nobody but add: triggers for SQLite and PostgreSQL.

`manage.py flush`, which empties the whole database, lifts every trigger while it works.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

MESSAGE: Final = "this table is append-only"
_FUNCTION: Final = "runtime_append_only"


def install(connection: BaseDatabaseWrapper, table: str, key: str = "id") -> None:
    """Have the database refuse to change, delete or replace a row of `table`, anew where it did before."""
    remove(connection, table)
    _run(connection, _postgres(table) if connection.vendor == "postgresql" else _sqlite(table, key))


def remove(connection: BaseDatabaseWrapper, table: str) -> None:
    """Let rows of `table` be changed again."""
    on = f" ON {table}" if connection.vendor == "postgresql" else ""
    _run(connection, [f"DROP TRIGGER IF EXISTS {name}{on}" for name in _names(table)])


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Have no trigger of any table in force meanwhile."""
    if connection.vendor == "postgresql":
        tables = _postgres_tables(connection)
        _run(connection, [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables])
        again = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables]
    else:
        triggers = _sqlite_triggers(connection)
        _run(connection, [f"DROP TRIGGER {name}" for name in triggers])
        again = list(triggers.values())
    try:
        yield
    finally:
        _run(connection, again)


def _names(table: str) -> tuple[str, ...]:
    return tuple(f"{table}_no_{act}" for act in ("update", "delete", "replace", "truncate"))


def _sqlite(table: str, key: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    # INSERT OR REPLACE deletes without a DELETE trigger.
    taken = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608 - names of our own
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} {refuse}",
    ]


def _postgres(table: str) -> list[str]:
    function = (
        f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    rows = [
        f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table}"
        f" FOR EACH {'STATEMENT' if act == 'truncate' else 'ROW'} EXECUTE FUNCTION {_FUNCTION}()"
        for act in ("update", "delete", "truncate")
    ]
    return [function, *rows]


def _sqlite_triggers(connection: BaseDatabaseWrapper) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return dict(cursor.fetchall())


def _postgres_tables(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        return [row[0] for row in cursor.fetchall()]


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
