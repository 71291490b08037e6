"""Signals: typing and presence."""

from __future__ import annotations

import asyncio

from tests.party import Party
from tests.speaker import SILENCE, Speaker


async def heard(speaker: Speaker, kind: str) -> list[dict[str, object]]:
    await asyncio.sleep(SILENCE)
    return [one for one in speaker.objects if one["type"] == "signal" and one["kind"] == kind]


async def test_typing_is_told_to_the_others_and_stored_nowhere(party: Party) -> None:
    alice, bob = await party.members(2)
    for on in (True, False):
        assert set(await alice.do("typing", stream=party.stream, on=on)) == {"type", "id"}
        signal = await bob.signal("typing", on=on)
        assert signal == {
            "type": "signal", "stream": party.stream, "kind": "typing", "on": on,
            "member": alice.joined["member"],
        }  # fmt: skip
    page = await bob.history(party.stream)
    assert page["head"] == bob.joined["head"]
    assert not [e for e in page["events"] if e["kind"] == "typing"]


async def test_a_blockers_screen_shows_no_typing_of_the_blocked(party: Party) -> None:
    alice, bob, carol = await party.members(3)
    await alice.do("block", stream=party.stream, member=bob.member)
    await bob.do("typing", stream=party.stream, on=True)
    await carol.signal("typing")
    assert await heard(alice, "typing") == []
    await alice.do("typing", stream=party.stream, on=True)  # one way: the other is not told
    assert len(await heard(bob, "typing")) == 1


async def test_a_muted_member_is_not_shown_typing(party: Party) -> None:
    alice, bob = await party.members(2)
    await party.inside.do(
        "moderate", stream=party.stream, member=bob.member, action="mute", until_s=60, on=True
    )
    await bob.ask("send", stream=party.stream, client_id="c", text="refused")  # now this process knows
    await bob.do("typing", stream=party.stream, on=True)
    assert await heard(alice, "typing") == []


async def test_on_is_needed(party: Party, once: None) -> None:
    alice = await party.member()
    for bad in (None, 1, "true"):
        reply = await alice.ask("typing", stream=party.stream, on=bad)
        assert (reply["code"], reply["field"]) == ("bad_field", "on")


async def test_presence_tells_how_many_people_are_here(party: Party) -> None:
    alice = await party.member()
    signal = await alice.signal("presence")
    assert signal == {"type": "signal", "stream": party.stream, "kind": "presence", "people": 1}
