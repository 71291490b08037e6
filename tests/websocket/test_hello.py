"""Step two of a session: the ticket, `hello` and `welcome`."""

from __future__ import annotations

import asyncio

import pytest

from tests.party import Party, eventually
from tests.speaker import Closed, Refused


async def test_welcome_names_the_connection_its_numbers_and_every_stream(party: Party) -> None:
    alice = await party.member()
    again = await party.connect(alice.person)
    welcome = again.welcome
    assert welcome["type"] == "welcome"
    assert welcome["connection"]
    assert welcome["heartbeat_ms"] == 25000
    assert welcome["window"] == {"events": 1024, "bytes": 262144}
    assert set(welcome["streams"]) == {"me", party.stream}
    me, room = welcome["streams"]["me"], welcome["streams"][party.stream]
    assert me["status"] == "live"
    assert me["head"] == 1  # their `joined`
    assert room["status"] == "live"
    assert room["head"] == alice.joined["head"]
    assert room["epoch"] == alice.joined["epoch"]
    assert room["room"] == party.slug
    assert room["member"] == alice.joined["member"]
    assert isinstance(room["read"], int)
    assert welcome["connection"] != alice.welcome["connection"]


async def test_a_command_before_hello_is_unauthorized_and_hello_may_still_come(
    party: Party, once: None
) -> None:
    visitor = await party.connect(greet=False)
    for word, fields in (("join", {"room": party.slug}), ("ping", {}), ("history", {"stream": "me"})):
        with pytest.raises(Refused) as refused:
            await visitor.do(word, **fields)
        assert refused.value.code == "unauthorized"
    guest = await party.house.guest()
    assert (await visitor.hello(await party.house.ticket(guest)))["type"] == "welcome"


async def test_a_second_hello_is_a_bad_frame_and_the_socket_stays_open(party: Party, once: None) -> None:
    alice = await party.connect()
    for _ in range(4):
        reply = await alice.ask("hello", ticket=await party.house.ticket(alice.person))
        assert reply["code"] == "bad_frame"
    assert (await alice.ask("ping"))["type"] == "pong"


async def test_a_used_a_forged_and_an_empty_ticket_close_with_4002(party: Party) -> None:
    ticket = await party.house.ticket(await party.house.guest())
    async with party.house.connect(None) as first:
        await first.hello(ticket)
    for bad in (ticket, ticket[:-4] + "AAAA", "", "nonsense", "ü", "x" * 5000):
        async with party.house.connect(None) as visitor:
            with pytest.raises(Closed) as closed:
                await visitor.hello(bad)
            assert closed.value.code == 4002
            assert visitor.bye["code"] == 4002


async def test_what_is_said_behind_a_bad_ticket_is_not_carried_out(party: Party) -> None:
    visitor = await party.connect(greet=False)
    await visitor.raw({"type": "hello", "id": 1, "ticket": "nonsense"})
    await visitor.raw({"type": "join", "id": 2, "room": party.slug})
    await visitor.raw({"type": "send", "id": 3, "stream": "room:x", "client_id": "c", "text": "t"})
    assert await visitor.closed() == 4002
    assert not [one for one in visitor.objects if one["type"] == "ok"]


@pytest.mark.parametrize(
    "resume",
    [
        [], "x", 5, {"me": 5}, {"me": {}},
        {"me": {"epoch": "x", "seq": -1, "event_id": ""}},
        {"me": {"epoch": "x", "seq": "1", "event_id": ""}},
        {"me": {"epoch": "x", "seq": 1, "event_id": None}},
        {"me": {"epoch": 1, "seq": 1, "event_id": ""}}, {"me": {"epoch": "x", "seq": 2**53, "event_id": ""}},
    ],
)  # fmt: skip
async def test_a_malformed_resume_is_bad_field_and_does_not_spend_the_ticket(
    party: Party, resume: object, once: None
) -> None:
    visitor = await party.connect(greet=False)
    ticket = await party.house.ticket(await party.house.guest())
    reply = await visitor.ask("hello", ticket=ticket, resume=resume)
    assert (reply["code"], reply["field"]) == ("bad_field", "resume")
    assert (await visitor.hello(ticket))["type"] == "welcome"


async def test_a_hello_without_a_ticket_is_bad_field(party: Party, once: None) -> None:
    visitor = await party.connect(greet=False)
    for bad in (None, 5, ["x"]):
        reply = await visitor.ask("hello", ticket=bad)
        assert (reply["code"], reply["field"]) == ("bad_field", "ticket")


async def test_one_ticket_admits_one_of_many_at_once(party: Party) -> None:
    ticket = await party.house.ticket(await party.house.guest())
    visitors = [await party.connect(greet=False) for _ in range(5)]
    replies = await asyncio.gather(*(v.hello(ticket) for v in visitors), return_exceptions=True)
    assert len([one for one in replies if isinstance(one, dict)]) == 1
    assert all(one.code == 4002 for one in replies if isinstance(one, Closed))


async def test_the_eleventh_connection_closes_with_4005_and_one_that_ends_makes_room(party: Party) -> None:
    alice = await party.connect()
    for _ in range(8):
        await party.connect(alice.person)
    async with party.house.connect(alice.person):
        with pytest.raises(Closed) as closed:
            await party.connect(alice.person)
        assert closed.value.code == 4005
        assert closed.value.bye["code"] == 4005

    async def admitted() -> bool:
        try:
            await party.connect(alice.person)
        except Closed:
            return False
        return True

    await eventually(admitted)


async def test_the_ticket_of_a_suspended_person_closes_with_4003(party: Party) -> None:
    guest = await party.house.guest()
    ticket = await party.house.ticket(guest)
    await party.inside.do("suspend", person=await party.inside.do("person_of", token=guest.token))
    async with party.house.connect(None) as visitor:
        with pytest.raises(Closed) as closed:
            await visitor.hello(ticket)
        assert closed.value.code == 4003


async def test_commands_sent_right_behind_hello_are_carried_out(party: Party) -> None:
    visitor = await party.connect(greet=False)
    ticket = await party.house.ticket(await party.house.guest())
    welcomed = await visitor.put("hello", ticket=ticket)
    joined = await visitor.put("join", room=party.slug)
    assert (await welcomed)["type"] == "welcome"
    assert (await joined)["type"] == "ok"


async def test_the_family_socket_admits_people_and_not_guests(party: Party) -> None:
    async with party.house.connect(None, socket="family") as visitor:
        ticket = await party.house.ticket(await party.house.guest())
        hello = await visitor.put("hello", ticket=ticket)
        history = await visitor.put("history", stream="me")
        assert (await hello)["code"] == "forbidden"
        assert (await history)["code"] == "unauthorized"
    alice = await party.house.sign_in("alice")
    async with party.house.connect(alice, socket="family") as family:
        assert set(family.welcome["streams"]) == {"me"}
        page = await family.history("me")
        assert all(event["stream"] == "me" for event in page["events"])
        assert (await family.do("read", stream="me", seq=0))["type"] == "ok"
        for word in ("join", "send", "claim"):
            assert (await family.ask(word, room="sleep"))["code"] == "unknown_type"


async def test_the_moderation_socket_is_for_staff(party: Party) -> None:
    for person in (await party.house.guest(), await party.house.sign_in("charlie")):
        async with party.house.connect(None, socket="moderation") as visitor:
            reply = await visitor.ask("hello", ticket=await party.house.ticket(person))
            assert reply["code"] == "forbidden"


async def test_me_differs_by_socket(party: Party) -> None:
    bob = await party.house.sign_in("bob")
    async with party.house.connect(bob) as chat, party.house.connect(bob, socket="family") as family:
        chat_me, family_me = chat.welcome["streams"]["me"], family.welcome["streams"]["me"]
        assert chat_me["epoch"] != family_me["epoch"]
