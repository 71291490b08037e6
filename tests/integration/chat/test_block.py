"""Blocking a member of a room."""

import pytest

from chat import blocks
from chat.models import PairBlock
from protocol.errors import BadField, NotFound
from streams import db, log
from tests.integration.chat.people import Someone, ref_of


async def test_what_the_blocked_did_becomes_hidden(together: None, alice: Someone, bob: Someone) -> None:
    mine = await alice.says("hello")
    theirs = await bob.says("rude")
    await bob.reacts(mine["event_id"])
    await bob.takes_back(theirs["event_id"])
    assert await alice.blocks(bob.id()) == {}
    events = (await alice.asks_history())["events"]
    assert [event["kind"] for event in events] == [
        "member.joined", "hidden", "message", "hidden", "hidden", "hidden",
    ]  # fmt: skip
    assert [event["seq"] for event in events] == [1, 2, 3, 4, 5, 6]
    assert set(events[3]) == {"type", "stream", "seq", "event_id", "kind", "at"}
    assert events[3]["event_id"] == theirs["event_id"]


async def test_it_is_one_way_and_untold(together: None, alice: Someone, bob: Someone) -> None:
    await alice.blocks(bob.id())
    await alice.says("can he read this?")
    events = (await bob.asks_history())["events"]
    assert "hidden" not in [event["kind"] for event in events]
    assert [event["kind"] for event in await bob.me()] == ["joined"]
    listed = await alice.asks_members()
    assert {member["id"] for member in listed["members"]} == {alice.id(), bob.id()}


async def test_the_blocked_cannot_be_answered_reacted_to_or_reported(
    together: None, alice: Someone, bob: Someone
) -> None:
    theirs = await bob.says("rude")
    await alice.blocks(bob.id())
    with pytest.raises(NotFound):
        await alice.says("what?", reply_to=theirs["event_id"])
    with pytest.raises(NotFound):
        await alice.reacts(theirs["event_id"])
    with pytest.raises(NotFound):
        await alice.reports(theirs["event_id"])


async def test_the_hub_hears_of_every_change(together: None, alice: Someone, bob: Someone) -> None:
    ref = await ref_of()
    before = (await db.run(log.heads, [ref.id]))[ref.id].version
    await alice.blocks(bob.id())
    await alice.blocks(bob.id())
    assert await db.run(blocks.blocked_by, ref.id) == {alice.id(): frozenset({bob.id()})}
    assert (await db.run(log.heads, [ref.id]))[ref.id].version == before + 1
    await alice.unblocks(bob.id())
    assert await db.run(blocks.blocked_by, ref.id) == {}
    assert (await db.run(log.heads, [ref.id]))[ref.id].version == before + 2


async def test_unblocking_frees_the_pair_again(together: None, alice: Someone, bob: Someone) -> None:
    await alice.blocks(bob.id())
    await bob.blocks(alice.id())
    assert await db.run(lambda: PairBlock.objects.get().rooms) == 2
    await alice.unblocks(bob.id())
    assert await db.run(PairBlock.objects.count) == 1
    await bob.unblocks(alice.id())
    await bob.unblocks(alice.id())
    assert await db.run(PairBlock.objects.count) == 0


async def test_oneself_and_strangers_cannot_be_blocked(together: None, alice: Someone) -> None:
    with pytest.raises(BadField) as refused:
        await alice.blocks(alice.id())
    assert refused.value.field == "member"
    with pytest.raises(NotFound):
        await alice.blocks("m_nobody")
