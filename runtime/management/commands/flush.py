"""`manage.py flush`: Django's own, which append-only tables would otherwise refuse."""

from typing import Any

from django.core.management.commands.flush import Command as Flush
from django.db import connections

from runtime import append_only


class Command(Flush):
    """Empties the whole database; triggers are off only meanwhile."""

    def handle(self, **options: Any) -> None:
        """Lift the triggers, flush, put them on again."""
        with append_only.lifted(connections[options["database"]]):
            super().handle(**options)
