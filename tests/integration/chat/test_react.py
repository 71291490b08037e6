"""Reacting to a message."""

import pytest

from protocol.errors import NotFound, NotMember
from tests.integration.chat.people import Someone, room_events


async def test_bob_gives_a_heart(together: None, alice: Someone, bob: Someone) -> None:
    said = await alice.says("a hard day")
    answer = await bob.reacts(said["event_id"])
    event = (await room_events())[-1]
    assert event["seq"] == answer["seq"]
    assert (event["kind"], event["target"], event["reaction"], event["on"]) == (
        "reaction", said["event_id"], "heart", True,
    )  # fmt: skip
    assert event["member"] == bob.rooms["sleep"].wire


async def test_what_changes_nothing_leaves_no_trace(together: None, alice: Someone, bob: Someone) -> None:
    said = await alice.says("a hard day")
    assert await bob.reacts(said["event_id"], on=False) == {}
    await bob.reacts(said["event_id"])
    before = await room_events()
    assert await bob.reacts(said["event_id"]) == {}
    assert await room_events() == before
    assert "seq" in await bob.reacts(said["event_id"], on=False)
    assert "seq" in await bob.reacts(said["event_id"], "hug")


async def test_what_is_gone_held_or_unknown_cannot_be_reacted_to(
    together: None, marked: None, alice: Someone, bob: Someone
) -> None:
    said = await alice.says("oh no")
    await alice.takes_back(said["event_id"])
    for event_id in (said["event_id"], "01UNKNOWN"):
        with pytest.raises(NotFound):
            await bob.reacts(event_id)


async def test_who_left_reacts_no_more(together: None, alice: Someone, bob: Someone) -> None:
    said = await alice.says("hello")
    await bob.leaves()
    with pytest.raises(NotMember):
        await bob.reacts(said["event_id"])
