"""Keys: what one opens, another does not."""

import json

import pytest
import tink
from django.test import override_settings

from runtime import keyring
from runtime.keyset import merged, new_keyset, primitive


def test_what_is_encrypted_is_read_again() -> None:
    sealed = keyring.content().encrypt(b"hello", b"row 1")
    assert b"hello" not in sealed
    assert keyring.content().decrypt(sealed, b"row 1") == b"hello"


def test_a_text_moved_to_another_row_is_refused() -> None:
    sealed = keyring.content().encrypt(b"hello", b"row 1")
    with pytest.raises(tink.TinkError):
        keyring.content().decrypt(sealed, b"row 2")


def test_the_content_key_does_not_open_identities() -> None:
    sealed = keyring.identity().encrypt(b"alice", b"x")
    with pytest.raises(tink.TinkError):
        keyring.content().decrypt(sealed, b"x")


def test_a_new_primary_key_encrypts_and_the_old_one_still_opens() -> None:
    old, new = new_keyset(), new_keyset()
    before = primitive(old).encrypt(b"hello", b"")
    both = primitive(merged(new, old))
    assert both.decrypt(before, b"") == b"hello"
    after = both.encrypt(b"hello", b"")
    assert primitive(new).decrypt(after, b"") == b"hello"
    with pytest.raises(tink.TinkError):
        primitive(old).decrypt(after, b"")


def test_a_keyset_is_one_line() -> None:
    assert "\n" not in new_keyset()
    assert len(json.loads(merged(new_keyset(), new_keyset()))["key"]) == 2


def test_the_hash_depends_on_purpose_parts_and_key() -> None:
    one = keyring.keyed_hash("room", "ab", "c")
    assert one == keyring.keyed_hash("room", "ab", "c")
    assert len({one, keyring.keyed_hash("room", "a", "bc"), keyring.keyed_hash("slot", "ab", "c")}) == 3
    with override_settings(HASH_KEY="ab" * 32):
        assert keyring.keyed_hash("room", "ab", "c") != one
    assert keyring.keyed_hash("room", "ab", "c") == one
