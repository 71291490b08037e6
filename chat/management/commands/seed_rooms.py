"""`manage.py seed_rooms`: the rooms a new house opens with."""

from typing import Any

from django.core.management.base import BaseCommand

from chat.default_rooms import seed


class Command(BaseCommand):
    """Makes the default rooms that are not there yet; run again it makes none."""

    help = "Make the default rooms that are not there yet."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say which rooms were made."""
        made = seed()
        self.stdout.write(f"Made: {', '.join(made)}." if made else "All default rooms are there.")
