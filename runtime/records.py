"""Keys of what nobody may change: the audit, and what happened in a case.

A row of an append-only table cannot be encrypted anew when the house changes its keys. So its values are
under a record key, which stands in the database, itself sealed under a key of the house. A change of keys
seals the record keys anew, begins new ones, and leaves the rows as they are.
"""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.signals import setting_changed
from django.db import connection, models, transaction

from runtime import keyring, keyset

PREFIX = 5  # bytes of a ciphertext that name its key


@dataclass
class _Known:
    """The record keys of one ring as read from the database; the newest one encrypts."""

    by_prefix: dict[bytes, keyring.Cipher] = field(default_factory=dict)
    newest: keyring.Cipher | None = None


class RecordCipher:
    """Encrypts under the newest record key of a ring, and decrypts under every one."""

    def __init__(self, ring: keyring.Ring) -> None:
        self.ring: keyring.Ring = ring
        self._known = _Known()
        self._uncommitted: set[uuid.UUID] = set()

    def encrypt(self, plaintext: bytes, associated_data: bytes, /) -> bytes:
        """Return the ciphertext; a first record key is made where there is none."""
        newest = self._known.newest or self._read().newest
        if newest is None:
            self.begin()
            newest = self._read().newest
        assert newest is not None
        return newest.encrypt(plaintext, associated_data)

    def decrypt(self, ciphertext: bytes, associated_data: bytes, /) -> bytes:
        """Return the plaintext. Raises `tink.TinkError` if text or associated data were changed."""
        name = ciphertext[:PREFIX]
        cipher = self._known.by_prefix.get(name)
        if cipher is None and name not in _of_the_house(self.ring):
            cipher = self._read().by_prefix.get(name)
        # Rows older than record keys are under the house's own.
        return (cipher or keyring.of(self.ring)).decrypt(ciphertext, associated_data)

    def begin(self) -> None:
        """Make a new record key; what is written from now on is under it, in this process."""
        key_id = uuid.uuid4()
        made = keyset.new_keyset()
        sealed = keyring.of(self.ring).encrypt(made.encode(), bound_to(key_id))
        if connection.in_atomic_block:
            # It may yet be rolled back, so it is not remembered; the row that needs it goes with it.
            self._uncommitted.add(key_id)
            transaction.on_commit(self.forget)
        _model().objects.create(id=key_id, ring=self.ring, sealed=sealed)
        self._known = _Known()

    def ensure(self) -> None:
        """Make the first record key, if there is none."""
        if not _model().objects.filter(ring=self.ring).exists():
            self.begin()

    def forget(self) -> None:
        """Read the keys anew the next time."""
        self._known = _Known()
        self._uncommitted = set()

    def _read(self) -> _Known:
        known = _Known()
        uncommitted = False
        for row in _model().objects.filter(ring=self.ring).order_by("created_at", "id"):
            opened = keyring.of(self.ring).decrypt(bytes(row.sealed), bound_to(row.id)).decode()
            known.newest = keyset.primitive(opened)
            known.by_prefix[keyset.prefixes(opened)[0]] = known.newest
            uncommitted = uncommitted or row.id in self._uncommitted
        if not uncommitted:
            self._known = known
        return known


def of(ring: keyring.Ring) -> RecordCipher:
    """Return the cipher of append-only rows of a ring."""
    return _ciphers[ring]


def bound_to(key_id: uuid.UUID) -> bytes:
    """Return what a record key's own ciphertext is bound to."""
    return f"record-key:{key_id}".encode()


def ensure(**_: object) -> None:
    """Have a record key for each ring; called when the tables were made or emptied."""
    for cipher in _ciphers.values():
        cipher.forget()
        if _model()._meta.db_table in connection.introspection.table_names():
            cipher.ensure()


def _of_the_house(ring: keyring.Ring) -> tuple[bytes, ...]:
    primary, others = keyset.prefixes(keyring.keyset_of(ring))
    return (primary, *others)


def _model() -> Any:
    found: type[models.Model] = apps.get_model("runtime", "RecordKey")
    return found


def _forget(**changed: Any) -> None:
    if changed["setting"] in keyring.SETTING_OF.values():
        for cipher in _ciphers.values():
            cipher.forget()


_ciphers: dict[keyring.Ring, RecordCipher] = {ring: RecordCipher(ring) for ring in keyring.SETTING_OF}
setting_changed.connect(_forget)
