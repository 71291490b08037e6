"""A profile that is kept shows every change at once, and its details are read once."""

from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from prometheus_client import REGISTRY

from runtime.shelves import ALIAS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def empty_shelves() -> None:
    caches[ALIAS].clear()


def profile(who: Any) -> tuple[dict[str, Any], bool]:
    """A person's own profile as the door shows it, and whether its details were read from their table."""
    with CaptureQueriesContext(connection) as queries:
        answer = who.get("users/me/")
    assert answer.status_code == 200
    return answer.json()["profile"], any('FROM "users_profile"' in one["sql"] for one in queries)


def change(who: Any, **fields: Any) -> None:
    assert who.ask("PATCH", "users/me/", {"profile": fields}).status_code == 200


def test_details_are_read_once_and_every_change_shows(alice: Any) -> None:
    change(alice, birth_year=1980, medical_history="asthma")
    caches[ALIAS].clear()
    first, read = profile(alice)
    assert read
    assert (first["birth_year"], first["medical_history"]) == (1980, "asthma")
    assert profile(alice) == (first, False)
    change(alice, birth_year=1981)
    assert profile(alice)[0] == {**first, "birth_year": 1981}
    change(alice, time_zone="Asia/Tokyo", locale="es")
    assert profile(alice)[0] == {**first, "birth_year": 1981, "time_zone": "Asia/Tokyo", "locale": "es"}


def test_nothing_told_is_kept_as_nothing(alice: Any) -> None:
    assert profile(alice)[0]["birth_year"] is None
    assert profile(alice) == (profile(alice)[0], False)


def test_of_two_people_each_has_their_own(alice: Any, bob: Any) -> None:
    change(alice, birth_year=1980)
    change(bob, birth_year=1990)
    for _ in range(2):
        assert [profile(one)[0]["birth_year"] for one in (alice, bob)] == [1980, 1990]


def test_hits_are_counted(alice: Any) -> None:
    def hits() -> float:
        labels = {"cache": "profile", "outcome": "hit"}
        return REGISTRY.get_sample_value("hearth_cache_requests_total", labels) or 0.0

    profile(alice)
    before = hits()
    profile(alice)
    assert hits() == before + 1
