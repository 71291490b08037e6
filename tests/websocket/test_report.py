"""Telling the moderators."""

from __future__ import annotations

import pytest

from tests.party import Party


@pytest.mark.parametrize("reason", ["harassment", "danger", "spam", "private", "other"])
async def test_a_report_is_received_and_told_to_nobody_in_the_room(party: Party, reason: str) -> None:
    alice, bob = await party.members(2)
    sent = await bob.send(party.stream, "something")
    before = len(bob.events)
    reply = await alice.do(
        "report", stream=party.stream, event_id=sent["event_id"], reason=reason, note="please look"
    )
    assert reply["status"] == "received"
    again = await alice.do("report", stream=party.stream, event_id=sent["event_id"], reason=reason)
    assert again["status"] == "received"
    await bob.hears_nothing("case.opened", within=0.1)
    assert len(bob.events) - before <= 1  # their own message at most


async def test_what_is_gone_can_be_reported(party: Party) -> None:
    alice, bob = await party.members(2)
    sent = await bob.send(party.stream, "something")
    await bob.do("remove", stream=party.stream, event_id=sent["event_id"])
    reply = await alice.do("report", stream=party.stream, event_id=sent["event_id"], reason="other")
    assert reply["status"] == "received"


async def test_what_cannot_be_seen_cannot_be_reported(party: Party) -> None:
    alice, bob = await party.members(2)
    hidden = await bob.send(party.stream, "hidden")
    joined = await alice.expect("member.joined")
    await alice.do("block", stream=party.stream, member=bob.member)
    for event_id in (hidden["event_id"], joined["event_id"], "01ARZ3NDEKTSV4RRFFQ69G5FAV"):
        reply = await alice.ask("report", stream=party.stream, event_id=event_id, reason="other")
        assert reply["code"] == "not_found"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("reason", "boredom", "bad_field"), ("reason", None, "bad_field"), ("event_id", None, "bad_field"),
        ("note", 5, "bad_field"), ("note", "x" * 1001, "too_long"),
    ],
)  # fmt: skip
async def test_a_wrong_field_is_named(party: Party, field: str, value: object, code: str, once: None) -> None:
    alice = await party.member()
    fields = {"event_id": "x", "reason": "other", "note": "n", "stream": party.stream} | {field: value}
    reply = await alice.ask("report", **fields)
    assert (reply["code"], reply["field"]) == (code, field)


async def test_a_note_of_1000_characters_is_taken(party: Party) -> None:
    alice, bob = await party.members(2)
    sent = await bob.send(party.stream, "something")
    fields = {"event_id": sent["event_id"], "reason": "other", "stream": party.stream}
    assert (await alice.do("report", note="é" * 1000, **fields))["status"] == "received"
    assert (await alice.do("report", note="  ", **fields))["status"] == "received"
