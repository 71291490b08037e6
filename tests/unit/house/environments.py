"""Environments for tests about configuration, and what the settings read from one."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from chatserver.environment import Environment, read
from runtime.keyset import new_hash_key, new_keyset

LONG = "x9Fq2-" * 12  # long and varied enough for a secret of production


def production_secrets() -> dict[str, str]:
    """Return the secrets that production asks for."""
    return {
        "SECRET_KEY": LONG,
        "CONTENT_KEYSET": new_keyset(),
        "IDENTITY_KEYSET": new_keyset(),
        "HASH_KEY": new_hash_key(),
    }


class Recording(Mapping[str, str]):
    """An environment that remembers which variables were asked for."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values_given = dict(values)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return self.values_given[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_given)

    def __len__(self) -> int:
        return len(self.values_given)


def read_recording(values: Mapping[str, str], folder: Path) -> tuple[Environment, set[str]]:
    """Return the typed environment and the names of all variables it was read from."""
    recording = Recording(values)
    source: Any = recording
    return read(source, base_dir=folder), recording.asked


def every_variable(folder: Path) -> set[str]:
    """Return every environment variable the house knows, over all kinds of set-up."""
    production = production_secrets() | {
        "ENVIRONMENT": "production",
        "ALLOWED_HOSTS": "hearth.example",
        "DATABASE_URL": "postgresql://hearth@db/hearth?sslmode=require",
        "REDIS_URL": "rediss://redis:6379/0",
    }
    private = {"DATABASE_URL": "postgresql://db/hearth", "DATABASE_PRIVATE_NETWORK": "1"}
    private |= {"REDIS_URL": "redis://redis:6379/0", "REDIS_PRIVATE_NETWORK": "1"}
    pem = "-----BEGIN PRIVATE KEY-----"
    signing = {"ALGORITHM": "RS256", "JWT_PRIVATE_KEY": pem, "JWT_PUBLIC_KEY": pem}
    social = {"SOCIAL_PROVIDERS": "name", "SOCIAL_NAME_ISSUER": "https://id.example"}
    social |= {"SOCIAL_NAME_CLIENT_ID": "hearth", "SOCIAL_NAME_CLIENT_SECRET": "s"}
    kinds: list[dict[str, str]] = [{}, production, production | private, signing, social]
    return set().union(*(read_recording(kind, folder)[1] for kind in kinds))
