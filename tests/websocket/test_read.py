"""Moving one's read mark."""

from __future__ import annotations

import asyncio

import pytest

from tests.party import Party
from tests.speaker import SILENCE, Json, Speaker


async def signals(speaker: Speaker, kind: str) -> list[Json]:
    await asyncio.sleep(SILENCE)
    return [one for one in speaker.objects if one["type"] == "signal" and one["kind"] == kind]


async def test_the_mark_moves_forward_and_other_devices_of_the_person_are_told(party: Party) -> None:
    alice, bob = await party.members(2)
    tablet = await party.connect(alice.person)
    sent = await bob.send(party.stream, "hello")
    assert set(await alice.do("read", stream=party.stream, seq=sent["seq"])) == {"type", "id"}
    signal = await tablet.signal("read")
    assert (signal["stream"], signal["seq"]) == (party.stream, sent["seq"])
    assert await signals(alice, "read") == []
    assert await signals(bob, "read") == []
    again = await party.connect(alice.person)
    assert again.welcome["streams"][party.stream]["read"] == sent["seq"]


async def test_backwards_is_ok_and_changes_nothing(party: Party) -> None:
    alice = await party.member()
    sent = await alice.send(party.stream, "hello")
    await alice.do("read", stream=party.stream, seq=sent["seq"])
    tablet = await party.connect(alice.person)
    for seq in (0, sent["seq"] - 1, sent["seq"]):
        assert (await alice.do("read", stream=party.stream, seq=seq))["type"] == "ok"
    assert await signals(tablet, "read") == []
    again = await party.connect(alice.person)
    assert again.welcome["streams"][party.stream]["read"] == sent["seq"]


async def test_beyond_the_head_is_bad_field(party: Party) -> None:
    alice = await party.member()
    for stream, head in ((party.stream, 1), ("me", 1)):
        assert (await alice.do("read", stream=stream, seq=head))["type"] == "ok"
        reply = await alice.ask("read", stream=stream, seq=head + 1)
        assert (reply["code"], reply["field"]) == ("bad_field", "seq")


@pytest.mark.parametrize("seq", [-1, "1", None, 1.5])
async def test_a_seq_is_a_whole_number(party: Party, seq: object, once: None) -> None:
    alice = await party.member()
    reply = await alice.ask("read", stream=party.stream, seq=seq)
    assert (reply["code"], reply["field"]) == ("bad_field", "seq")


async def test_me_has_a_mark_of_its_own(party: Party) -> None:
    alice = await party.member()
    tablet = await party.connect(alice.person)
    await alice.do("read", stream="me", seq=1)
    assert (await tablet.signal("read", stream="me"))["seq"] == 1
    again = await party.connect(alice.person)
    assert again.welcome["streams"]["me"].get("read") == 1
