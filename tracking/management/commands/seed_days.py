"""`manage.py seed_days`: two months of Alice's days, in a development house. Repeated it adds nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.demo import NotHere
from runtime import clock
from tracking import demo


class Command(BaseCommand):
    """Furnish a house with somebody's days."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        try:
            demo.make_days(clock.now())
        except NotHere:
            raise CommandError("Nobody's days are invented in production.") from None
