"""Every column that may hold ciphertext is one that `manage.py rotate_keys` finds."""

import re
import string
from pathlib import Path

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


# Where something is sealed by hand under a key of the house, and what becomes of it.
BY_HAND = {
    "accounts/sealed.py": "a SealedColumn",
    "accounts/tickets.py": "stored nowhere, and dead after five minutes",
    "chat/tickets.py": "a SealedColumn",
    "streams/body.py": "a SealedColumn",
    "runtime/http/idempotency.py": "a SealedColumn",
    "runtime/shelves.py": "stored in no table: a cache; what is under a key that is gone is made anew",
    "runtime/records.py": "a SealedColumn: the record keys themselves",
}
ROOT = Path(__file__).resolve().parents[3]
OF_THE_HOUSE = re.compile(r"keyring\.(?:content\(\)|identity\(\)|of\([^)]*\))\.encrypt\(")


def test_what_is_sealed_by_hand_stands_in_a_column_that_is_known_or_under_a_record_key() -> None:
    rooms = {config.name.partition(".")[0] for config in apps.get_app_configs()}
    sealing = {
        str(path.relative_to(ROOT))
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        if OF_THE_HOUSE.search(path.read_text())
    }
    assert sealing == set(BY_HAND), "use `records.of(ring)`, which outlives a change of keys"


def test_what_a_column_is_bound_to_can_be_told_from_its_row() -> None:
    for column in rotation.columns():
        if isinstance(column.field, SealedColumn):
            named = {name for _, name, *_ in string.Formatter().parse(column.field.bound) if name}
            assert named, f"{column.name} is bound to nothing of its row"
            assert named <= set(rotation._needed(column)), column.name
