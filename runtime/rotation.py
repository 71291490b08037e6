"""Sealing everything anew under the primary key of each keyset, while the house runs.

What is to be sealed anew is found by looking at the models: every encrypted field, and every column that its
own code seals (`SealedColumn`). A ciphertext begins with the name of its key, so the database itself finds
what is left; so a run that was stopped goes on where it was, and one with nothing to do does nothing.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import tink
from django.apps import apps
from django.db import models, transaction
from django.db.models import BinaryField, ExpressionWrapper, F, Func, QuerySet

from runtime import keyring, keyset, records
from runtime.fields import EncryptedField, Sealed, SealedColumn

BATCH = 200  # rows in one transaction: some 10 ms in which nobody else writes to SQLite
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Column:
    """One column of ciphertext."""

    model: type[models.Model]
    field: EncryptedField | SealedColumn

    @property
    def name(self) -> str:
        """Return the column as `docs/data.md` names it."""
        return f"{self.model._meta.label}.{self.field.attname}"

    @property
    def recorded(self) -> bool:
        """Whether its rows never change, and are under a record key."""
        return self.field.recorded

    @property
    def rings(self) -> tuple[keyring.Ring, ...]:
        """Return the keysets its values may be under."""
        if isinstance(self.field, EncryptedField):
            return ("content",)
        return tuple(keyring.SETTING_OF) if callable(self.field.ring) else (self.field.ring,)

    def ring_of(self, row: Mapping[str, Any]) -> keyring.Ring:
        """Return the keyset of one row's value."""
        if isinstance(self.field, EncryptedField):
            return "content"
        return self.field.ring(row) if callable(self.field.ring) else self.field.ring

    def bound_to(self, row: Mapping[str, Any]) -> bytes:
        """Return what one row's value is bound to."""
        if isinstance(self.field, EncryptedField):
            return self.field.bound_to(self.model, row["pk"])
        return self.field.bound.format_map(row).encode()


@dataclass
class Outcome:
    """What became of a column."""

    sealed: int = 0
    unreadable: int = 0


def columns() -> list[Column]:
    """Return every column of ciphertext in the house, in the order of their names."""
    found = [
        Column(model, field)
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedField | SealedColumn)
    ]
    return sorted(found, key=lambda column: column.name)


def left(column: Column) -> int:
    """Return how many values are not under the primary key; of recorded ones, how many under an older one."""
    return _left(column).count()


def begin_records() -> None:
    """Begin new record keys where the last one is still sealed under an old key of the house."""
    column = next(one for one in columns() if one.model._meta.label == "runtime.RecordKey")
    for ring in keyring.SETTING_OF:
        if _left(column).filter(ring=ring).exists():
            records.of(ring).begin()


def seal_anew(column: Column, progress: Progress) -> Outcome:
    """Seal a column's values under the primary key; `progress` is told how many after each batch.

    A value that nobody can open stays as it is and is counted. What is written meanwhile under an old key, by
    a process that was not restarted yet, is found by the next call.
    """
    outcome = Outcome()
    last: Any = None
    while True:
        began = time.monotonic()
        seen, last = _batch(column, last, outcome)
        if not seen:
            return outcome
        progress(outcome.sealed)
        # As long again for everyone else: SQLite has one writer, and who waits for it asks only now and then.
        time.sleep(time.monotonic() - began)


def _batch(column: Column, last: Any, outcome: Outcome) -> tuple[int, Any]:
    """Seal the next rows after the key `last`; return how many there were, and the last one's key.

    Rows that somebody else has locked are left for a later pass: whoever waits for nobody is in no deadlock.
    """
    with transaction.atomic():
        rows = _left(column).order_by("pk")
        if last is not None:
            rows = rows.filter(pk__gt=last)
        names = _needed(column)
        locked = rows.select_for_update(skip_locked=True, no_key=True)
        batch = [dict(zip(names, row, strict=True)) for row in locked.values_list(*names)[:BATCH]]
        for row in batch:
            _reseal(column, row, outcome)
    return len(batch), batch[-1]["pk"] if batch else None


def _reseal(column: Column, row: Mapping[str, Any], outcome: Outcome) -> None:
    old = bytes(row[column.field.attname])
    cipher = keyring.of(column.ring_of(row))
    try:
        plain = cipher.decrypt(old, column.bound_to(row))
    except tink.TinkError:
        outcome.unreadable += 1
        return
    new = Sealed(cipher.encrypt(plain, column.bound_to(row)))
    # Only in place of what was read: nothing newer is ever overwritten.
    same = column.model._base_manager.filter(pk=row["pk"]).annotate(_now=_bytes(F(column.field.attname)))
    outcome.sealed += same.filter(_now=old).update(**{column.field.attname: new})


def _needed(column: Column) -> list[str]:
    """Return the columns that opening a value takes."""
    return ["pk", *(field.attname for field in _own(column))]


def _own(column: Column) -> Iterator["models.Field[Any, Any]"]:
    for field in column.model._meta.concrete_fields:
        plain = not isinstance(field, EncryptedField | SealedColumn)
        if field is column.field or (plain and isinstance(column.field, SealedColumn)):
            yield field


def _left(column: Column) -> QuerySet[models.Model]:
    name = column.field.attname
    held: QuerySet[models.Model] = column.model._base_manager.exclude(**{f"{name}__isnull": True})
    held = held.annotate(_key=Func(F(name), 1, records.PREFIX, function="SUBSTR", output_field=BinaryField()))
    named = [keyset.prefixes(keyring.keyset_of(ring)) for ring in column.rings]
    if column.recorded:
        return held.filter(_key__in=[old for _, others in named for old in others])
    return held.exclude(_key__in=[b"", *(primary for primary, _ in named)])


def _bytes(expression: F) -> "ExpressionWrapper[F]":
    return ExpressionWrapper(expression, output_field=BinaryField())
