"""`manage.py import_apple_health U FILE [--dry-run]`: import Apple Health's export, XML or zip."""

from tracking.imports.by_hand import ImportCommand
from tracking.models import Import


class Command(ImportCommand):
    """Import Apple Health's export, XML or zip."""

    help = __doc__
    form = Import.Format.APPLE_HEALTH
