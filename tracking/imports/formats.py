"""Which reader reads which format."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import BinaryIO

from django.conf import settings
from rest_framework.serializers import ListField

from accounts.circles.state import ALIASES
from tracking.catalogue import BY_CATEGORY, RESOURCES
from tracking.imports import apple, daylio, days_csv, hearth
from tracking.imports.days_csv import Columns
from tracking.imports.items import Item, Unreadable
from tracking.imports.zips import is_zip, member, members, opened
from tracking.models import Import

CATEGORIES = (*(resource.category for resource in RESOURCES), *ALIASES)


def reader(file: BinaryIO, form: str, category: str | None, zone: str) -> Iterator[Item]:
    """Return what a file of a format holds, read as it is asked for. Raises `Unreadable`, at any step."""
    if form == Import.Format.DAYLIO:
        return daylio.read(file, zone)
    if form == Import.Format.APPLE_HEALTH:
        return apple.read(_health(file), zone, settings.TRACKING_RANGES)
    if form == Import.Format.HEARTH:
        return hearth.read(file, columns())
    return days_csv.read(file, columns(), category_of(category) if category else None)


def category_of(name: str) -> str:
    """Return the category of a name, which may be another name of it. Raises KeyError for none."""
    return BY_CATEGORY[ALIASES.get(name, name)].category


@lru_cache(maxsize=1)
def columns() -> Mapping[str, Columns]:
    """Return what each category takes, as its door does."""
    found = {}
    for resource in RESOURCES:
        given = {name: one for name, one in resource.fields().fields.items() if not one.read_only}
        found[resource.category] = Columns(
            frozenset(given),
            frozenset(name for name, one in given.items() if one.required),
            frozenset(name for name, one in given.items() if isinstance(one, ListField)),
        )
    return found


def _health(file: BinaryIO) -> BinaryIO:
    """Return the `export.xml` that a file is, or that it holds: in some languages it has another name."""
    if not is_zip(file):
        return file
    archive = opened(file)
    held = members(archive, lambda name: name.endswith(".xml") and not name.startswith("export_cda"))
    named = [one for one in held if one.filename.lower().endswith("export.xml")]
    chosen = named or held
    if not chosen:
        raise Unreadable("format")
    return member(archive, max(chosen, key=lambda one: one.file_size))
