from random import Random

import pytest
from hearth_client import closes
from hearth_client.closes import Plan


@pytest.mark.parametrize("code", [4000, 4001, 4003, 4004, 4005, 4006, 4050, 4099])
def test_forty_hundreds_do_not_reconnect(code: int) -> None:
    assert closes.plan(code) is Plan.STOP


@pytest.mark.parametrize("code", [4201, 4202, 4204, 4299])
def test_forty_two_hundreds_reconnect_now(code: int) -> None:
    assert closes.plan(code) is Plan.NOW


@pytest.mark.parametrize("code", [4100, 4101, 4108, 4110, 4111, 1000, 1006, 1011, 4300])
def test_everything_else_backs_off(code: int) -> None:
    assert closes.plan(code) is Plan.BACK_OFF


def test_a_refused_ticket_is_fetched_anew_once() -> None:
    assert closes.plan(4002) is Plan.NOW
    assert closes.plan(4002, tickets_refused=1) is Plan.STOP


def test_back_off_stays_within_one_and_thirty_seconds_and_grows() -> None:
    rng = Random(1)
    waits = {n: [closes.wait(Plan.BACK_OFF, attempt=n, rng=rng) for _ in range(300)] for n in range(12)}
    assert all(1.0 <= wait <= 30.0 for found in waits.values() for wait in found)
    assert max(waits[0]) <= 2.0
    assert max(waits[11]) > 25.0
    assert min(waits[11]) < 5.0, "full jitter reaches down to the floor"


def test_now_has_a_small_jitter_and_obeys_the_wait_named() -> None:
    rng = Random(2)
    assert all(0.5 <= closes.wait(Plan.NOW, attempt=0, rng=rng, at_least_s=0.5) <= 1.0 for _ in range(100))


def test_now_again_and_again_backs_off() -> None:
    assert closes.wait(Plan.NOW, attempt=3, rng=Random(3)) >= 1.0
