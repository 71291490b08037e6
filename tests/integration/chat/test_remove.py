"""Taking back one's own message."""

import pytest

from chat.models import Fingerprint
from chat.moderating import actions
from protocol.errors import Conflict, Forbidden, NotFound
from streams import db
from streams.models import Event
from streams.transaction import from_row
from tests.integration.chat.people import Someone, moderate, ref_of, room_events


async def stored_text(event_id: str) -> str | None:
    ref = await ref_of()
    stored = await db.run(lambda: from_row(Event.objects.get(pk=event_id), ref))
    return stored.fields.get("text")


async def test_alice_takes_back_what_she_said(together: None, alice: Someone) -> None:
    said = await alice.says("oh no")
    removal = await alice.takes_back(said["event_id"])
    *_, message, removed = await room_events()
    assert (message["gone"], "text" in message) == ("removed", False)
    assert message["member"] == alice.rooms["sleep"].wire
    assert (removed["kind"], removed["target"], removed["seq"]) == (
        "message.removed", said["event_id"], removal["seq"],
    )  # fmt: skip
    assert await stored_text(said["event_id"]) is None


async def test_removing_again_gives_the_same_seq(together: None, alice: Someone) -> None:
    said = await alice.says("oh no")
    first = await alice.takes_back(said["event_id"])
    assert await alice.takes_back(said["event_id"]) == first


async def test_bob_may_not_remove_what_alice_said(together: None, alice: Someone, bob: Someone) -> None:
    said = await alice.says("mine")
    with pytest.raises(Forbidden):
        await bob.takes_back(said["event_id"])


async def test_what_one_cannot_see_cannot_be_removed(
    together: None, marked: None, alice: Someone, bob: Someone
) -> None:
    said = await alice.says("mine")
    await bob.blocks(alice.id())
    for event_id in (said["event_id"], "01UNKNOWN"):
        with pytest.raises(NotFound):
            await bob.takes_back(event_id)


async def test_a_held_message_is_withdrawn_by_its_client_id(
    together: None, marked: None, alice: Someone, bob: Someone
) -> None:
    held = await alice.says("H: method", client_id="k")
    with pytest.raises(NotFound):
        await bob.takes_back(client_id="k")
    assert await alice.takes_back(client_id="k") == {}
    assert await alice.takes_back(client_id="k") == {}
    assert await alice.says("H: method", client_id="k") == held
    event_id = await db.run(lambda: Event.objects.get(client_id="k").pk)
    with pytest.raises(Conflict):
        await moderate("release", alice, event_id)


async def test_a_resend_after_a_removal_gives_the_old_answer(together: None, alice: Someone) -> None:
    said = await alice.says("oh no", client_id="k")
    await alice.takes_back(said["event_id"])
    assert await alice.says("oh no", client_id="k") == said
    with pytest.raises(Conflict):
        await alice.says("something else", client_id="k")
    assert await db.run(Fingerprint.objects.count) == 1


async def test_moderators_of_an_open_case_can_still_read_it(
    together: None, alice: Someone, bob: Someone
) -> None:
    said = await alice.says("rude")
    await bob.reports(said["event_id"])
    await alice.takes_back(said["event_id"])
    assert "text" not in (await room_events())[-2]
    assert await db.run(actions.text_of, [said["event_id"]]) == {said["event_id"]: "rude"}
