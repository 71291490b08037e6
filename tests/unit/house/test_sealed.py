"""Every column that may hold ciphertext is one that `manage.py rotate_keys` finds."""

import string

from django.apps import apps
from django.db.models import BinaryField

from runtime import rotation
from runtime.fields import SealedColumn

PLAIN: set[str] = set()  # binary columns that hold nothing sealed


def test_every_binary_column_is_one_that_rotate_keys_knows() -> None:
    known = {column.name for column in rotation.columns()} | PLAIN
    binary = {
        f"{model._meta.label}.{field.attname}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, BinaryField) or field.get_internal_type() == "BinaryField"
    }
    assert binary - known == set(), (
        "seal with an encrypted field, or say how with `runtime.fields.SealedColumn`"
    )
    assert len(known) > 20


def test_what_a_column_is_bound_to_can_be_told_from_its_row() -> None:
    for column in rotation.columns():
        if isinstance(column.field, SealedColumn):
            named = {name for _, name, *_ in string.Formatter().parse(column.field.bound) if name}
            assert named, f"{column.name} is bound to nothing of its row"
            assert named <= set(rotation._needed(column)), column.name
