"""Settings: read once, typed, and refused by name."""

import json
import stat
from pathlib import Path

import pytest

from chatserver.environment import Environment, development_keys, read
from chatserver.reader import SettingError
from runtime.keyset import new_hash_key, new_keyset

PEM = "-----BEGIN PRIVATE KEY-----\\nabc\\n-----END PRIVATE KEY-----"


@pytest.fixture(scope="module")
def production() -> dict[str, str]:
    return {
        "ENVIRONMENT": "production",
        "SECRET_KEY": "k3J9-" * 12,
        "ALLOWED_HOSTS": "hearth.example",
        "CONTENT_KEYSET": new_keyset(),
        "IDENTITY_KEYSET": new_keyset(),
        "HASH_KEY": new_hash_key(),
        "DATABASE_URL": "postgresql://hearth:p%40ss@db.example:5433/hearth?sslmode=verify-full",
        "REDIS_URL": "rediss://redis.example/0",
    }


def given(folder: Path, **variables: str) -> Environment:
    return read(variables, base_dir=folder)


def refused(folder: Path, variables: dict[str, str]) -> str:
    with pytest.raises(SettingError) as caught:
        read(variables, base_dir=folder)
    assert caught.value.variable in str(caught.value)
    return caught.value.variable


def test_nothing_set_is_a_development_house(tmp_path: Path) -> None:
    env = given(tmp_path)
    assert not env.production
    assert env.port == 8000
    assert env.redis_url is None
    assert env.database["NAME"] == str(tmp_path / "data" / "hearth.sqlite3")
    assert env.access_token_minutes == 30
    assert env.demo_password == "hearth-demo"
    assert env.demo_totp_secret == "HEARTHDEMOHEARTH"


def test_sqlite_survives_a_power_cut(tmp_path: Path) -> None:
    options = given(tmp_path).database["OPTIONS"]
    assert "journal_mode=WAL" in options["init_command"]
    assert "synchronous=FULL" in options["init_command"]
    assert options["transaction_mode"] == "IMMEDIATE"


def test_development_keys_are_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    first = given(tmp_path).keys
    kept = tmp_path / "data" / "dev-keys.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert given(tmp_path).keys == first
    assert development_keys(kept) == json.loads(kept.read_text())
    assert sorted(path.name for path in kept.parent.iterdir()) == ["dev-keys.json", "dev-vapid"]


def test_production_starts_with_everything_said(tmp_path: Path, production: dict[str, str]) -> None:
    env = read(production, base_dir=tmp_path)
    assert env.production
    assert env.database["PASSWORD"] == "p@ss"
    assert env.database["PORT"] == "5433"
    assert env.database["OPTIONS"]["sslmode"] == "verify-full"
    assert env.database["OPTIONS"]["pool"]["max_size"] >= 2
    assert env.database["CONN_MAX_AGE"] == 0
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "ALLOWED_HOSTS", "CONTENT_KEYSET", "IDENTITY_KEYSET", "HASH_KEY"]
)
def test_production_refuses_what_is_missing(tmp_path: Path, production: dict[str, str], name: str) -> None:
    assert refused(tmp_path, {k: v for k, v in production.items() if k != name}) == name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "development-only-secret-key-never-used-in-production-0000"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 80),
        ("SECRET_KEY", "django-insecure-" + "k3J9-" * 12),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_ORIGINS", "http://hearth.example"),
        ("PUBLIC_URL", "http://hearth.example"),
        ("DATABASE_URL", "postgresql://db/hearth"),
        ("DATABASE_URL", "postgresql://db/hearth?sslmode=prefer"),
        ("REDIS_URL", "redis://redis.example/0"),
        ("REDIS_URL", "rediss://redis.example/0?ssl_cert_reqs=none"),
        ("TRUSTED_PROXIES", "10.0.0.0/8,0.0.0.0/0"),
        ("TRUSTED_PROXIES", "::/0"),
        ("DEBUG", "1"),
        ("CONTENT_KEYSET", "no keyset"),
        ("HASH_KEY", "abc"),
        ("HASH_KEY", "0" * 64),
    ],
)
def test_production_refuses_what_is_unsafe(
    tmp_path: Path, production: dict[str, str], name: str, value: str
) -> None:
    assert refused(tmp_path, production | {name: value}) == name


def test_a_private_network_is_admitted_by_name(tmp_path: Path, production: dict[str, str]) -> None:
    plain = {"DATABASE_URL": "postgresql://db/hearth", "REDIS_URL": "redis://redis/0"}
    env = read(
        production | plain | {"DATABASE_PRIVATE_NETWORK": "1", "REDIS_PRIVATE_NETWORK": "1"},
        base_dir=tmp_path,
    )
    assert env.redis_url == "redis://redis/0"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENVIRONMENT", "staging"),
        ("ENVIRONMENT", ""),
        ("PORT", "http"),
        ("PORT", "70000"),
        ("ALGORITHM", "none"),
        ("GUESTS_ENABLED", "perhaps"),
        ("RATE_LIMIT_SCALE", "0"),
        ("RATE_LIMIT_SCALE", "much"),
        ("ACCESS_TOKEN_EXPIRE_MINUTES", "-1"),
        ("DATABASE_URL", "mysql://db/hearth"),
        ("DATABASE_URL", "postgresql://db"),
        ("REDIS_URL", "http://redis"),
        ("ALLOWED_ORIGINS", "hearth.example"),
        ("PUBLIC_URL", "hearth.example"),
        ("PUBLIC_URL", "https://hearth.example/x"),
        ("TRUSTED_PROXIES", "somewhere"),
        ("DEMO_TOTP_SECRET", "not base32!"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_value_names_its_variable(tmp_path: Path, name: str, value: str) -> None:
    assert refused(tmp_path, {name: value}) == name


def test_rs256_needs_both_keys(tmp_path: Path) -> None:
    assert refused(tmp_path, {"ALGORITHM": "RS256"}) == "JWT_PRIVATE_KEY"
    env = given(tmp_path, ALGORITHM="RS256", JWT_PRIVATE_KEY=PEM, JWT_PUBLIC_KEY=PEM)
    assert env.jwt_private_key.count("\n") == 2


def test_a_key_may_stand_in_a_file(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text(PEM)
    env = given(tmp_path, ALGORITHM="RS256", JWT_PRIVATE_KEY_FILE=str(key), JWT_PUBLIC_KEY=PEM)
    assert env.jwt_private_key == PEM
    assert (
        refused(tmp_path, {"ALGORITHM": "RS256", "JWT_PRIVATE_KEY_FILE": "/none"}) == "JWT_PRIVATE_KEY_FILE"
    )
