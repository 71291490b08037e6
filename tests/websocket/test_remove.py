"""Taking back what one said."""

from __future__ import annotations

import asyncio

import pytest

from tests.party import Party

HOLD = "kys"  # a text the rules hold


async def test_everyone_is_told_and_replays_show_it_as_gone(party: Party) -> None:
    alice, bob = await party.members(2)
    sent = await alice.send(party.stream, "a slip")
    reply = await alice.do("remove", stream=party.stream, event_id=sent["event_id"])
    assert set(reply) == {"type", "id", "seq"}
    for speaker in (alice, bob):
        event = await speaker.expect("message.removed")
        assert event["target"] == sent["event_id"]
        assert event["seq"] == reply["seq"]
    page = (await bob.history(party.stream))["events"]
    message = next(e for e in page if e["event_id"] == sent["event_id"])
    assert message["gone"] == "removed"
    assert "text" not in message
    assert message["member"] == alice.joined["member"]
    start = {party.stream: {"epoch": bob.joined["epoch"], "seq": 0, "event_id": ""}}
    again = await party.connect(bob.person, resume=start)
    await again.expect("message.removed")
    assert next(e for e in again.events if e["event_id"] == sent["event_id"]) == message


async def test_removing_again_gives_the_same_seq_and_tells_nobody(party: Party) -> None:
    alice, bob = await party.members(2)
    sent = await alice.send(party.stream, "a slip", client_id="c1")
    first = await alice.do("remove", stream=party.stream, event_id=sent["event_id"])
    await bob.expect("message.removed")
    assert (await alice.do("remove", stream=party.stream, event_id=sent["event_id"]))["seq"] == first["seq"]
    await bob.hears_nothing("message.removed")


async def test_anothers_message_is_forbidden_and_an_unseen_one_not_found(party: Party) -> None:
    alice, bob = await party.members(2)
    sent = await bob.send(party.stream, "mine")
    assert (await alice.ask("remove", stream=party.stream, event_id=sent["event_id"]))["code"] == "forbidden"
    await alice.do("block", stream=party.stream, member=bob.member)
    joined = await alice.expect("member.joined")
    for event_id in (sent["event_id"], joined["event_id"], "01ARZ3NDEKTSV4RRFFQ69G5FAV", "x"):
        assert (await alice.ask("remove", stream=party.stream, event_id=event_id))["code"] == "not_found"
    assert (await alice.ask("remove", stream=party.stream, client_id="never"))["code"] == "not_found"


async def test_a_resend_after_a_removal_gives_the_old_answer(party: Party) -> None:
    alice = await party.member()
    sent = await alice.send(party.stream, "a slip", client_id="c1")
    await alice.do("remove", stream=party.stream, event_id=sent["event_id"])
    again = await alice.send(party.stream, "a slip", client_id="c1")
    assert (again["status"], again["seq"], again["event_id"]) == ("delivered", sent["seq"], sent["event_id"])
    reply = await alice.ask("send", stream=party.stream, client_id="c1", text="another")
    assert reply["code"] == "conflict"


async def test_a_held_message_is_taken_back_by_its_client_id_without_a_seq(party: Party) -> None:
    alice, bob = await party.members(2)
    assert (await alice.send(party.stream, HOLD, client_id="h1"))["status"] == "held"
    reply = await alice.do("remove", stream=party.stream, client_id="h1")
    assert "seq" not in reply
    assert "seq" not in await alice.do("remove", stream=party.stream, client_id="h1")
    await bob.hears_nothing("message.removed")
    event_id = await party.inside.do("held", stream=party.stream, client_id="h1")
    with pytest.raises(RuntimeError, match="Conflict"):
        await party.inside.do(
            "moderate", stream=party.stream, member=alice.member, action="release", event_id=event_id
        )


async def test_one_of_event_id_and_client_id_is_needed(party: Party, once: None) -> None:
    alice = await party.member()
    assert (await alice.ask("remove", stream=party.stream))["code"] == "bad_field"
    reply = await alice.ask("remove", stream=party.stream, event_id="x", client_id="y")
    assert reply["code"] == "bad_field"


async def test_the_text_is_gone_from_the_database(party: Party) -> None:
    alice = await party.member()
    long = await alice.send(party.stream, "a long text " * 100)
    statement = "SELECT length(body) FROM streams_event WHERE event_id = %s"
    [[before]] = await asyncio.to_thread(party.house.rows, statement, long["event_id"])
    await alice.do("remove", stream=party.stream, event_id=long["event_id"])
    [[after]] = await asyncio.to_thread(party.house.rows, statement, long["event_id"])
    assert after < 300 < before
