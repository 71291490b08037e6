"""Making and reading Tink keysets. `python -m runtime.keyset` prints fresh ones as environment lines."""

import json
import secrets
import sys

import tink
from tink import aead, secret_key_access

aead.register()


def new_keyset() -> str:
    """Return a new AES-256-GCM keyset with one key, as one line of JSON."""
    handle = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
    return compact(tink.json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN))


def new_hash_key() -> str:
    """Return 32 random bytes in hexadecimal."""
    return secrets.token_hex(32)


def compact(keyset: str) -> str:
    """Return the same keyset on one line, as environment files want it."""
    return json.dumps(json.loads(keyset), separators=(",", ":"))


def primitive(keyset: str) -> aead.Aead:
    """Return the AEAD of a serialised keyset: the primary key encrypts, every key decrypts.

    Raises `tink.TinkError` if the text is no keyset.
    """
    handle = tink.json_proto_keyset_format.parse(keyset, secret_key_access.TOKEN)
    return handle.primitive(aead.Aead)


def merged(primary: str, *older: str) -> str:
    """Return one keyset of all the keys given; the primary of `primary` encrypts from now on."""
    first = json.loads(primary)
    known = {key["keyId"] for key in first["key"]}
    for text in older:
        for key in json.loads(text)["key"]:
            if key["keyId"] not in known:
                known.add(key["keyId"])
                first["key"].append(key)
    return json.dumps(first, separators=(",", ":"))


def with_new_key(keyset: str, *, primary: bool = True) -> str:
    """Return the keyset with one more key: as the primary, or for decrypting only at first."""
    more = merged(keyset, new_keyset())
    return promoted(more) if primary else more


def promoted(keyset: str) -> str:
    """Return the keyset with the key that came last as its primary."""
    data = json.loads(keyset)
    data["primaryKeyId"] = data["key"][-1]["keyId"]
    return json.dumps(data, separators=(",", ":"))


def primary_only(keyset: str) -> str:
    """Return the keyset without any key but its primary."""
    data = json.loads(keyset)
    data["key"] = [key for key in data["key"] if key["keyId"] == data["primaryKeyId"]]
    return json.dumps(data, separators=(",", ":"))


def prefixes(keyset: str) -> tuple[bytes, tuple[bytes, ...]]:
    """Return with what a ciphertext of the primary key begins, and of the other keys.

    Raises `ValueError` for a key whose ciphertexts do not name it: nobody could tell them apart.
    """
    data = json.loads(keyset)
    if any(key["outputPrefixType"] != "TINK" for key in data["key"]):
        raise ValueError("every key of the keyset must have the output prefix TINK")
    others = (key["keyId"] for key in data["key"] if key["keyId"] != data["primaryKeyId"])
    return prefix(data["primaryKeyId"]), tuple(prefix(key_id) for key_id in others)


def prefix(key_id: int) -> bytes:
    """Return the five bytes that Tink puts before every ciphertext of a key: a version, and the key's id."""
    return b"\x01" + key_id.to_bytes(4, "big")


def main() -> None:
    """Print new keys, one `NAME='value'` a line."""
    lines = (
        f"CONTENT_KEYSET='{new_keyset()}'",
        f"IDENTITY_KEYSET='{new_keyset()}'",
        f"HASH_KEY='{new_hash_key()}'",
    )
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
