"""What every logged thing is made of: whose it is, who wrote it, when, and what is sealed in it."""

import uuid
from typing import Any, ClassVar, Generic, TypeVar, cast

from django.conf import settings
from django.db import models
from django.db.models import Q

from runtime.fields import EncryptedJSONField
from tracking.days import local_day

T = TypeVar("T")


class Detail(Generic[T]):
    """An attribute kept inside a row's one encrypted `details`: however many, a row costs one seal."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, row: Any, owner: type | None = None) -> T | None:
        """Return the value; None where there is none."""
        if row is None:
            return cast("T", self)
        return (row.details or {}).get(self.name)

    def __set__(self, row: Any, value: T | None) -> None:
        """Keep a value; None takes it out again, so that missing stays missing."""
        kept = dict(row.details or {})
        kept.pop(self.name, None)
        if value is not None:
            kept[self.name] = value
        row.details = kept or None


class Entry(models.Model):
    """One thing somebody logged about a person's days. `user` is whose, `author` who wrote it."""

    WHEN: ClassVar[str] = "at"  # the time by which it is listed and filtered, and which day it belongs to

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    # Erased people leave what they contributed to others, and their name leaves it.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    day = models.DateField(help_text="The local day of its time, so that days can be summed by the database.")
    time_zone = models.CharField(max_length=64)
    details = EncryptedJSONField(null=True, blank=True)
    source_key = models.CharField(  # noqa: DJ001 (null: unique where there is one)
        max_length=64, null=True, blank=True, help_text="A keyed hash of where it was imported from."
    )
    created_at = models.DateTimeField()

    note = Detail[str]()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """Return the key alone: what is printed may end in a log."""
        return str(self.pk)

    def settle(self) -> None:
        """Set what follows from the rest: the local day, here."""
        self.day = local_day(getattr(self, self.WHEN), self.time_zone)


def found_by(name: str, when: str = "at") -> list[models.Index]:
    """Return the indexes of one kind of entry: its list, and when somebody last logged one."""
    found = [models.Index(fields=["user", f"-{when}", "-id"], name=f"{name}_listed")]
    if when != "created_at":
        found.append(models.Index(fields=["user", "-created_at"], name=f"{name}_logged"))
    return found


def imported_once(name: str) -> list[models.BaseConstraint]:
    """Return the constraint by which nothing is imported twice."""
    return [
        models.UniqueConstraint(
            fields=["user", "source_key"], condition=Q(source_key__isnull=False), name=f"{name}_imported_once"
        )
    ]
