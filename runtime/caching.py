"""The cache all processes share: in Redis, which can read neither its values nor its keys.

A cache may forget. So a Redis that is gone, or gives back what nobody here wrote, is one that has nothing;
what must hold (that a sign-in ended, that a code was used) stands in the database and never here alone.
"""

import base64
import hashlib
import hmac
import pickle  # nosec: read only after its seal was checked
from collections.abc import Callable
from typing import Any

import structlog
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import ConnectionPool, Redis
from redis.exceptions import RedisError

from runtime import clock
from runtime.keyring import keyed_hash

log = structlog.get_logger(__name__)

PAUSE_S = 5.0  # how long a Redis that failed is left alone: a dead one must not slow every request down

# By server, for all threads: Django gives each of them a cache of its own, and one wait is enough.
_paused_until: dict[str, float] = {}


def key_of(key: str, prefix: str, version: int) -> str:
    """Return a key as Redis sees it: a browser's session key would let its reader in."""
    return f"{prefix}:{version}:{keyed_hash('cache-key', str(key))}"


class Sealing:
    """Values under a key derived from `HASH_KEY`, so that all processes share it."""

    def __init__(self) -> None:
        derived = hmac.new(bytes.fromhex(settings.HASH_KEY), b"cache", hashlib.sha256).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def dumps(self, value: Any) -> Any:
        """Return the sealed value. A whole number stays one, for Redis to count with."""
        return value if type(value) is int else self._fernet.encrypt(pickle.dumps(value))

    def loads(self, stored: bytes) -> Any:
        """Return the value. Raises `InvalidToken` for what was not sealed here."""
        return int(stored) if stored.lstrip(b"-").isdigit() else pickle.loads(self._fernet.decrypt(stored))  # noqa: S301


class AsSealed:
    """Values that come sealed already: bytes, as they are."""

    def dumps(self, value: bytes) -> bytes:
        """Return the value."""
        return value

    def loads(self, stored: bytes) -> bytes:
        """Return the value; whoever sealed it finds out whether it is theirs."""
        return stored


class OneClient(RedisCacheClient):
    """Django's way to Redis, with one client of each pool kept: making one takes half a millisecond."""

    def __init__(self, servers: Any, *args: Any, **options: Any) -> None:
        super().__init__(servers, *args, **options)
        self._clients: dict[ConnectionPool, Redis] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Redis:
        """Return a client, which holds no connection of its own."""
        pool: ConnectionPool = self._get_connection_pool(write)  # type: ignore[attr-defined]
        if pool not in self._clients:
            self._clients[pool] = super().get_client(key, write=write)
        return self._clients[pool]


class SharedCache(RedisCache):
    """Django's cache on Redis; with `local`, this process's memory stands in while Redis is gone."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = dict(params.get("OPTIONS", {}))
        beside = f"beside:{server}:{params.get('KEY_PREFIX', '')}"
        self._local = LocMemCache(beside, {}) if options.pop("local", False) else None
        super().__init__(server, {**params, "OPTIONS": options})
        self._class = OneClient
        self._server = server

    def _first(self, name: str, nothing: Any, *args: Any, **options: Any) -> Any:
        if clock.monotonic() >= _paused_until.get(self._server, 0.0):
            try:
                act: Callable[..., Any] = getattr(RedisCache, name).__get__(self)
                return act(*args, **options)
            except InvalidToken:
                return nothing
            except RedisError:
                _paused_until[self._server] = clock.monotonic() + PAUSE_S
                log.warning("cache_is_local" if self._local else "cache_is_gone")
        return getattr(self._local, name)(*args, **options) if self._local else nothing

    def add(self, key: Any, *args: Any, **options: Any) -> Any:
        """Set a value that is not there; return whether it was set."""
        return self._first("add", True, key, *args, **options)

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        """Return a value, or the default."""
        return self._first("get", default, key, default, version=version)

    def set(self, key: Any, *args: Any, **options: Any) -> Any:
        """Set a value."""
        return self._first("set", None, key, *args, **options)

    def touch(self, key: Any, *args: Any, **options: Any) -> Any:
        """Let a value last longer; return whether it was there."""
        return self._first("touch", False, key, *args, **options)

    def delete(self, key: Any, *args: Any, **options: Any) -> Any:
        """Forget a value; return whether it was there."""
        return self._first("delete", False, key, *args, **options)

    def has_key(self, key: Any, *args: Any, **options: Any) -> Any:
        """Return whether a value is there."""
        return self._first("has_key", False, key, *args, **options)

    def get_many(self, keys: Any, *args: Any, **options: Any) -> Any:
        """Return the values that are there."""
        return self._first("get_many", {}, keys, *args, **options)

    def set_many(self, data: Any, *args: Any, **options: Any) -> Any:
        """Set several values; return the keys that failed."""
        return self._first("set_many", [], data, *args, **options)

    def delete_many(self, keys: Any, *args: Any, **options: Any) -> Any:
        """Forget several values."""
        return self._first("delete_many", None, keys, *args, **options)

    def incr(self, key: Any, *args: Any, **options: Any) -> Any:
        """Add to a number and return it. Raises `ValueError` where there is none."""
        return self._first("incr", 1, key, *args, **options)
