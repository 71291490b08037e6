"""Answers kept under an edition: made once, sealed, and made anew when there is nothing to read them from."""

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.core.cache import caches
from django.test import override_settings
from prometheus_client import REGISTRY

from runtime.keyset import new_keyset, with_new_key
from runtime.shelves import ALIAS, Shelf
from tests.servers import RedisServer

PRIVATE = "seizure on monday"


class Kitchen:
    """Makes answers and counts them."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self, keys: list[str]) -> dict[str, Any]:
        self.made += keys
        return {key: {"of": key, "told": PRIVATE} for key in keys}


@pytest.fixture
def kitchen() -> Kitchen:
    return Kitchen()


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    caches[ALIAS].clear()
    yield
    caches[ALIAS].clear()


def through(server: RedisServer) -> Any:
    """Settings under which shelves stand in this Redis."""
    shelves = {
        "BACKEND": "runtime.caching.SharedCache",
        "LOCATION": server.url,
        "KEY_PREFIX": "hearth:shelves",
        "KEY_FUNCTION": "runtime.caching.key_of",
        "OPTIONS": {
            "local": True,
            "serializer": "runtime.caching.AsSealed",
            "socket_timeout": 0.5,
            "socket_connect_timeout": 0.5,
        },
    }
    return override_settings(CACHES={"default": shelves, ALIAS: shelves})


def counted(name: str, outcome: str) -> float:
    labels = {"cache": name, "outcome": outcome}
    return REGISTRY.get_sample_value("hearth_cache_requests_total", labels) or 0.0


def test_what_is_kept_is_made_once_for_each_edition(kitchen: Kitchen) -> None:
    shelf, first, second = Shelf("test", 60), uuid.uuid4(), uuid.uuid4()
    hits, misses = counted("test", "hit"), counted("test", "miss")
    told = shelf.get_many(first, ["a", "b"], kitchen)
    assert shelf.get_many(first, ["b", "a", "c"], kitchen) == {**told, "c": {"of": "c", "told": PRIVATE}}
    assert kitchen.made == ["a", "b", "c"]
    shelf.get_many(second, ["a"], kitchen)
    assert kitchen.made == ["a", "b", "c", "a"]
    assert (counted("test", "hit") - hits, counted("test", "miss") - misses) == (2, 4)


def test_nothing_and_zero_are_kept_as_they_are() -> None:
    shelf, edition = Shelf("test", 60), uuid.uuid4()
    for key, value in (("none", None), ("zero", 0), ("empty", [])):
        assert shelf.get(edition, key, lambda value=value: value) == value
        assert shelf.get(edition, key, lambda: pytest.fail("it was kept")) == value


def test_what_has_no_edition_is_made_each_time(kitchen: Kitchen) -> None:
    shelf = Shelf("test", 60)
    for _ in range(2):
        shelf.get_many(None, ["a"], kitchen)
    assert kitchen.made == ["a", "a"]


def test_shelves_do_not_read_each_others_answers(kitchen: Kitchen) -> None:
    edition = uuid.uuid4()
    Shelf("test", 60).get_many(edition, ["a"], kitchen)
    Shelf("other", 60).get_many(edition, ["a"], kitchen)
    assert kitchen.made == ["a", "a"]


def test_redis_can_read_neither_keys_nor_values(kitchen: Kitchen, redis_server: RedisServer) -> None:
    edition = uuid.uuid4()
    with through(redis_server):
        Shelf("test", 60).get_many(edition, ["a"], kitchen)
        Shelf("test", 60).get_many(edition, ["a"], kitchen)
    assert kitchen.made == ["a"]
    with redis.Redis.from_url(redis_server.url) as inside:
        kept = {key: inside.get(key) or b"" for key in inside.scan_iter("hearth:shelves:*")}
        assert [inside.ttl(key) > 0 for key in kept] == [True]
    everything = b"".join(key + value for key, value in kept.items())
    assert everything
    for word in (PRIVATE, str(edition), "told"):
        assert word.encode() not in everything


def test_an_answer_that_was_forged_or_moved_is_made_anew(kitchen: Kitchen, redis_server: RedisServer) -> None:
    shelf, edition = Shelf("test", 60), uuid.uuid4()
    with through(redis_server), redis.Redis.from_url(redis_server.url) as inside:
        inside.flushall()
        shelf.get_many(edition, ["a"], kitchen)
        (first,) = inside.scan_iter("hearth:shelves:*")
        shelf.get_many(edition, ["b"], kitchen)
        (second,) = set(inside.scan_iter("hearth:shelves:*")) - {first}
        inside.copy(first, second, replace=True)
        assert shelf.get_many(edition, ["b"], kitchen)["b"]["of"] == "b"
        inside.set(first, b"forged")
        assert shelf.get_many(edition, ["a"], kitchen)["a"]["of"] == "a"
    assert kitchen.made == ["a", "b", "b", "a"]


def test_a_change_of_keys_loses_no_answer_and_an_old_key_gone_loses_it(kitchen: Kitchen) -> None:
    shelf, edition, old = Shelf("test", 60), uuid.uuid4(), new_keyset()
    with override_settings(CONTENT_KEYSET=old):
        shelf.get_many(edition, ["a"], kitchen)
    with override_settings(CONTENT_KEYSET=with_new_key(old)):
        shelf.get_many(edition, ["a"], kitchen)
    assert kitchen.made == ["a"]
    with override_settings(CONTENT_KEYSET=new_keyset()):
        shelf.get_many(edition, ["a"], kitchen)
    assert kitchen.made == ["a", "a"]


def test_a_redis_that_hangs_is_waited_for_once(kitchen: Kitchen) -> None:
    with RedisServer() as server, through(server):
        shelf, edition = Shelf("test", 60), uuid.uuid4()
        shelf.get_many(edition, ["a"], kitchen)
        server.signal(19)  # SIGSTOP: it takes connections and answers nobody
        try:
            began = time.monotonic()
            for _ in range(20):
                assert shelf.get_many(edition, ["a"], kitchen)["a"]["of"] == "a"
            # Bounded by twenty times its timeout if each were a wait of its own.
            assert time.monotonic() - began < 20 * 0.5
        finally:
            server.signal(18)
    # Once before it hung, and once for the memory that stands in for it.
    assert kitchen.made == ["a", "a"]
