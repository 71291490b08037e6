"""Model fields that are encrypted at rest, bound to their model, field and row."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from runtime import keyring, records


class Sealed(bytes):
    """Ciphertext as it stands in the database."""


class _Opening(DeferredAttribute):
    """Decrypts on first access; what is never looked at is never opened."""

    field: "EncryptedField"

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            super().__get__(instance, cls)  # deferred: loads it
        value = instance.__dict__.get(name)
        if isinstance(value, Sealed):
            value = self.field.open(value, instance)
            instance.__dict__[name] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


if TYPE_CHECKING:
    _Base = models.Field[Any, Any]
    _BinaryBase = models.BinaryField[Any, Any]
else:
    _Base = models.Field
    _BinaryBase = models.BinaryField

RingOf = keyring.Ring | Callable[[Mapping[str, Any]], keyring.Ring]


class EncryptedField(_Base):
    """What both encrypted fields share. The row's key must be set before it is saved (a UUID, say).

    In an append-only table it must be `recorded`: sealed under a record key, which outlives a change of keys.
    """

    descriptor_class = _Opening
    empty_strings_allowed = False

    def __init__(self, *args: Any, recorded: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.recorded = recorded

    def get_internal_type(self) -> str:
        """Return the column's kind."""
        return "BinaryField"

    def dump(self, value: Any) -> bytes:
        """Return the value as bytes to encrypt."""
        raise NotImplementedError

    def load(self, data: bytes) -> Any:
        """Return the value of decrypted bytes."""
        raise NotImplementedError

    @property
    def cipher(self) -> keyring.Cipher:
        """The cipher this field's values are under."""
        return records.of("content") if self.recorded else keyring.content()

    def bound_to(self, model: type[models.Model], pk: Any) -> bytes:
        """Return what a value of one row is bound to. Raises `FieldError` for a row without a key."""
        if pk is None:
            raise FieldError(f"{self.name}: a row needs its key before it can be encrypted")
        return f"{model._meta.label_lower}:{self.name}:{pk}".encode()

    def open(self, sealed: bytes, instance: models.Model) -> Any:
        """Return the plain value. Raises `tink.TinkError` for a value moved from another row."""
        return self.load(self.cipher.decrypt(bytes(sealed), self.bound_to(type(instance), instance.pk)))

    def seal(self, value: Any, instance: models.Model) -> Sealed:
        """Return the value encrypted for this row."""
        return Sealed(self.cipher.encrypt(self.dump(value), self.bound_to(type(instance), instance.pk)))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        """Return the ciphertext, marked as such."""
        return None if value is None else Sealed(bytes(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:
        """Return what is stored."""
        value = getattr(model_instance, self.attname)
        return None if value is None else self.seal(value, model_instance)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Return the database's own form. Raises `FieldError` for plain text: it must go through `save`."""
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise FieldError(f"{self.name}: an encrypted field cannot be filtered or updated in bulk")
        return connection.Database.Binary(value)

    def get_lookup(self, lookup_name: str) -> Any:
        """Return the one lookup that makes sense on ciphertext."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


class EncryptedTextField(EncryptedField):
    """A text, encrypted. The empty text is kept as such."""

    def dump(self, value: Any) -> bytes:
        """Return UTF-8."""
        return str(value).encode()

    def load(self, data: bytes) -> str:
        """Return the text."""
        return data.decode()


class EncryptedJSONField(EncryptedField):
    """Anything JSON can say, encrypted. 0, `""`, `[]` and `{}` are kept as such."""

    def dump(self, value: Any) -> bytes:
        """Return compact JSON."""
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()

    def load(self, data: bytes) -> Any:
        """Return the value."""
        return json.loads(data)


class SealedColumn(_BinaryBase):
    """A column that its own code seals and opens, bytes to Django; it tells how, so that keys can be changed.

    `ring` names the key: one for the column, or a function of the row. `bound` is what a value is bound to,
    with columns of the row in braces, as in `"sealed:{member_id}"`. `recorded`: see `EncryptedField`.
    """

    def __init__(
        self, *args: Any, ring: RingOf = "content", bound: str = "", recorded: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.ring = ring
        self.bound = bound
        self.recorded = recorded

    def deconstruct(self) -> Any:
        """Return what migrations keep: a plain binary column."""
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.BinaryField", args, options
