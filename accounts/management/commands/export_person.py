"""`manage.py export_person U FILE`: write all that is held about a person as JSON."""

import json
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import registries
from accounts.models import User
from accounts.people import find


class Command(BaseCommand):
    """Export one person to a file that the caller alone can read."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the person and the file."""
        parser.add_argument("person", metavar="U", help="a username or an id")
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        try:
            person = find(options["person"])
        except User.DoesNotExist:
            raise CommandError("There is no such person.") from None
        found = registries.export_person(person.pk)
        try:
            descriptor = os.open(options["file"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError as error:
            raise CommandError(f"The file cannot be written: {error.strerror}.") from None
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(found, file, ensure_ascii=False, indent=2)
            file.write("\n")
        self.stdout.write("Exported.")
