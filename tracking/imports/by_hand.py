"""What `manage.py import_csv`, `import_daylio` and `import_apple_health` share."""

import sys
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.audit.record import Scalar, record
from accounts.models import User
from accounts.people import find
from runtime import clock
from tracking.imports import changes
from tracking.imports.items import Unreadable
from tracking.imports.loading import fault_of, load
from tracking.imports.report import Report
from tracking.imports.storing import Shelf
from tracking.logbook import zone_of

SOME_REFUSED = 3  # the exit status; 1 is Django's for what could not be done, 2 Python's for a wrong call
STATUSES = (
    "Exit status: 0 all was taken, or there already; 1 nobody of that name, or a file that cannot be read to "
    "its end; 3 all but what was refused was taken."
)


class ImportCommand(BaseCommand):
    """Imports a file for a person. Repeated it adds nothing; broken off it goes on where it was."""

    form: ClassVar[str]

    def create_parser(self, *args: Any, **options: Any) -> CommandParser:
        """Return the parser, which also tells of exit statuses."""
        return super().create_parser(*args, **{"epilog": STATUSES, **options})

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the person, the file and what else there is."""
        parser.add_argument("person", metavar="U", help="a username or an id")
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--dry-run", action="store_true", help="tell what would be done, and store nothing"
        )

    def category(self, options: dict[str, Any]) -> str | None:
        """Return the category of all of the file; None where the file says it."""
        return None

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        try:
            owner = find(options["person"])
        except User.DoesNotExist:
            raise CommandError("There is no such person.") from None
        now = clock.now()
        shelf = Shelf(owner.pk, self.form, zone_of(owner.pk), now, options["dry_run"])
        last = _Last(self)
        broken: Unreadable | None = None
        try:
            with options["file"].open("rb") as file:
                size = options["file"].stat().st_size
                load(file, size, self.category(options), shelf, last.note)
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.") from None
        except Unreadable as fault:
            broken = fault
        if not shelf.dry_run:
            self._done(owner, last.report.added)
        self._tell(last.report, shelf.dry_run, broken)

    def _done(self, owner: User, added: int) -> None:
        with transaction.atomic():
            detail: dict[str, Scalar] = {"format": self.form, "count": added, "by": "operator"}
            record("import.ended", actor=None, subject=owner.pk, detail=detail, shown=True)
            if added:
                changes.end_silence(owner.pk, clock.now())

    def _tell(self, report: Report, dry_run: bool, broken: Unreadable | None) -> None:
        for error in report.errors:
            field = f", {error['field']}" if error["field"] else ""
            self.stderr.write(f"line {error['line'] or '?'}{field}: {error['code']}")
        if report.refused > len(report.errors):
            self.stderr.write("... and more")
        added = "would be added" if dry_run else "added"
        self.stdout.write(f"{report.added} {added}, {report.skipped} skipped, {report.refused} refused.")
        if broken is not None:
            fault = fault_of(broken)
            where = f" at line {fault.line}" if fault.line else ""
            field = f" ({fault.field})" if fault.field else ""
            raise CommandError(f"The file cannot be read any further{where}{field}: {fault.code}.")
        if report.refused:
            sys.exit(SOME_REFUSED)


class _Last:
    """The last report, and the line that shows how far it is."""

    def __init__(self, command: ImportCommand) -> None:
        self.report = Report()
        self._out = command.stdout
        self._told = -1
        self._live = command.stdout.isatty()

    def note(self, report: Report, progress: float) -> None:
        """Tell each percent on a terminal, and each tenth elsewhere."""
        self.report = report
        step = int(progress * (100 if self._live else 10))
        if step != self._told:
            self._told = step
            told = (
                f"{progress:4.0%}  {report.added} added, {report.skipped} skipped, {report.refused} refused"
            )
            self._out.write(told, ending="\r" if self._live else "\n")
            self._out.flush()
