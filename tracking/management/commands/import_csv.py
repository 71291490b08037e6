"""`manage.py import_csv U FILE [--category C] [--dry-run]`: import entries of one category.

The columns are named as the API names the fields. Without a category it is the one whose columns they are.
"""

from typing import Any

from django.core.management.base import CommandParser

from tracking.imports.by_hand import ImportCommand
from tracking.imports.formats import CATEGORIES
from tracking.models import Import


class Command(ImportCommand):
    """Import a CSV file."""

    help = __doc__
    form = Import.Format.CSV

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the category."""
        super().add_arguments(parser)
        parser.add_argument("--category", choices=CATEGORIES)

    def category(self, options: dict[str, Any]) -> str | None:
        """See `ImportCommand`."""
        found: str | None = options["category"]
        return found
