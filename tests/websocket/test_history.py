"""Reading back."""

from __future__ import annotations

import json

import pytest

from tests.party import Party


async def test_the_latest_page_comes_in_rising_seq_with_head_and_more(party: Party) -> None:
    alice = await party.member()
    head = await party.stuff(alice, 60)
    page = await alice.history(party.stream)
    assert set(page) == {"type", "id", "events", "head", "more"}
    assert [e["seq"] for e in page["events"]] == list(range(head - 49, head + 1))
    assert (page["head"], page["more"]) == (head, True)
    whole = await alice.history(party.stream, limit=200)
    assert [e["seq"] for e in whole["events"]] == list(range(1, head + 1))
    assert whole["more"] is False


async def test_before_and_after_are_exclusive_and_more_speaks_of_the_direction_asked(party: Party) -> None:
    alice = await party.member()
    head = await party.stuff(alice, 20)
    for bounds, seqs, more in (
        ({"before": 10, "limit": 5}, [5, 6, 7, 8, 9], True),
        ({"before": 6, "limit": 5}, [1, 2, 3, 4, 5], False),
        ({"before": 1}, [], False),
        ({"before": 0}, [], False),
        ({"before": head + 100, "limit": 2}, [head - 1, head], True),
        ({"after": 10, "limit": 5}, [11, 12, 13, 14, 15], True),
        ({"after": head - 2, "limit": 2}, [head - 1, head], False),
        ({"after": 0, "limit": 1}, [1], True),
        ({"after": head}, [], False),
        ({"after": head + 5}, [], False),
    ):
        page = await alice.history(party.stream, **bounds)
        assert ([e["seq"] for e in page["events"]], page["more"]) == (seqs, more), bounds


async def test_both_bounds_at_once_are_bad_field(party: Party, once: None) -> None:
    alice = await party.member()
    reply = await alice.ask("history", stream=party.stream, before=5, after=1)
    assert reply["code"] == "bad_field"
    assert reply["field"] in ("before", "after")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("limit", 0),
        ("limit", 201),
        ("limit", "5"),
        ("before", -1),
        ("after", -1),
        ("after", "x"),
        ("before", 2**53),
    ],
)
async def test_a_wrong_bound_is_named(party: Party, field: str, value: object, once: None) -> None:
    alice = await party.member()
    reply = await alice.ask("history", stream=party.stream, **{field: value})
    assert (reply["code"], reply["field"]) == ("bad_field", field)


async def test_a_page_ends_early_where_the_reply_would_pass_256_kib(party: Party) -> None:
    alice = await party.member()
    head = await party.stuff(alice, 100, text="é" * 3500)
    for bounds in ({"limit": 200}, {"after": 0, "limit": 200}):
        page = await alice.history(party.stream, **bounds)
        assert page["more"] is True
        assert 20 < len(page["events"]) < 100
        seqs = [e["seq"] for e in page["events"]]
        assert seqs == list(range(seqs[0], seqs[-1] + 1))
        assert (seqs[0] == 1) if "after" in bounds else (seqs[-1] == head)
    for frame in alice.frames:
        assert len(str(frame).encode()) <= 262_144


async def test_walking_back_reads_every_event_once(party: Party) -> None:
    alice = await party.member()
    head = await party.stuff(alice, 120, text="é" * 2500)
    seen: list[int] = []
    bounds: dict[str, int] = {}
    while True:
        page = await alice.history(party.stream, limit=50, **bounds)
        seen = [e["seq"] for e in page["events"]] + seen
        if not page["more"]:
            break
        bounds = {"before": seen[0]}
    assert seen == list(range(1, head + 1))


async def test_history_shows_what_was_pushed(party: Party) -> None:
    alice, bob = await party.members(2)
    sent = await bob.send(party.stream, "hello")
    await bob.send(party.stream, "again", reply_to=sent["event_id"])
    await bob.do("react", stream=party.stream, event_id=sent["event_id"], reaction="hug", on=True)
    await alice.expect("reaction")
    page = (await alice.history(party.stream, after=alice.joined["head"]))["events"]
    assert page == alice.stream_events(party.stream)


async def test_members_may_read_from_before_they_joined(party: Party) -> None:
    alice = await party.member()
    await alice.send(party.stream, "long ago")
    bob = await party.member()
    page = (await bob.history(party.stream))["events"]
    assert [e["text"] for e in page if e["kind"] == "message"] == ["long ago"]


async def test_me_is_read_on_every_socket(party: Party) -> None:
    alice = await party.member()
    page = await alice.history("me")
    assert [e["kind"] for e in page["events"]] == ["joined"]
    assert page["head"] == 1
    assert all(e["stream"] == "me" for e in page["events"])
    person = await party.house.sign_in("bob")
    async with party.house.connect(person, socket="family") as family:
        assert (await family.history("me"))["type"] == "ok"


async def test_a_page_is_one_object_on_one_line(party: Party, once: None) -> None:
    alice = await party.member()
    await alice.send(party.stream, "two\nlines")
    await alice.history(party.stream)
    assert all(
        isinstance(json.loads(line), dict) for frame in alice.frames for line in str(frame).split("\n")
    )
