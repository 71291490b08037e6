"""Joining rooms."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import pytest

from tests.party import Party, eventually
from tests.speaker import Json, Refused


async def refusal(asked: Awaitable[Json]) -> Json:
    with pytest.raises(Refused) as refused:
        await asked
    return refused.value.reply


async def test_ok_carries_the_stream_its_head_the_member_and_the_people(party: Party) -> None:
    alice = await party.connect()
    joined = await alice.join(party.slug)
    assert set(joined) == {"type", "id", "stream", "epoch", "head", "member", "people"}
    assert joined["stream"].startswith("room:")
    assert set(joined["member"]) == {"id", "name"}
    assert joined["member"]["id"].startswith("m_")
    assert joined["head"] == 1  # one's own member.joined
    assert joined["people"] == 1


async def test_events_after_head_follow_and_none_before(party: Party) -> None:
    alice = await party.member()
    await alice.send(party.stream, "before")
    bob = await party.member()
    await alice.send(party.stream, "after")
    await bob.expect("message", text="after")
    assert [e["seq"] for e in bob.stream_events(party.stream)] == [bob.joined["head"] + 1]


async def test_the_room_is_told_and_so_is_ones_me(party: Party) -> None:
    alice = await party.member()
    bob = await party.member(name="Bob the Bold")
    event = await alice.expect("member.joined")
    assert event["member"] == bob.joined["member"] == {"id": bob.member, "name": "Bob the Bold"}
    assert event["seq"] == bob.joined["head"]
    mine = await bob.expect("joined", stream="me")
    assert mine["room_stream"] == party.stream
    assert mine["epoch"] == bob.joined["epoch"]
    assert mine["head"] == bob.joined["head"]
    assert mine["room"] == party.slug
    assert mine["member"] == bob.joined["member"]
    await alice.hears_nothing("joined", room=party.slug, member=bob.joined["member"])


async def test_joining_again_gives_the_same_member_and_tells_nobody(party: Party) -> None:
    alice = await party.member()
    bob = await party.member()
    await alice.expect("member.joined")
    again = await bob.join(party.slug, name="Another Name")
    assert again["member"] == bob.joined["member"]
    assert again["stream"] == bob.joined["stream"]
    assert again["head"] == bob.joined["head"]
    await alice.hears_nothing("member.joined")


async def test_after_a_leave_the_same_member_comes_back_and_the_name_is_ignored(party: Party) -> None:
    alice, bob = await party.members(2)
    await bob.leave(party.stream)
    again = await bob.join(party.slug, name="Another Name")
    assert again["member"] == bob.joined["member"]
    await alice.expect("member.left")
    event = await alice.expect("member.joined")
    assert event["member"] == bob.joined["member"]
    await alice.send(party.stream, "welcome back")
    assert (await bob.expect("message"))["seq"] == again["head"] + 1


async def test_leaving_and_joining_in_one_breath_begins_anew(party: Party) -> None:
    alice, bob = await party.members(2)
    other = await party.connect(bob.person)
    for turn in range(6):
        left = await bob.put("leave", stream=party.stream)
        joined = await bob.put("join", room=party.slug)
        sent = await bob.put("send", stream=party.stream, client_id=f"t{turn}", text=f"turn {turn}")
        assert (await left)["type"] == "ok"
        head = (await joined)["head"]
        assert (await sent)["status"] == "delivered"
        for speaker in (bob, other):
            event = await speaker.expect("message", text=f"turn {turn}")
            assert event["seq"] > head
        await alice.expect("message", text=f"turn {turn}")
    for speaker in (bob, other):
        numbers = [event["seq"] for event in speaker.stream_events(party.stream)]
        assert numbers == sorted(set(numbers))


async def test_an_unknown_room_is_not_found(party: Party) -> None:
    alice = await party.connect()
    for slug in ("no-such-room", "", "x" * 500, "../etc", "sleep'--"):
        assert (await refusal(alice.join(slug)))["code"] == "not_found"


@pytest.mark.parametrize("name", ["x", "x" * 33, " ", "\u202ex", "", "a\u0000"])
async def test_a_name_has_2_to_32_characters_after_cleaning(party: Party, name: str, once: None) -> None:
    alice = await party.connect()
    reply = await refusal(alice.do("join", room=party.slug, name=name))
    assert (reply["code"], reply["field"]) == ("bad_field", "name")


@pytest.mark.parametrize("name", ["ab", "x" * 32, "😀😀", "  Ada  "])
async def test_a_name_within_bounds_is_given_as_cleaned(party: Party, name: str) -> None:
    alice = await party.connect()
    assert (await alice.join(party.slug, name=name))["member"]["name"] == name.strip()


async def test_a_taken_name_is_conflict_by_nfkc_and_case_and_after_a_leave(party: Party) -> None:
    alice = await party.member(name="Quiet Straße")
    bob = await party.connect()
    for name in ("Quiet Straße", "quiet strasse", "QUIET STRASSE", "Ｑuiet Straße"):
        assert (await refusal(bob.join(party.slug, name=name)))["code"] == "conflict"
    await alice.leave(party.stream)
    assert (await refusal(bob.join(party.slug, name="quiet straße")))["code"] == "conflict"


async def test_a_name_that_one_bears_in_another_room_is_conflict(party: Party) -> None:
    alice = await party.member(name="Same Name")
    other = await party.inside.room()
    assert (await refusal(alice.join(other, name="same name")))["code"] == "conflict"
    bob = await party.connect()
    assert (await bob.join(other, name="Same Name"))["member"]["name"] == "Same Name"


async def test_nobody_comes_back_under_a_name_borne_elsewhere_by_now(party: Party) -> None:
    alice = await party.member(name="Same Name")
    other = await party.inside.room()
    await alice.leave(party.stream)
    there = await alice.join(other, name="same name")
    assert (await refusal(alice.join(party.slug)))["code"] == "conflict"
    await alice.leave(there["stream"])
    assert (await alice.join(party.slug))["member"]["name"] == "Same Name"


async def test_a_name_is_screened_like_text(party: Party, once: None) -> None:
    alice = await party.connect()
    reply = await refusal(alice.join(party.slug, name="kill yourself"))
    assert reply["code"] == "bad_field"
    assert reply["field"] == "name"


async def test_a_drawn_name_is_unique_in_the_room(party: Party) -> None:
    speakers = await party.members(8)
    assert len({speaker.joined["member"]["name"] for speaker in speakers}) == 8


async def test_two_who_ask_for_one_name_at_once_do_not_both_get_it(party: Party) -> None:
    speakers = [await party.connect() for _ in range(4)]
    replies = [await speaker.put("join", room=party.slug, name="Only One") for speaker in speakers]
    words = sorted([(await reply).get("code", "ok") for reply in replies])
    assert words == ["conflict", "conflict", "conflict", "ok"]


async def test_a_person_who_joins_twice_at_once_is_one_member(party: Party) -> None:
    guest = await party.house.guest()
    speakers = [await party.connect(guest) for _ in range(3)]
    replies = [await (await speaker.put("join", room=party.slug)) for speaker in speakers]
    futures = [await speaker.put("join", room=party.slug) for speaker in speakers]
    replies += [await future for future in futures]
    assert len({reply["member"]["id"] for reply in replies}) == 1


async def test_a_full_topic_room_names_an_open_one_of_the_topic(party: Party) -> None:
    slug = await party.inside.room(capacity=2)
    alice, bob, carol = [await party.connect() for _ in range(3)]
    await alice.join(slug)
    await bob.join(slug)
    reply = await refusal(carol.join(slug))
    assert reply["code"] == "room_full"
    other = reply["room"]
    assert other != slug
    assert (await carol.join(other))["people"] == 1
    answer = await party.house.get(f"rooms/{other}/")
    assert answer.json()["topic"] == slug
    # capacity counts connected people: one who goes makes room
    await alice.close()

    async def fits() -> bool:
        dora = await party.connect()
        return (await dora.ask("join", room=slug))["type"] == "ok"

    await eventually(fits)


async def test_the_21st_room_is_conflict_and_a_leave_makes_room(party: Party) -> None:
    alice = await party.connect()
    streams = []
    for _ in range(20):
        streams.append((await alice.join(await party.inside.room()))["stream"])
    assert (await refusal(alice.join(party.slug)))["code"] == "conflict"
    await alice.leave(streams[0])
    assert (await alice.join(party.slug))["type"] == "ok"
    again = await party.connect(alice.person)
    assert len(again.welcome["streams"]) == 21  # 20 rooms and `me`


async def test_a_closed_room_takes_nobody_new(party: Party) -> None:
    alice = await party.member()
    await party.inside.do("moderate", stream=party.stream, member=alice.member, action="close", on=True)
    await alice.expect("room.notice", code="closing")
    assert (await refusal((await party.connect()).join(party.slug)))["code"] == "forbidden"


async def test_all_connections_of_a_person_follow_from_the_join(party: Party) -> None:
    guest = await party.house.guest()
    phone, tablet = await party.connect(guest), await party.connect(guest)
    alice = await party.member()
    joined = await phone.join(party.slug)
    told = await tablet.expect("joined", stream="me")
    assert told["head"] == joined["head"]
    await asyncio.sleep(0.1)
    await alice.send(party.stream, "both")
    for speaker in (phone, tablet):
        event = await speaker.expect("message", text="both")
        assert event["seq"] == joined["head"] + 1
    assert (await tablet.send(party.stream, "from the tablet"))["status"] == "delivered"
