"""Limits counted over all processes: in Redis when there is one, in memory when it is gone."""

import math
import threading
from dataclasses import dataclass
from functools import lru_cache

import structlog
from django.conf import settings
from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter

from runtime import clock

log = structlog.get_logger(__name__)

PAUSE_S = 5.0  # how long a Redis that failed is left alone: a dead one must not slow every request down
REDIS_TIMEOUT_S = 0.5


@dataclass(frozen=True)
class Allowance:
    """What is left of one limit after a call."""

    allowed: bool
    limit: int
    remaining: int
    reset_s: float
    window_s: int


class Counter:
    """Moving windows over a shared storage, with counting in this process as the fallback."""

    def __init__(self, redis_url: str | None) -> None:
        self._local = MovingWindowRateLimiter(MemoryStorage())
        self._shared = self._connect(redis_url) if redis_url else None
        self._paused_until = 0.0
        self._lock = threading.Lock()

    @staticmethod
    def _connect(url: str) -> MovingWindowRateLimiter | None:
        storage = RedisStorage(
            url,
            wrap_exceptions=True,
            key_prefix="hearth:limits",
            socket_timeout=REDIS_TIMEOUT_S,
            socket_connect_timeout=REDIS_TIMEOUT_S,
        )
        return MovingWindowRateLimiter(storage)

    def spend(self, item: RateLimitItem, *key: str) -> Allowance:
        """Count one call under `key`. Redis gone: counts here, so the door is never left open."""
        for limiter in self._limiters()[:-1]:
            try:
                return _spend(limiter, item, key)
            except StorageError:
                self._pause()
        return _spend(self._local, item, key)

    def wait_s(self, item: RateLimitItem, *key: str) -> float:
        """Return the seconds until a call under `key` is admitted, 0.0 where it is now. Counts nothing."""
        for limiter in self._limiters():
            try:
                if limiter.test(item, *key):
                    return 0.0
                reset_s = limiter.get_window_stats(item, *key).reset_time - clock.now().timestamp()
                return max(1.0, reset_s)
            except StorageError:
                self._pause()
        return 0.0

    def _limiters(self) -> list[MovingWindowRateLimiter]:
        if self._shared is None or clock.monotonic() < self._paused_until:
            return [self._local]
        return [self._shared, self._local]

    def _pause(self) -> None:
        with self._lock:
            self._paused_until = clock.monotonic() + PAUSE_S
        log.warning("limits_counted_locally")

    def forget(self) -> None:
        """Forget every count, here and in Redis (tests)."""
        self._local.storage.reset()
        if self._shared is not None:
            self._shared.storage.reset()


def _spend(limiter: MovingWindowRateLimiter, item: RateLimitItem, key: tuple[str, ...]) -> Allowance:
    allowed = limiter.hit(item, *key)
    window = limiter.get_window_stats(item, *key)
    reset_s = max(0.0, window.reset_time - clock.now().timestamp())
    return Allowance(allowed, item.amount, window.remaining, reset_s, math.ceil(item.get_expiry()))


@lru_cache(maxsize=1)
def counter() -> Counter:
    """Return this process's counter."""
    return Counter(settings.REDIS_URL)


def spend_per_minute(name: str, count: float, key: str) -> Allowance:
    """Count one call of the limit `name`: at most `count` in any minute."""
    return counter().spend(RateLimitItemPerMinute(max(1, round(count))), name, key)


def spend_per_second(name: str, count: float, key: str) -> Allowance:
    """Count one call of the limit `name`: at most `count` in any second."""
    return counter().spend(RateLimitItemPerSecond(max(1, round(count))), name, key)


def note(name: str, count: float, minutes: int, key: str) -> Allowance:
    """Count one event of the limit `name`: at most `count` in any so many minutes."""
    return counter().spend(RateLimitItemPerMinute(max(1, round(count)), minutes), name, key)


def wait_s(name: str, count: float, minutes: int, key: str) -> float:
    """Return the seconds until the limit `name` admits another event; 0.0 where it does. Counts nothing."""
    return counter().wait_s(RateLimitItemPerMinute(max(1, round(count)), minutes), name, key)
