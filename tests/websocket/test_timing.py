"""What takes half a minute by the page: all of it is waited for at once, while other tests run."""

from __future__ import annotations

from typing import Any

from tests.clocks import Clocks


async def found(clocks: Clocks, name: str) -> dict[str, Any]:
    result = await clocks.result(name)
    assert result is not None
    return result


async def test_the_server_pings_every_25_s_give_or_take_a_fifth(clocks: Clocks) -> None:
    result = await found(clocks, "pings")
    assert 19.5 <= result["first"] <= 31.5


async def test_a_ponging_client_stays(clocks: Clocks) -> None:
    assert (await found(clocks, "pings"))["open"]


async def test_no_pong_in_10_s_closes_with_4202(clocks: Clocks) -> None:
    result = await found(clocks, "mute")
    assert result["code"] == result["bye"] == 4202
    assert 9.5 <= result["closed"] - result["first"] <= 12


async def test_a_window_full_for_30_s_closes_with_4108(clocks: Clocks) -> None:
    result = await found(clocks, "full")
    assert result["code"] == result["bye"] == 4108
    assert 28 <= result["closed"] <= 34


async def test_an_ack_that_frees_something_starts_the_30_s_anew(clocks: Clocks) -> None:
    result = await found(clocks, "acking")
    assert result["open"]


async def test_a_client_that_reads_nothing_is_cut_off(clocks: Clocks) -> None:
    result = await found(clocks, "deaf")
    assert result["people"] == 0, "the server still holds a connection that reads nothing"


async def test_no_hello_in_5_s_closes_with_4110_whatever_else_is_said(clocks: Clocks) -> None:
    result = await found(clocks, "silent")
    assert result["codes"] == [4110, 4110]
    assert result["bye"] == 4110
    assert 4.5 <= result["closed"] <= 7


async def test_presence_comes_at_most_every_5_s(clocks: Clocks) -> None:
    result = await found(clocks, "presence")
    assert result["told"] == [1, 3, 2]
    assert result["second"] > 3
    assert result["third"] > 8
