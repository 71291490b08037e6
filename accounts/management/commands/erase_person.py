"""`manage.py erase_person U`: erase all that a person wrote, and the person."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import registries
from accounts.models import User
from accounts.people import find


class Command(BaseCommand):
    """Erase one person, now; begun again after an interruption it goes on."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the person."""
        parser.add_argument("person", metavar="U", help="a username or an id")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        try:
            person = find(options["person"])
        except User.DoesNotExist:
            raise CommandError("There is no such person.") from None
        registries.erase_person(person.pk)
        self.stdout.write("Erased.")
