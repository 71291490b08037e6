"""`manage.py verify_audit`: find edited, deleted and reordered rows of the audit (exit 1: tampered)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.audit.models import Seal
from accounts.audit.verify import verify

SHOWN = 20


class Command(BaseCommand):
    """Check the whole audit and say where its chain ends."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Add a head that was written down earlier."""
        parser.add_argument("--head", metavar="SEQ:HASH", help="a head that an earlier check printed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        verdict = verify()
        if options["head"] and not _holds(options["head"]):
            raise CommandError("Tampered: the chain does not hold the given head.")
        if not verdict.intact:
            found = [f"  {one.what}: {one.number}" for one in verdict.findings[:SHOWN]]
            more = len(verdict.findings) - SHOWN
            raise CommandError(
                "\n".join(["Tampered:", *found, *([f"  and {more} more"] if more > 0 else [])])
            )
        self.stdout.write(f"Intact: {verdict.sealed} rows sealed, {verdict.unsealed} not yet.")
        if verdict.sealed:
            self.stdout.write(f"Head: {verdict.sealed}:{verdict.head}")


def _holds(head: str) -> bool:
    seq, _, digest = head.partition(":")
    return seq.isdigit() and len(seq) < 19 and Seal.objects.filter(seq=int(seq), hash=digest).exists()
