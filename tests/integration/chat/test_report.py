"""Telling the moderators about a message."""

import pytest

from protocol.errors import NotFound
from tests.integration.chat.people import Someone, queue_events


async def test_a_report_opens_the_authors_case(together: None, alice: Someone, bob: Someone) -> None:
    said = await alice.says("rude")
    assert await bob.reports(said["event_id"], "danger") == {"status": "received"}
    (opened,) = await queue_events()
    assert (opened["kind"], opened["case"]["level"], opened["case"]["room"]) == ("case.opened", "L3", "sleep")
    assert "rude" not in str(opened)
    assert await alice.me("card") == []


async def test_what_is_gone_can_still_be_reported(together: None, alice: Someone, bob: Someone) -> None:
    said = await alice.says("rude")
    await alice.takes_back(said["event_id"])
    assert await bob.reports(said["event_id"]) == {"status": "received"}


async def test_what_one_cannot_see_cannot_be_reported(together: None, alice: Someone, bob: Someone) -> None:
    said = await alice.says("rude")
    await bob.blocks(alice.id())
    for event_id in (said["event_id"], "01UNKNOWN"):
        with pytest.raises(NotFound):
            await bob.reports(event_id)
