"""Why sockets are closed, and that each goodbye is said in band before the same close code."""

from __future__ import annotations

import asyncio

from tests.house import Person
from tests.party import Party
from tests.speaker import Speaker


async def goodbye(speaker: Speaker, code: int) -> None:
    """Assert that a socket ends with `bye` as its last object and the same close code."""
    assert await speaker.closed() == code
    assert speaker.objects[-1] == speaker.bye
    assert speaker.bye["type"] == "bye"
    assert speaker.bye["code"] == code
    assert isinstance(speaker.bye["reason"], str)


async def test_a_sign_out_reaches_open_sockets_at_once_with_4006(party: Party) -> None:
    answer = await party.house.post("auth/token/", {"username": "charlie", "password": "hearth-demo"})
    pair = answer.json()
    charlie = Person(pair["access"])
    phone, tablet = await party.connect(charlie), await party.connect(charlie)
    other = await party.connect(await party.house.sign_in("charlie"))
    answer = await party.house.post("auth/logout/", {"refresh": pair["refresh"]}, person=charlie)
    assert answer.status_code == 204
    for speaker in (phone, tablet):
        await goodbye(speaker, 4006)
    assert (await other.ask("ping"))["type"] == "pong"  # another sign-in of the same person


async def test_what_is_said_after_goodbye_is_not_carried_out(party: Party) -> None:
    alice, bob = await party.members(2)
    await bob.raw("x" * 70_000)
    await bob.raw({"type": "send", "id": 9, "stream": party.stream, "client_id": "late", "text": "late"})
    await goodbye(bob, 4004)
    await alice.hears_nothing("message")


async def test_a_bad_ticket_says_goodbye_in_band(party: Party) -> None:
    visitor = await party.connect(greet=False)
    await visitor.put("hello", ticket="nonsense")
    await goodbye(visitor, 4002)


async def test_bad_frames_say_goodbye_in_band(party: Party) -> None:
    visitor = await party.connect(greet=False)
    for _ in range(3):
        await visitor.raw("nonsense")
    await goodbye(visitor, 4000)


async def test_a_closed_socket_makes_room_for_presence(party: Party) -> None:
    alice, bob = await party.members(2)
    await bob.raw("x" * 70_000)
    await goodbye(bob, 4004)
    for _ in range(40):
        if (await alice.do("members", stream=party.stream))["people"] == 1:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the closed connection still counts")
