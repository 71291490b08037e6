"""Reacting to a message."""

from __future__ import annotations

import pytest

from tests.party import Party


@pytest.mark.parametrize("reaction", ["heart", "hug", "strength", "thanks"])
async def test_a_reaction_is_told_to_everyone(party: Party, reaction: str) -> None:
    alice, bob = await party.members(2)
    sent = await alice.send(party.stream, "hello")
    reply = await bob.do("react", stream=party.stream, event_id=sent["event_id"], reaction=reaction, on=True)
    for speaker in (alice, bob):
        event = await speaker.expect("reaction")
        assert event["seq"] == reply["seq"]
        assert event["target"] == sent["event_id"]
        assert event["member"] == bob.joined["member"]
        assert (event["reaction"], event["on"]) == (reaction, True)


async def test_what_changes_nothing_has_no_seq_and_tells_nobody(party: Party) -> None:
    alice, bob = await party.members(2)
    sent = await alice.send(party.stream, "hello")
    fields = {"stream": party.stream, "event_id": sent["event_id"], "reaction": "hug"}
    assert "seq" not in await bob.do("react", on=False, **fields)
    assert "seq" in await bob.do("react", on=True, **fields)
    await alice.expect("reaction", on=True)
    assert "seq" not in await bob.do("react", on=True, **fields)
    assert "seq" in await bob.do("react", on=False, **fields)
    await alice.expect("reaction", on=False)
    assert "seq" not in await bob.do("react", on=False, **fields)
    await alice.hears_nothing("reaction")


async def test_the_same_reaction_at_once_counts_once(party: Party) -> None:
    alice = await party.member()
    tablet = await party.connect(alice.person)
    sent = await alice.send(party.stream, "hello")
    fields = {"stream": party.stream, "event_id": sent["event_id"], "reaction": "hug", "on": True}
    futures = [await speaker.put("react", **fields) for _ in range(3) for speaker in (alice, tablet)]
    replies = [await future for future in futures]
    assert len([reply for reply in replies if "seq" in reply]) == 1
    assert all(reply["type"] == "ok" for reply in replies)


async def test_unknown_gone_hidden_and_other_things_are_not_found(party: Party) -> None:
    alice, bob = await party.members(2)
    joined = await alice.expect("member.joined")
    gone = await alice.send(party.stream, "gone")
    await alice.do("remove", stream=party.stream, event_id=gone["event_id"])
    hidden = await bob.send(party.stream, "hidden")
    await alice.do("block", stream=party.stream, member=bob.member)
    other = await alice.join(await party.inside.room())
    elsewhere = await alice.send(other["stream"], "elsewhere")
    for target in (gone, hidden, elsewhere, joined, {"event_id": "nothing"}):
        reply = await alice.ask(
            "react", stream=party.stream, event_id=target["event_id"], reaction="hug", on=True
        )
        assert reply["code"] == "not_found"


@pytest.mark.parametrize(
    ("field", "value"),
    [("reaction", "angry"), ("reaction", None), ("on", "yes"), ("on", None), ("event_id", 5)],
)
async def test_a_wrong_field_is_named(party: Party, field: str, value: object, once: None) -> None:
    alice = await party.member()
    fields = {"event_id": "x", "reaction": "hug", "on": True, "stream": party.stream} | {field: value}
    reply = await alice.ask("react", **fields)
    assert (reply["code"], reply["field"]) == ("bad_field", field)
