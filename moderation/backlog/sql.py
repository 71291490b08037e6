"""The one statement of the hot path, for both databases: a row beside every message, a whole batch at once.

Raw because the ORM takes four times as long for it, in the thread that stores everybody's messages.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

_EACH = "event_id, stream_id, room, member_id, language"
_ALL = "at, holder, lease_until, attempts"

Each = tuple[str, int, str, str, str]  # as `_EACH` names them


def insert(rows: Sequence[Each], at: datetime, holder: str, lease_until: datetime | None) -> None:
    """Insert rows that share their time and their lease."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"INSERT INTO backlog_toscore ({_EACH}, {_ALL})"  # noqa: S608 - placeholders only
                " SELECT *, %s::timestamptz, %s::text, %s::timestamptz, 0"
                " FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[])",
                [at, holder, lease_until, *(list(column) for column in zip(*rows, strict=True))],
            )
        else:
            adapt = connection.ops.adapt_datetimefield_value
            shared = (adapt(at), holder, adapt(lease_until), 0)
            cursor.executemany(
                f"INSERT INTO backlog_toscore ({_EACH}, {_ALL}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",  # noqa: S608
                [row + shared for row in rows],
            )
