"""Who is in a room."""

from __future__ import annotations

from tests.party import Party


async def test_members_are_listed_with_names_and_people_counted(party: Party) -> None:
    alice, bob = await party.members(2)
    reply = await alice.do("members", stream=party.stream)
    assert set(reply) == {"type", "id", "members", "people"}
    assert {m["id"]: m["name"] for m in reply["members"]} == {
        who.member: who.joined["member"]["name"] for who in (alice, bob)
    }
    assert all(set(m) == {"id", "name", "here"} for m in reply["members"])
    assert reply["people"] == 2


async def test_two_connections_of_a_person_are_one_member_and_one_of_the_people(party: Party) -> None:
    alice = await party.member()
    await party.connect(alice.person)
    reply = await alice.do("members", stream=party.stream)
    assert (len(reply["members"]), reply["people"]) == (1, 1)
    assert (await (await party.connect()).join(party.slug))["people"] == 2


async def test_who_left_is_not_listed_and_who_only_dropped_is(party: Party) -> None:
    alice, bob, carol = await party.members(3)
    await bob.leave(party.stream)
    await carol.close()
    listed = {m["id"] for m in (await alice.do("members", stream=party.stream))["members"]}
    assert listed == {alice.member, carol.member}


async def test_those_here_come_first(party: Party) -> None:
    speakers = await party.members(4)
    await speakers[1].close()
    listed = (await speakers[0].do("members", stream=party.stream))["members"]
    flags = [m["here"] for m in listed]
    assert flags == sorted(flags, reverse=True)
    assert next(m for m in listed if m["id"] == speakers[0].member)["here"] is True


async def test_a_blocked_member_stays_in_the_list(party: Party) -> None:
    alice, bob = await party.members(2)
    await alice.do("block", stream=party.stream, member=bob.member)
    listed = {m["id"] for m in (await alice.do("members", stream=party.stream))["members"]}
    assert bob.member in listed
