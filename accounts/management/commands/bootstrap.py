"""`manage.py bootstrap`: default rooms and, in development, the demo people. It may be repeated."""

from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand

from accounts import demo, demo_circle


class Command(BaseCommand):
    """Make what a house needs to be entered, and say how."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        if "seed_rooms" in get_commands():
            call_command("seed_rooms")
        if settings.PRODUCTION:
            return
        people = demo.make_people()
        demo_circle.make_circle()
        if "seed_days" in get_commands():
            call_command("seed_days")
        self.stdout.write(f"Hearth (development) on http://localhost:{settings.PORT}")
        self.stdout.write("Sign-ins:")
        for person in people:
            role = f"  {person.role}, with a code" if person.role else ""
            self.stdout.write(f"  {person.username:<8}{role}")
        self.stdout.write(f"Password of all: {settings.DEMO_PASSWORD}")
        self.stdout.write(f"TOTP secret of staff (a code works once): {settings.DEMO_TOTP_SECRET}")
