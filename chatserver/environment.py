"""The process environment, read once into typed values.

Pure but for `development_keys`, which keeps generated keys in a file: give `read` a mapping and it answers
with an `Environment`, or raises `SettingError` naming the one variable at fault.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from tempfile import gettempdir
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from chatserver.providers import Providers, read_providers
from chatserver.reader import Reader, SettingError
from chatserver.social import SocialProvider, read_social
from runtime.keyset import new_hash_key, new_keyset

Network = IPv4Network | IPv6Network

MIN_DISTINCT_DIGITS = 8  # 64 random digits show fewer of the sixteen once in some 10^18 keys
DEFAULT_SECRET_KEY = "development-only-secret-key-never-used-in-production-0000"  # noqa: S105
ALGORITHMS = ("HS256", "RS256")
SAFE_SSLMODES = ("require", "verify-ca", "verify-full")


@dataclass(frozen=True)
class Keys:
    """Serialised keysets: two Tink AEAD keysets (JSON) and one hexadecimal hash key."""

    content: str
    identity: str
    hash: str


@dataclass(frozen=True)
class Environment:
    """Everything the house takes from its surroundings."""

    production: bool
    debug: bool
    port: int
    data_dir: Path
    static_root: Path
    secret_key: str
    algorithm: str
    jwt_private_key: str
    jwt_public_key: str
    access_token_minutes: int
    refresh_token_days: int
    allowed_hosts: tuple[str, ...]
    allowed_origins: tuple[str, ...]
    public_url: str
    trusted_proxies: tuple[Network, ...]
    database: dict[str, Any]
    redis_url: str | None
    celery_broker_url: str | None
    guests_enabled: bool
    rate_limit_scale: float
    rate_limit_loopback: bool
    rate_limit_per_minute: int
    rate_limit_per_second: int
    demo_password: str
    demo_totp_secret: str
    jobs_in_process: bool
    screener_in_process: bool
    host: str
    drain_seconds: int
    max_sockets: int
    raw_frames: bool
    log_json: bool
    log_level: str
    keys: Keys
    providers: Providers
    social: tuple[SocialProvider, ...]


def read(source: Mapping[str, str], *, base_dir: Path) -> Environment:
    """Return the typed environment. Raises `SettingError` on the first variable that is wrong."""
    kind = source.get("ENVIRONMENT", "development").strip()  # set and empty is a mistake, not development
    if kind not in ("development", "production"):
        raise SettingError("ENVIRONMENT", "must be development or production")
    production = kind == "production"
    reader = Reader(source, production=production)
    data_dir = Path(reader.text("DATA_DIR", str(base_dir / "data")))
    algorithm = reader.choice("ALGORITHM", "HS256", ALGORITHMS)
    return Environment(
        production=production,
        debug=_debug(reader),
        port=reader.number("PORT", 8000, low=1, high=65_535),
        data_dir=data_dir,
        static_root=Path(reader.text("STATIC_ROOT", str(base_dir / "staticfiles"))),
        secret_key=reader.secret("SECRET_KEY", DEFAULT_SECRET_KEY),
        algorithm=algorithm,
        jwt_private_key=_jwt_key(reader, "JWT_PRIVATE_KEY", algorithm),
        jwt_public_key=_jwt_key(reader, "JWT_PUBLIC_KEY", algorithm),
        access_token_minutes=reader.number("ACCESS_TOKEN_EXPIRE_MINUTES", 30, low=1, high=1_440),
        refresh_token_days=reader.number("REFRESH_TOKEN_EXPIRE_DAYS", 30, low=1, high=365),
        allowed_hosts=_hosts(reader),
        allowed_origins=_origins(reader),
        public_url=_public_url(reader),
        trusted_proxies=_networks(reader, "TRUSTED_PROXIES"),
        database=_database(reader, data_dir),
        redis_url=_redis(reader, "REDIS_URL"),
        celery_broker_url=_redis(reader, "CELERY_BROKER_URL"),
        guests_enabled=reader.flag("GUESTS_ENABLED", True),
        rate_limit_scale=reader.real("RATE_LIMIT_SCALE", 1.0),
        rate_limit_loopback=reader.flag("RATE_LIMIT_LOOPBACK", False),
        rate_limit_per_minute=reader.number("RATE_LIMIT_REQUESTS_PER_MINUTE", 600, low=1, high=10_000_000),
        rate_limit_per_second=reader.number("RATE_LIMIT_REQUESTS_PER_SECOND", 10, low=1, high=10_000_000),
        demo_password=reader.text("DEMO_PASSWORD", "hearth-demo"),
        demo_totp_secret=_totp_secret(reader),
        jobs_in_process=reader.flag("JOBS_IN_PROCESS", not reader.text("CELERY_BROKER_URL")),
        screener_in_process=reader.flag("SCREENER_IN_PROCESS", True),
        host=reader.text("HOST", "127.0.0.1"),
        drain_seconds=reader.number("DRAIN_SECONDS", 10, low=0, high=600),
        max_sockets=reader.number("MAX_SOCKETS", 20_000, low=1, high=1_000_000),
        raw_frames=reader.flag("RAW_FRAMES", True),
        log_json=reader.choice("LOG_FORMAT", "json" if production else "console", ("json", "console"))
        == "json",
        log_level=reader.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
        keys=_keys(reader, data_dir),
        providers=read_providers(reader, data_dir),
        social=read_social(reader),
    )


def _debug(reader: Reader) -> bool:
    debug = reader.flag("DEBUG", False)
    if debug and reader.production:
        raise SettingError("DEBUG", "must be off in production")
    return debug


def _jwt_key(reader: Reader, name: str, algorithm: str) -> str:
    if algorithm == "HS256":
        return ""
    key = reader.pem(name)
    if "-----BEGIN" not in key:
        raise SettingError(name, "must hold a PEM key when ALGORITHM is RS256")
    return key


def _hosts(reader: Reader) -> tuple[str, ...]:
    hosts = reader.words("ALLOWED_HOSTS", () if reader.production else ("localhost", "127.0.0.1", "[::1]"))
    if reader.production and (not hosts or "*" in hosts):
        raise SettingError("ALLOWED_HOSTS", "must name the host names served in production")
    return hosts


def _origins(reader: Reader) -> tuple[str, ...]:
    origins = reader.words("ALLOWED_ORIGINS", ())
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
            raise SettingError("ALLOWED_ORIGINS", "must be a comma-separated list like https://example.org")
        if reader.production and parts.scheme != "https":
            raise SettingError("ALLOWED_ORIGINS", "must be https addresses in production")
    return tuple(origin.rstrip("/") for origin in origins)


def _public_url(reader: Reader) -> str:
    """The address people reach the house by, for links in letters: no request's header is asked."""
    hosts = _hosts(reader)
    port = reader.number("PORT", 8000, low=1, high=65_535)
    default = f"https://{hosts[0].lstrip('.')}" if reader.production else f"http://localhost:{port}"
    url = reader.text("PUBLIC_URL", default)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
        raise SettingError("PUBLIC_URL", "must be an address like https://example.org")
    if reader.production and parts.scheme != "https":
        raise SettingError("PUBLIC_URL", "must begin with https:// in production")
    return url.rstrip("/")


def _networks(reader: Reader, name: str) -> tuple[Network, ...]:
    try:
        found = tuple(ip_network(word, strict=False) for word in reader.words(name, ()))
    except ValueError:
        raise SettingError(name, "must be a comma-separated list of addresses or networks") from None
    if reader.production and any(network.prefixlen == 0 for network in found):
        raise SettingError(name, "must not be everybody in production: anyone could claim any address")
    return found


def _totp_secret(reader: Reader) -> str:
    secret = reader.text("DEMO_TOTP_SECRET", "HEARTHDEMOHEARTH").upper()
    if set(secret) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567=") or len(secret) < 16:
        raise SettingError("DEMO_TOTP_SECRET", "must be at least 16 base32 characters")
    return secret


def _database(reader: Reader, data_dir: Path) -> dict[str, Any]:
    url = reader.text("DATABASE_URL")
    if not url:
        return sqlite(data_dir / "hearth.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        if not parts.path.strip("/"):
            raise SettingError(
                "DATABASE_URL", "sqlite:// needs a file, as in sqlite:////var/lib/hearth.sqlite3"
            )
        # Three slashes are a relative file, four an absolute one, as everywhere else.
        return sqlite(Path(unquote(parts.path[1:])))
    if parts.scheme in ("postgres", "postgresql"):
        return _postgres(reader, url)
    raise SettingError("DATABASE_URL", "must begin with postgresql:// or sqlite://")


def sqlite(path: Path) -> dict[str, Any]:
    """Return the settings of one SQLite file that survives a power cut."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        # Every thread that asks the database stays (ADR 0006) and keeps its connection: opening one with its
        # pragmas costs a request more than most of its queries.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # IMMEDIATE: a transaction that will write takes the lock first, instead of failing half-way.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA busy_timeout=20000;"
                "PRAGMA foreign_keys=ON;PRAGMA cache_size=-16000;"
            ),
        },
        # A file, not memory: tests use several threads and connections. One per process: runs may overlap.
        "TEST": {"NAME": str(Path(gettempdir()) / f"hearth-test-{os.getpid()}.sqlite3")},
    }


def _postgres(reader: Reader, url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise SettingError("DATABASE_URL", "names no database")
    try:
        port = parts.port
    except ValueError:
        raise SettingError("DATABASE_URL", "has a port that is no number") from None
    private = reader.flag("DATABASE_PRIVATE_NETWORK", False)
    if reader.production and not private and query.get("sslmode") not in SAFE_SSLMODES:
        raise SettingError(
            "DATABASE_URL",
            "needs sslmode=require or better in production "
            "(DATABASE_PRIVATE_NETWORK=1 admits a private network)",
        )
    pool = {
        "min_size": 1,
        "max_size": reader.number("DATABASE_POOL_SIZE", 20, low=2, high=1_000),
        "timeout": 3,  # seconds until a request is refused with `unavailable` and not kept waiting
    }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": str(port or ""),
        # A pool, never CONN_MAX_AGE: under ASGI persistent connections leak.
        "CONN_MAX_AGE": 0,
        "OPTIONS": {**query, "pool": pool},
    }


def _redis(reader: Reader, name: str) -> str | None:
    url = reader.text(name)
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("redis", "rediss", "unix"):
        raise SettingError(name, "must begin with rediss://, redis:// or unix://")
    if reader.production and not reader.flag("REDIS_PRIVATE_NETWORK", False):
        admits = "(REDIS_PRIVATE_NETWORK=1 admits a private network)"
        if parts.scheme == "redis":
            raise SettingError(name, f"must be rediss:// in production {admits}")
        if dict(parse_qsl(parts.query)).get("ssl_cert_reqs", "required") != "required":
            raise SettingError(name, f"must check the server's certificate in production {admits}")
    return url


def _keys(reader: Reader, data_dir: Path) -> Keys:
    names = ("CONTENT_KEYSET", "IDENTITY_KEYSET", "HASH_KEY")
    given = {name: reader.text(name) for name in names}
    if not all(given.values()):
        if reader.production:
            missing = next(name for name in names if not given[name])
            raise SettingError(missing, "must be set in production (`python -m runtime.keyset` makes one)")
        kept = development_keys(data_dir / "dev-keys.json")
        given = {name: given[name] or kept[name] for name in names}
    for name in ("CONTENT_KEYSET", "IDENTITY_KEYSET"):
        if '"primaryKeyId"' not in given[name]:
            raise SettingError(name, "must be a Tink keyset in JSON")
    if len(given["HASH_KEY"]) < 64 or set(given["HASH_KEY"].lower()) - set("0123456789abcdef"):
        raise SettingError("HASH_KEY", "must be at least 64 hexadecimal digits")
    if reader.production and len(set(given["HASH_KEY"].lower())) < MIN_DISTINCT_DIGITS:
        raise SettingError("HASH_KEY", "must be random (`python -m runtime.keyset` makes one)")
    if given["CONTENT_KEYSET"] == given["IDENTITY_KEYSET"]:
        raise SettingError("IDENTITY_KEYSET", "must differ from CONTENT_KEYSET")
    return Keys(given["CONTENT_KEYSET"], given["IDENTITY_KEYSET"], given["HASH_KEY"])


def development_keys(path: Path) -> dict[str, str]:
    """Return the keys kept in `path`, made once and readable by the owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = {
            "CONTENT_KEYSET": new_keyset(),
            "IDENTITY_KEYSET": new_keyset(),
            "HASH_KEY": new_hash_key(),
        }
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(made, file)
        try:
            # link, not rename: of two processes that start at once the first one's keys stay.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return kept
