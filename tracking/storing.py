"""Storing many new entries at once: by COPY where the database has it, which is several times faster."""

from collections.abc import Sequence

from django.db import connection

from tracking.entries import Entry

COPIES = "postgresql"


def insert(model: type[Entry], entries: Sequence[Entry]) -> None:
    """Store new entries of one kind, in the caller's transaction."""
    if not entries:
        return
    if connection.vendor == COPIES:
        _copy(model, entries)
    else:
        model._default_manager.bulk_create(entries)


def _copy(model: type[Entry], entries: Sequence[Entry]) -> None:
    fields = model._meta.concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    statement = f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN"
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.cursor.copy(statement) as copied,
    ):
        for entry in entries:
            # Values are as they were validated; sealing, and times that are set by saving, happen here.
            copied.write_row([field.pre_save(entry, True) for field in fields])
    for entry in entries:
        entry._state.adding = False
        entry._state.db = connection.alias
