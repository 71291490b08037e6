"""The few statements of the hot path, for both databases.

Raw because a batch must cost a handful of round trips whatever its size; everything else uses the ORM.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from streams.body import AtRest
from streams.refs import Stored

EVENT_COLUMNS = "event_id, stream_id, seq, kind, at, member, client_id, target, body, gone"
_ARRAYS = (
    "text[]", "bigint[]", "bigint[]", "text[]", "timestamptz[]",
    "text[]", "text[]", "text[]", "bytea[]", "text[]",
)  # fmt: skip


def _marks(count: int) -> str:
    return ", ".join(["%s"] * count)


def lock_streams(ids: Sequence[int]) -> dict[int, tuple[int, int, str]]:
    """Lock the rows in id order; return (head, version, epoch) by id. SQLite's transaction is the lock."""
    if not ids:
        return {}
    lock = " FOR UPDATE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, head, version, epoch FROM streams_stream WHERE id IN ({_marks(len(ids))})"  # noqa: S608
            f" ORDER BY id{lock}",
            list(ids),
        )
        return {row[0]: (row[1], row[2], row[3]) for row in cursor.fetchall()}


def known_keys(keys: Iterable[tuple[int, str, str]]) -> dict[tuple[int, str, str], str]:
    """Return the event id of each (stream, member, client_id) that is stored already."""
    wanted = list(keys)
    if not wanted:
        return {}
    values = ", ".join(["(%s, %s, %s)"] * len(wanted))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT stream_id, member, client_id, event_id FROM streams_event"  # noqa: S608
            f" WHERE (stream_id, member, client_id) IN (VALUES {values})",
            [part for key in wanted for part in key],
        )
        return {(row[0], row[1], row[2]): row[3] for row in cursor.fetchall()}


def insert_events(rows: Sequence[tuple[Stored, AtRest]]) -> None:
    """Insert events as they are kept: one statement for all of them."""
    if not rows:
        return
    values = [
        (e.event_id, e.stream.id, e.seq, x.kind, x.at, e.member, e.client_id, e.target, x.body, e.gone)
        for e, x in rows
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(f"%s::{kind}" for kind in _ARRAYS)
            cursor.execute(
                f"INSERT INTO streams_event ({EVENT_COLUMNS}) SELECT * FROM unnest({arrays})",  # noqa: S608
                [list(column) for column in zip(*values, strict=True)],
            )
        else:
            adapt = connection.ops.adapt_datetimefield_value
            cursor.executemany(
                f"INSERT INTO streams_event ({EVENT_COLUMNS}) VALUES ({_marks(10)})",  # noqa: S608
                [(*row[:4], adapt(row[4]), *row[5:]) for row in values],
            )


def move_heads(rows: Sequence[tuple[int, int, int]]) -> None:
    """Write (head, version) of each (id, head, version)."""
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            columns: list[Any] = [list(column) for column in zip(*rows, strict=True)]
            cursor.execute(
                "UPDATE streams_stream s SET head = n.head, version = n.version"
                " FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS n(id, head, version)"
                " WHERE s.id = n.id",
                columns,
            )
        else:
            cursor.executemany(
                "UPDATE streams_stream SET head = %s, version = %s WHERE id = %s",
                [(head, version, id_) for id_, head, version in rows],
            )
