"""The cache all processes share: sealed, and gone without harm."""

from collections.abc import Iterator
from typing import Any

import pytest
import redis

from runtime.caching import SharedCache, key_of
from tests.servers import RedisServer


@pytest.fixture
def server() -> Iterator[RedisServer]:
    with RedisServer() as running:
        yield running


def cache(url: str, **options: Any) -> SharedCache:
    params = {
        "KEY_PREFIX": "hearth:test",
        "KEY_FUNCTION": key_of,
        "OPTIONS": {"serializer": "runtime.caching.Sealing", "socket_timeout": 0.5, **options},
    }
    return SharedCache(url, params)


def test_two_processes_share_what_redis_cannot_read(server: RedisServer) -> None:
    one, two = cache(server.url), cache(server.url)
    one.set("session-of-alice", {"name": "alice"}, 60)
    assert two.get("session-of-alice") == {"name": "alice"}
    assert one.add("session-of-alice", "other") is False
    one.set("count", 1)
    assert two.incr("count") == 2
    with redis.Redis.from_url(server.url) as inside:
        stored = b"".join(key + (inside.get(key) or b"") for key in inside.scan_iter())
    assert b"alice" not in stored


def test_what_was_not_sealed_here_is_nothing(server: RedisServer) -> None:
    one = cache(server.url)
    one.set("x", "mine")
    with redis.Redis.from_url(server.url) as inside:
        for key in inside.scan_iter():
            inside.set(key, b"forged")
    assert one.get("x", "nothing") == "nothing"


@pytest.mark.parametrize(("local", "left"), [(True, "kept"), (False, None)])
def test_a_dead_redis_has_nothing_and_crashes_nobody(server: RedisServer, local: bool, left: Any) -> None:
    one = cache(server.url, local=local)
    one.set("before", "kept")
    server.kill()
    assert one.get("before") is None
    one.set("after", "kept")
    assert one.get("after") == left
    assert one.delete("after") is local
    assert one.get_many(["after"]) == {}
