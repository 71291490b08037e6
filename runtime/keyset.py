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
