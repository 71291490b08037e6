"""The keys of the house: content, identity and hashing, each its own, none in the database."""

import hashlib
import hmac
from functools import lru_cache
from typing import Literal, Protocol

from django.conf import settings
from django.core.signals import setting_changed

from runtime.keyset import primitive

Ring = Literal["content", "identity"]
SETTING_OF: dict[Ring, str] = {"content": "CONTENT_KEYSET", "identity": "IDENTITY_KEYSET"}


class Cipher(Protocol):
    """Authenticated encryption bound to associated data."""

    def encrypt(self, plaintext: bytes, associated_data: bytes, /) -> bytes:
        """Return the ciphertext under the primary key."""
        ...

    def decrypt(self, ciphertext: bytes, associated_data: bytes, /) -> bytes:
        """Return the plaintext. Raises `tink.TinkError` if text or associated data were changed."""
        ...


@lru_cache(maxsize=1)
def content() -> Cipher:
    """Return the cipher of what people write."""
    cipher: Cipher = primitive(settings.CONTENT_KEYSET)
    return cipher


@lru_cache(maxsize=1)
def identity() -> Cipher:
    """Return the cipher of who is who; its key opens nothing else."""
    cipher: Cipher = primitive(settings.IDENTITY_KEYSET)
    return cipher


def of(ring: Ring) -> Cipher:
    """Return the cipher of a ring by its name."""
    return content() if ring == "content" else identity()


def keyset_of(ring: Ring) -> str:
    """Return the serialised keyset of a ring."""
    keyset: str = getattr(settings, SETTING_OF[ring])
    return keyset


@lru_cache(maxsize=1)
def _hash_key() -> bytes:
    return bytes.fromhex(settings.HASH_KEY)


def keyed_hash(purpose: str, *parts: str) -> str:
    """Return 64 hexadecimal digits of HMAC-SHA256 over `purpose` and `parts`.

    Each part is preceded by its length, so that ("ab", "c") and ("a", "bc") differ.
    """
    digest = hmac.new(_hash_key(), digestmod=hashlib.sha256)
    for part in (purpose, *parts):
        data = part.encode()
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


def forget(**changed: object) -> None:
    """Drop the cached keys; called when a test changes a setting."""
    if changed.get("setting", "HASH_KEY") in ("CONTENT_KEYSET", "IDENTITY_KEYSET", "HASH_KEY"):
        for cached in (content, identity, _hash_key):
            cached.cache_clear()


setting_changed.connect(forget)
