"""`manage.py flush`: Django's own, which would otherwise be refused by the record's triggers on SQLite."""

from typing import Any

from django.core.management.commands.flush import Command as Flush
from django.db import connections

from moderation import triggers


class Command(Flush):
    """Empties the whole database; the record's triggers are off only meanwhile."""

    def handle(self, **options: Any) -> None:
        """Take the triggers off, flush, put them on again."""
        connection = connections[options["database"]]
        if triggers.TABLE not in connection.introspection.table_names():
            super().handle(**options)
            return
        triggers.remove(connection)
        try:
            super().handle(**options)
        finally:
            triggers.install(connection)
