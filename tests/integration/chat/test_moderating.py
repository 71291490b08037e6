"""What a moderator can do in a room, and its inverse."""

from datetime import timedelta

import pytest

from accounts import sealed
from accounts.registries import erase_person
from chat.moderating import actions
from moderation import ports
from protocol.errors import Banned, Conflict, NotFound
from runtime import clock
from streams import db
from streams.models import Event
from tests.integration.chat.conftest import Told
from tests.integration.chat.people import Someone, moderate, ref_of, room_events


async def held_id() -> str:
    return await db.run(lambda: Event.objects.get(seq__isnull=True).pk)


def test_chat_fills_the_port() -> None:
    assert ports.room_actions() is actions
    assert all(hasattr(actions, name) for name in dir(ports.RoomActions) if not name.startswith("_"))


async def test_a_released_message_is_new_at_the_head(
    together: None, marked: None, alice: Someone, bob: Someone
) -> None:
    await alice.says("H: perhaps", client_id="k")
    await bob.says("meanwhile")
    event_id = await held_id()
    await moderate("release", alice, event_id)
    *_, earlier, released = await room_events()
    assert earlier["text"] == "meanwhile"
    assert (released["kind"], released["text"], released["event_id"]) == ("message", "H: perhaps", event_id)
    assert released["written_at"] < released["at"]
    assert "review_by" not in released
    (told,) = await alice.me("message.released")
    assert (told["client_id"], told["target"]) == ("k", event_id)
    again = await alice.says("H: perhaps", client_id="k")
    assert (again["status"], again["seq"]) == ("delivered", released["seq"])
    with pytest.raises(Conflict):
        await moderate("release", alice, event_id)


async def test_a_refused_message_reaches_nobody(together: None, marked: None, alice: Someone) -> None:
    await alice.says("H: method", client_id="k")
    before = await room_events()
    await moderate("retract", alice, await held_id())
    assert await room_events() == before
    assert [event["client_id"] for event in await alice.me("message.refused")] == ["k"]
    assert await alice.says("H: method", client_id="k") == {"status": "refused"}


async def test_a_retracted_message_can_be_restored(together: None, alice: Someone, told: Told) -> None:
    said = await alice.says("was it so bad?")
    await moderate("retract", alice, said["event_id"])
    *_, message, retracted = await room_events()
    assert (message["gone"], "text" in message) == ("retracted", False)
    assert (retracted["kind"], retracted["target"]) == ("message.retracted", said["event_id"])
    await moderate("restore", alice, said["event_id"])
    *_, message, _, restored = await room_events()
    assert (message["text"], "gone" in message) == ("was it so bad?", False)
    assert (restored["kind"], restored["text"]) == ("message.restored", "was it so bad?")
    await alice.takes_back(said["event_id"])
    *_, restored, _ = await room_events()
    assert (restored["kind"], "text" in restored) == ("message.restored", False)
    assert alice.rooms["sleep"].stream.id in told.forgotten
    with pytest.raises(Conflict):
        await moderate("restore", alice, said["event_id"])


async def test_a_resend_of_what_was_retracted_gives_the_old_answer(together: None, alice: Someone) -> None:
    said = await alice.says("so bad", client_id="k")
    await moderate("retract", alice, said["event_id"])
    assert await alice.says("so bad", client_id="k") == said


async def test_a_removal_ends_by_itself(together: None, alice: Someone) -> None:
    until = clock.now() + timedelta(minutes=10)
    await moderate("remove", alice, alice.id(), until=until)
    assert (await room_events())[-1]["kind"] == "member.left"
    assert (await alice.me())[-1]["reason"] == "removed"
    with pytest.raises(Banned):
        await alice.joins()
    await moderate("remove", alice, alice.id(), until=clock.now() - timedelta(seconds=1))
    await alice.joins()


async def test_a_removed_member_may_be_let_in_early(together: None, alice: Someone) -> None:
    await moderate("remove", alice, alice.id(), until=clock.now() + timedelta(minutes=10))
    await moderate("readmit", alice, alice.id())
    await alice.joins()


async def test_slow_mode_says_what_it_was_before(together: None, alice: Someone) -> None:
    assert await moderate("slow_mode", alice, seconds=10) == 0
    assert await moderate("slow_mode", alice, seconds=0) == 10


async def test_a_card_is_sent_by_hand(together: None, alice: Someone) -> None:
    await moderate("send_card", alice, alice.id())
    assert len(await alice.me("card")) == 1


async def test_what_is_not_there_is_not_found(together: None, alice: Someone, charlie: Someone) -> None:
    for action in ("release", "retract", "restore"):
        with pytest.raises(NotFound):
            await moderate(action, alice, "01UNKNOWN")
    ref = await ref_of()
    with pytest.raises(NotFound):
        await db.run(actions.streams_of, ref, "m_nobody")


async def test_an_erased_author_can_still_be_acted_on(
    together: None, marked: None, alice: Someone, bob: Someone
) -> None:
    await alice.says("H: perhaps")
    said = await alice.says("L3: flagged")
    held = await held_id()
    await db.run(erase_person, alice.principal.person_id)
    for action in ("release", "retract"):  # what they wrote was taken back with them
        with pytest.raises(Conflict):
            await moderate(action, alice, held)
    with pytest.raises(Conflict):
        await moderate("retract", alice, said["event_id"])
    await moderate("mute", alice, alice.id(), until=None, on=True)
    await moderate("hold", alice, alice.id(), on=True)
    await moderate("remove", alice, alice.id(), until=clock.now() + timedelta(minutes=10))
    await moderate("ban", alice, alice.id(), until=None, on=True)
    with pytest.raises(NotFound):
        await moderate("send_card", alice, alice.id())


@pytest.mark.parametrize("action", ["release", "retract"])
async def test_of_a_held_message_whose_author_belongs_to_nobody_no_me_is_told(
    together: None, marked: None, alice: Someone, action: str
) -> None:
    await alice.says("H: perhaps")
    said = await alice.says("L3: flagged")
    event_id = await held_id()
    await db.run(sealed.forget, alice.principal.person_id)
    await moderate(action, alice, event_id)
    await moderate("retract", alice, said["event_id"])
    await moderate("remove", alice, alice.id(), until=clock.now() + timedelta(minutes=10))
    assert (await room_events())[-1]["kind"] == "member.left"
    assert [event["kind"] for event in await alice.me()][-1] in ("message.held", "card")
