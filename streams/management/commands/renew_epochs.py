"""`manage.py renew_epochs`: after a backup was restored."""

from typing import Any

from django.core.management.base import BaseCommand

from streams import log


class Command(BaseCommand):
    """Give every stream a new epoch."""

    help = (
        "Begins all numbering anew, as a database restored from a backup needs: clients drop what they have "
        "and read it again, and open sockets are closed with 4204. Nothing is deleted."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many streams there were."""
        self.stdout.write(f"{log.renew_epochs()} streams have a new epoch.")
