"""Floods: refused, then closed. The numbers are the page's defaults."""

from __future__ import annotations

import asyncio

import pytest

from tests.party import Party
from tests.speaker import Json, Speaker

pytestmark = pytest.mark.usefixtures("once")  # what no database and no layer has a part in


async def replies(speaker: Speaker, word: str, count: int, **fields: object) -> list[Json]:
    """Send many commands at once and return their replies."""
    futures = [await speaker.put(word, **fields) for _ in range(count)]
    async with asyncio.timeout(10 * count):
        return [await future for future in futures]


async def test_20_messages_at_once_then_one_a_second_per_person_and_room(party: Party) -> None:
    alice, bob = await party.members(2)
    tablet = await party.connect(alice.person)
    futures = [
        await who.put("send", stream=party.stream, client_id=f"c{n}", text="x")
        for n, who in enumerate([alice, tablet] * 12)
    ]
    answers = [await future for future in futures]
    refused = [one for one in answers if one["type"] == "error"]
    assert 2 <= len(refused) <= 4
    assert {one["code"] for one in refused} == {"rate_limited"}
    assert all(0 < one["retry_after_ms"] <= 4000 for one in refused)
    assert (await bob.send(party.stream, "another person"))["status"] == "delivered"
    other = await alice.join(await party.inside.room())
    assert (await alice.send(other["stream"], "another room"))["status"] == "delivered"
    await asyncio.sleep(refused[0]["retry_after_ms"] / 1000)
    assert (await alice.send(party.stream, "later"))["status"] == "delivered"


async def test_a_resend_costs_a_send(party: Party) -> None:
    alice = await party.member()
    answers = await replies(alice, "send", 25, stream=party.stream, client_id="same", text="x")
    assert 4 <= len([one for one in answers if one.get("code") == "rate_limited"]) <= 5


async def test_60_other_commands_at_once_then_10_a_second_per_connection(party: Party) -> None:
    alice = await party.member()
    answers: list[Json] = []
    for _ in range(2):
        answers += await replies(alice, "typing", 45, stream=party.stream, on=True)
    refused = [one for one in answers if one["type"] == "error"]
    assert 20 <= len(refused) <= 31
    assert {one["code"] for one in refused} == {"rate_limited"}
    assert all(0 < one["retry_after_ms"] <= 1000 for one in refused)
    tablet = await party.connect(alice.person)
    assert (await tablet.do("typing", stream=party.stream, on=True))["type"] == "ok"


async def test_ping_and_ack_cost_nothing(party: Party) -> None:
    alice = await party.connect()
    for _ in range(5):
        answers = await replies(alice, "ping", 60)
        assert {one["type"] for one in answers} == {"pong"}
        for _ in range(60):
            await alice.raw({"type": "ack", "n": 0})
    assert (await alice.do("history", stream="me"))["type"] == "ok"


async def test_the_65th_command_in_flight_is_rate_limited(party: Party) -> None:
    alice = await party.member()
    # One frame after the other in one write, so that none is answered before the last is read.
    answers = await replies(alice, "history", 90, stream=party.stream, limit=200)
    assert all(one["type"] == "ok" or one["code"] == "rate_limited" for one in answers)
    assert len([one for one in answers if one["type"] == "ok"]) <= 64
    assert (await alice.ask("ping"))["type"] == "pong"


async def test_more_than_500_refusals_close_with_4101(party: Party) -> None:
    alice = await party.connect()
    for start in range(0, 500, 50):
        answers = await replies(alice, "dance", 50)
        assert {one["code"] for one in answers} == {"unknown_type"}, start
    assert alice.close_code is None  # 500 are borne
    await alice.raw({"type": "dance", "id": 1})
    assert await alice.closed() == 4101
    assert alice.bye["code"] == 4101


async def test_a_flood_of_sends_is_refused_and_then_closed_with_4101(party: Party) -> None:
    alice, bob = await party.members(2)
    for number in range(700):
        try:
            await alice.raw(
                {"type": "send", "id": number, "stream": party.stream, "client_id": f"{number}", "text": "x"}
            )
        except Exception:
            break
    assert await alice.closed() == 4101
    codes = {one["code"] for one in alice.objects if one["type"] == "error"}
    assert codes == {"rate_limited"}
    assert (await bob.send(party.stream, "still here"))["status"] == "delivered"


async def test_more_than_60_tickets_a_minute_are_429_with_retry_after(party: Party) -> None:
    guest = await party.house.guest()
    statuses = []
    for _ in range(62):
        answer = await party.house.post("realtime/ticket/", person=guest)
        statuses.append(answer.status_code)
    assert statuses[:58] == [200] * 58
    assert statuses[-1] == 429
    assert int(answer.headers["Retry-After"]) >= 1
