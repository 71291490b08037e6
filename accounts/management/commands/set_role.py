"""`manage.py set_role U ROLE [--take]`: give a person a role, or take it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.people import find
from accounts.roles import Role
from accounts.users import role_changes


class Command(BaseCommand):
    """Give or take one role; either is a row of the audit."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the person and the role."""
        parser.add_argument("person", metavar="U", help="a username or an id")
        parser.add_argument("role", metavar="ROLE", choices=[role.value for role in Role])
        parser.add_argument("--take", action="store_true", help="take the role instead")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        try:
            person = find(options["person"])
        except User.DoesNotExist:
            raise CommandError("There is no such person.") from None
        act = role_changes.take if options["take"] else role_changes.give
        changed = act(person, Role(options["role"]), by=None)
        self.stdout.write("Done." if changed else "Nothing to do.")
