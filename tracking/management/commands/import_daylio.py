"""`manage.py import_daylio U FILE [--dry-run]`: import the CSV that Daylio exports."""

from tracking.imports.by_hand import ImportCommand
from tracking.models import Import


class Command(ImportCommand):
    """Import the CSV that Daylio exports."""

    help = __doc__
    form = Import.Format.DAYLIO
