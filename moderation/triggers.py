"""What makes a case's record append-only in the database: triggers for SQLite and PostgreSQL.

A line is written with its seal; an UPDATE may only set that of one that has none; DELETE is refused.
`manage.py flush`, which empties the whole database, lifts them meanwhile.
"""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE: Final = "moderation_caseevent"
_KEPT: Final = (
    "id", "case_id", "n", "kind", "actor", "actor_id", "role", "from_state", "to_state", "fence",
    "claim_fence",
    "reason_code", "reason", "detail", "rules_version", "model_version", "scores", "request_id", "at",
)  # fmt: skip
_MESSAGE: Final = "the record of a case is append-only"

_SQLITE: Final = (
    f"CREATE TRIGGER caseevent_no_delete BEFORE DELETE ON {TABLE}"
    f" BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END",
    f"CREATE TRIGGER caseevent_no_update BEFORE UPDATE OF {', '.join(_KEPT)} ON {TABLE}"
    f" BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END",
    f"CREATE TRIGGER caseevent_sealed_once BEFORE UPDATE ON {TABLE} WHEN OLD.seal_hash <> ''"
    f" BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END",
)
_SQLITE_OFF: Final = tuple(
    f"DROP TRIGGER IF EXISTS {name}"
    for name in ("caseevent_no_delete", "caseevent_no_update", "caseevent_sealed_once")
)
_POSTGRES: Final = (
    f"CREATE OR REPLACE FUNCTION caseevent_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN RAISE EXCEPTION '{_MESSAGE}'; END $$",
    f"CREATE TRIGGER caseevent_no_delete BEFORE DELETE ON {TABLE}"
    " FOR EACH ROW EXECUTE FUNCTION caseevent_refuse()",
    f"CREATE TRIGGER caseevent_no_update BEFORE UPDATE OF {', '.join(_KEPT)} ON {TABLE}"
    " FOR EACH ROW EXECUTE FUNCTION caseevent_refuse()",
    f"CREATE TRIGGER caseevent_sealed_once BEFORE UPDATE ON {TABLE} FOR EACH ROW WHEN (OLD.seal_hash <> '')"
    " EXECUTE FUNCTION caseevent_refuse()",
)
_POSTGRES_OFF: Final = (
    f"DROP TRIGGER IF EXISTS caseevent_no_delete ON {TABLE}",
    f"DROP TRIGGER IF EXISTS caseevent_no_update ON {TABLE}",
    f"DROP TRIGGER IF EXISTS caseevent_sealed_once ON {TABLE}",
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers on, anew where they were."""
    remove(connection)
    _run(connection, _POSTGRES if connection.vendor == "postgresql" else _SQLITE)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers off."""
    _run(connection, _POSTGRES_OFF if connection.vendor == "postgresql" else _SQLITE_OFF)


def _run(connection: BaseDatabaseWrapper, statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
