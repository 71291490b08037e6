"""The numbers of the limits per address, each counted exactly under a clock that only the test moves."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from chatserver.environment import read
from runtime import clock, counting
from runtime.counting import Counter
from runtime.http.limits import AddressLimits
from runtime.rates import scaled

STRANGER, NEIGHBOUR = "203.0.113.9", "203.0.113.10"
KNOWN = {"HTTP_AUTHORIZATION": "Bearer something"}
PLENTY = 1_000_000


class Clock:
    """The time that the house and the storage of its counts see, in seconds."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def time(self) -> float:
        return self.now

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)


@pytest.fixture(autouse=True)
def ticking(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("time.time", made.time)
    monkeypatch.setattr(clock, "now", made.moment)
    monkeypatch.setattr(clock, "monotonic", made.time)
    return made


class Visitor:
    """Somebody who knocks from one address, with a credential that the API takes or without one."""

    def __init__(self, address: str = STRANGER, *, known: bool = False, **headers: str) -> None:
        self.headers = {"REMOTE_ADDR": address, **(KNOWN if known else {}), **headers}
        self.known = known
        self.limits = AddressLimits(self._answer)

    def _answer(self, request: Any) -> HttpResponse:
        request.user = SimpleNamespace(is_authenticated=self.known)
        return HttpResponse()

    def ask(self, path: str = "/api/v1/rooms/", method: str = "GET") -> HttpResponse:
        return self.limits(RequestFactory().generic(method, path, **self.headers))

    def knock(self, times: int, path: str = "/api/v1/rooms/", method: str = "GET") -> list[int]:
        """How many of so many calls came through, and how many were sent away."""
        codes = [self.ask(path, method).status_code for _ in range(times)]
        assert set(codes) <= {200, 429}
        passed = codes.count(200)
        assert codes == [200] * passed + [429] * (times - passed)
        return [passed, times - passed]


def test_the_numbers_are_those_of_the_contract() -> None:
    found = read({}, base_dir=settings.BASE_DIR)
    assert (found.rate_limit_per_minute, found.rate_limit_per_second) == (600, 10)
    given = {"RATE_LIMIT_REQUESTS_PER_MINUTE": "7", "RATE_LIMIT_REQUESTS_PER_SECOND": "3"}
    found = read(given, base_dir=settings.BASE_DIR)
    assert (found.rate_limit_per_minute, found.rate_limit_per_second) == (7, 3)
    limits = scaled(1)
    assert (limits.http_per_minute, limits.http_per_second, limits.http_doors_per_minute) == (600, 10, 100)


@override_settings(LIMITS=scaled(1))
def test_ten_a_second_and_not_one_more(ticking: Clock) -> None:
    alice = Visitor(known=True)
    assert alice.knock(13) == [10, 3]
    assert alice.ask()["Retry-After"] == "1"
    ticking.now += 0.9
    assert alice.knock(1) == [0, 1]
    ticking.now += 0.2
    assert alice.knock(13) == [10, 3]


@override_settings(LIMITS=scaled(1, http_per_second=PLENTY))
def test_six_hundred_a_minute_and_not_one_more(ticking: Clock) -> None:
    alice = Visitor(known=True)
    assert alice.knock(400) == [400, 0]
    ticking.now += 30
    assert alice.knock(203) == [200, 3]
    ticking.now += 29.9
    assert alice.knock(1) == [0, 1]
    ticking.now += 0.2  # the first four hundred are older than a minute
    assert alice.knock(403) == [400, 3]


@override_settings(LIMITS=scaled(1, http_per_second=PLENTY))
def test_a_refusal_says_how_long_to_wait(ticking: Clock) -> None:
    alice = Visitor(known=True)
    alice.knock(600)
    ticking.now += 20
    answer = alice.ask()
    assert (answer.status_code, answer["Retry-After"]) == (429, "40")
    assert answer["RateLimit"] == '"default";r=0;t=40'
    assert answer["RateLimit-Policy"] == '"default";q=600;w=60'
    ticking.now += 40.1
    assert alice.ask().status_code == 200


@override_settings(LIMITS=scaled(1, http_per_second=PLENTY))
@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/api/v1/rooms/", "GET"),  # with no credential
        ("/api/v1/auth/token/", "POST"),
        ("/api/v1/auth/refresh/", "POST"),
        ("/api/v1/users/register/", "POST"),
        ("/api/v1/guests/", "POST"),
        ("/_allauth/browser/v1/auth/login", "POST"),
        ("/_allauth/app/v1/auth/signup", "POST"),
        ("/_allauth/app/v1/auth/webauthn/login", "POST"),
        ("/identity/o/api/token", "POST"),
        ("/told/a-link/", "GET"),
        ("/told/a-link/", "POST"),
    ],
)
def test_a_hundred_a_minute_for_each_door_that_anybody_may_try(
    ticking: Clock, path: str, method: str
) -> None:
    mallory = Visitor()
    assert mallory.knock(103, path, method) == [100, 3]
    ticking.now += 60.1
    assert mallory.knock(103, path, method) == [100, 3]


@override_settings(LIMITS=scaled(1, http_per_second=PLENTY))
def test_the_doors_are_counted_together_and_who_is_known_apart() -> None:
    assert Visitor().knock(60, "/api/v1/auth/token/", "POST") == [60, 0]
    assert Visitor().knock(60, "/api/v1/users/register/", "POST") == [40, 20]
    assert Visitor(known=True).knock(200) == [200, 0]
    assert Visitor(known=True).knock(1, "/api/v1/auth/token/", "POST") == [0, 1]


@override_settings(LIMITS=scaled(1, http_per_second=PLENTY))
def test_each_address_has_its_own_count_and_a_household_one() -> None:
    assert Visitor(STRANGER).knock(101) == [100, 1]
    assert Visitor(NEIGHBOUR).knock(101) == [100, 1]
    assert Visitor("2001:db8:1:2::1").knock(60) == [60, 0]
    assert Visitor("2001:db8:1:2::ffff").knock(60) == [40, 20]
    assert Visitor("2001:db8:1:3::1").knock(60) == [60, 0]


@override_settings(LIMITS=scaled(1, http_per_second=PLENTY))
def test_nobody_gets_a_new_count_by_saying_where_they_come_from() -> None:
    codes = [Visitor(HTTP_X_FORWARDED_FOR=f"198.51.100.{n}").ask().status_code for n in range(102)]
    assert codes == [200] * 100 + [429] * 2


@override_settings(LIMITS=scaled(1))
@pytest.mark.parametrize(
    ("production", "told", "exempt"), [(False, False, True), (False, True, False), (True, False, False)]
)
@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_loopback_is_exempt_outside_production_alone(
    address: str, production: bool, told: bool, exempt: bool
) -> None:
    with override_settings(PRODUCTION=production, RATE_LIMIT_LOOPBACK=told):
        assert Visitor(address, known=True).knock(12) == ([12, 0] if exempt else [10, 2])


@pytest.fixture
def away() -> Iterator[None]:
    """A Redis at whose address nobody answers."""
    counting.counter.cache_clear()
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        yield
    counting.counter.cache_clear()


@override_settings(LIMITS=scaled(1))
def test_without_redis_the_doors_are_no_wider(away: None, ticking: Clock) -> None:
    alice = Visitor(known=True)
    assert alice.knock(13) == [10, 3]
    ticking.now += counting.PAUSE_S + 1  # Redis is tried anew, and is still away
    assert alice.knock(13) == [10, 3]
    assert isinstance(counting.counter(), Counter)
