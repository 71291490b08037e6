"""State plus events equals fresh state, for every change."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from runtime import clock
from streams import db
from streams.models import Event
from tests.integration.chat.conftest import Told
from tests.integration.chat.people import Someone, moderate, room_events, state_of

Change = Callable[[Someone, Someone, Someone, str], Awaitable[object]]


async def remove_after_restore(alice: Someone, bob: Someone, charlie: Someone, said: str) -> None:
    await moderate("retract", alice, said)
    await moderate("restore", alice, said)
    await alice.takes_back(said)


async def retract_twice(alice: Someone, bob: Someone, charlie: Someone, said: str) -> None:
    await moderate("retract", alice, said)
    await moderate("restore", alice, said)
    await moderate("retract", alice, said)


async def restore(alice: Someone, bob: Someone, charlie: Someone, said: str) -> None:
    await moderate("retract", alice, said)
    await moderate("restore", alice, said)


async def release(alice: Someone, bob: Someone, charlie: Someone, said: str) -> None:
    await alice.says("H: later")
    await moderate("release", alice, await db.run(lambda: Event.objects.get(seq__isnull=True).pk))


async def refuse(alice: Someone, bob: Someone, charlie: Someone, said: str) -> None:
    await alice.says("H: never")
    await moderate("retract", alice, await db.run(lambda: Event.objects.get(seq__isnull=True).pk))


async def react_and_back(alice: Someone, bob: Someone, charlie: Someone, said: str) -> None:
    await bob.reacts(said, "hug")
    await bob.reacts(said, "heart")
    await bob.reacts(said, "hug", on=False)


async def come_and_go(alice: Someone, bob: Someone, charlie: Someone, said: str) -> None:
    await charlie.joins()
    await charlie.leaves()
    await charlie.joins()


async def ban(alice: Someone, bob: Someone, charlie: Someone, said: str) -> None:
    await moderate("ban", alice, alice.id(), until=None, on=True)


async def remove_member(alice: Someone, bob: Someone, charlie: Someone, said: str) -> None:
    await moderate("remove", alice, alice.id(), until=clock.now() + timedelta(hours=1))


CHANGES: dict[str, Change] = {
    "a message": lambda alice, bob, charlie, said: alice.says("more"),
    "a reply": lambda alice, bob, charlie, said: bob.says("yes", reply_to=said),
    "a held message": lambda alice, bob, charlie, said: alice.says("H: held"),
    "a removal": lambda alice, bob, charlie, said: alice.takes_back(said),
    "a reaction": lambda alice, bob, charlie, said: bob.reacts(said),
    "a retraction": lambda alice, bob, charlie, said: moderate("retract", alice, said),
    "slow mode": lambda alice, bob, charlie, said: moderate("slow_mode", alice, seconds=5),
    "closing": lambda alice, bob, charlie, said: moderate("close", alice, on=True),
    "a block": lambda alice, bob, charlie, said: bob.blocks(alice.id()),
    "a leave": lambda alice, bob, charlie, said: alice.leaves(),
    "reactions": react_and_back,
    "a restoration": restore,
    "a removal after a restoration": remove_after_restore,
    "a second retraction": retract_twice,
    "a release": release,
    "a refusal": refuse,
    "coming and going": come_and_go,
    "a ban": ban,
    "a removal from the room": remove_member,
}


@pytest.mark.parametrize("change", CHANGES)
async def test_the_events_tell_all_of_a_change(
    together: None, marked: None, told: Told, alice: Someone, bob: Someone, charlie: Someone, change: str
) -> None:
    said = await alice.says("hello")
    before = await room_events()
    told.lines.clear()
    await CHANGES[change](alice, bob, charlie, said["event_id"])
    live = told.events(alice.rooms["sleep"].stream.id)
    after = await room_events()
    assert state_of(live, state_of(before)) == state_of(after)
    assert [event["seq"] for event in live] == list(range(len(before) + 1, len(after) + 1))
