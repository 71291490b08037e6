"""Being matched with one person."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.party import Party
from tests.speaker import Json, Speaker


async def wait(party: Party, speaker: Speaker, role: str, **more: Any) -> Json:
    return await speaker.do("match", topic=party.slug, role=role, **more)


async def pair(party: Party, one: Speaker, other: Speaker, roles: tuple[str, str]) -> tuple[Json, Json]:
    """Match two people and return what each was told."""
    await wait(party, one, roles[0])
    await wait(party, other, roles[1])
    return await one.expect("matched"), await other.expect("matched")


async def test_a_seeker_is_matched_with_a_listener_and_both_follow_their_room(party: Party) -> None:
    alice, bob = await party.connect(), await party.connect()
    reply = await wait(party, alice, "seeker")
    assert (set(reply), reply["status"]) == ({"type", "id", "status"}, "waiting")
    await wait(party, bob, "listener")
    mine, theirs = await alice.expect("matched", stream="me"), await bob.expect("matched", stream="me")
    assert {"room_stream", "epoch", "head", "room", "member", "with", "role"} <= set(mine)
    assert mine["room_stream"] == theirs["room_stream"]
    assert (mine["with"], theirs["with"]) == (theirs["member"], mine["member"])
    assert (mine["role"], theirs["role"]) == ("seeker", "listener")
    stream = mine["room_stream"]
    await asyncio.sleep(0.2)
    sent = await alice.send(stream, "hello you")
    assert sent["seq"] == mine["head"] + 1
    assert (await bob.expect("message", stream=stream))["text"] == "hello you"
    members = (await bob.do("members", stream=stream))["members"]
    assert {m["id"] for m in members} == {mine["member"]["id"], theirs["member"]["id"]}


async def test_two_listeners_are_never_matched(party: Party, once: None) -> None:
    alice, bob = await party.connect(), await party.connect()
    for speaker in (alice, bob):
        await wait(party, speaker, "listener")
    await party.inside.do("age_match", seconds=60)
    await alice.hears_nothing("matched", within=1.2)


async def test_two_seekers_are_matched_after_30_s(party: Party) -> None:
    alice, bob = await party.connect(), await party.connect()
    for speaker in (alice, bob):
        await wait(party, speaker, "seeker")
    await alice.hears_nothing("matched", within=1.2)
    await party.inside.do("age_match", seconds=29)
    mine = await alice.expect("matched")
    assert mine["role"] == "seeker"
    await bob.expect("matched")


async def test_topic_and_language_must_be_the_same(party: Party, once: None) -> None:
    alice, bob, carol = [await party.connect() for _ in range(3)]
    other = await party.inside.room()
    await wait(party, alice, "seeker", language="en")
    await wait(party, bob, "listener", language="es")
    await carol.do("match", topic=other, role="listener", language="en")
    await alice.hears_nothing("matched", within=1.2)
    await wait(party, bob, "listener", language="en")  # a new match replaces the waiting one
    await alice.expect("matched")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("topic", "no-such-topic"),
        ("topic", None),
        ("role", "friend"),
        ("role", None),
        ("language", "!!"),
        ("language", 5),
    ],
)
async def test_a_wrong_field_is_named(party: Party, field: str, value: object, once: None) -> None:
    alice = await party.connect()
    fields = {"topic": party.slug, "role": "seeker", "language": "en"} | {field: value}
    if value is None or field != "language" or value == 5 or value == "!!":
        reply = await alice.ask("match", **fields)
        assert (reply["code"], reply["field"]) == ("bad_field", field)


async def test_unmatch_ends_the_waiting_and_is_ok_with_nothing_waiting(party: Party, once: None) -> None:
    alice, bob = await party.connect(), await party.connect()
    assert set(await alice.do("unmatch")) == {"type", "id"}
    await wait(party, alice, "seeker")
    await alice.do("unmatch")
    await wait(party, bob, "listener")
    await bob.hears_nothing("matched", within=1.2)


async def test_waiting_ends_with_the_last_connection(party: Party) -> None:
    alice, bob = await party.connect(), await party.connect()
    tablet = await party.connect(alice.person)
    await wait(party, alice, "seeker")
    await alice.close()
    await asyncio.sleep(0.3)
    await wait(party, bob, "listener")
    await bob.expect("matched")  # another connection of hers is still there
    await tablet.expect("matched")
    carol, dora = await party.connect(), await party.connect()
    other = await party.inside.room()
    await carol.do("match", topic=other, role="seeker")
    await carol.close()
    await asyncio.sleep(1.0)
    await dora.do("match", topic=other, role="listener")
    await dora.hears_nothing("matched", within=1.2)


async def test_when_one_leaves_the_other_is_told_unmatched(party: Party) -> None:
    alice, bob = await party.connect(), await party.connect()
    mine, theirs = await pair(party, alice, bob, ("seeker", "listener"))
    await asyncio.sleep(0.2)
    await alice.leave(mine["room_stream"])
    told = await bob.expect("unmatched", stream="me")
    assert told["reason"] == "left"
    await wait(party, bob, "listener")  # and may be matched anew
    carol = await party.connect()
    await wait(party, carol, "seeker")
    assert (await bob.expect("matched"))["room_stream"] != theirs["room_stream"]


async def test_a_pairs_room_is_not_listed_and_not_found_to_others(party: Party) -> None:
    alice, bob, charlie = [await party.connect() for _ in range(3)]
    mine, _ = await pair(party, alice, bob, ("seeker", "listener"))
    listed: list[Json] = []
    path: str | None = "rooms/?limit=100"
    while path:
        page = (await party.house.get(path)).json()
        listed += page["results"]
        path = page["next"] and page["next"].split("/api/v1/")[1]
    assert mine["room"] not in {room["slug"] for room in listed}
    assert (await charlie.ask("join", room=mine["room"]))["code"] == "not_found"
    for word, fields in (("history", {}), ("send", {"client_id": "c", "text": "x"}), ("members", {})):
        assert (await charlie.ask(word, stream=mine["room_stream"], **fields))["code"] == "not_found"
    assert (await alice.do("join", room=mine["room"]))["member"] == mine["member"]


async def test_a_block_keeps_people_apart_under_other_names(party: Party) -> None:
    alice, bob = await party.members(2)
    await alice.do("block", stream=party.stream, member=bob.member)
    await wait(party, alice, "seeker")
    await wait(party, bob, "listener")
    await bob.hears_nothing("matched", within=1.2)
    carol = await party.connect()
    await wait(party, carol, "listener")
    await alice.expect("matched")
    await bob.hears_nothing("matched", within=0.2)


async def test_a_person_is_never_matched_with_themselves(party: Party, once: None) -> None:
    alice = await party.connect()
    tablet = await party.connect(alice.person)
    await wait(party, alice, "seeker")
    await wait(party, tablet, "listener")
    await tablet.hears_nothing("matched", within=1.2)


async def test_a_match_is_there_after_coming_back(party: Party) -> None:
    alice, bob = await party.connect(), await party.connect()
    mine, _ = await pair(party, alice, bob, ("seeker", "listener"))
    again = await party.connect(alice.person)
    state = again.welcome["streams"][mine["room_stream"]]
    assert state["member"] == mine["member"]
    assert state["room"] == mine["room"]
