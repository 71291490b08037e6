"""State plus events equals fresh state, for every change a room can see."""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.party import Party
from tests.speaker import Json, Speaker

State = dict[str, Any]


def empty() -> State:
    return {"messages": {}, "members": {}, "seq": 0}


def apply(state: State, event: Json) -> None:
    """Change what a client knows of a room by one event, as the page says."""
    assert event["seq"] == state["seq"] + 1, "a hole or a repeat"
    state["seq"] = event["seq"]
    kind, target = event["kind"], state["messages"].get(event.get("target"))
    if kind == "message":
        kept = {k: event[k] for k in ("member", "text", "reply_to", "written_at", "gone") if k in event}
        state["messages"][event["event_id"]] = {**kept, "reactions": []}
    elif kind in ("message.removed", "message.retracted") and target is not None:
        target.pop("text", None)
        target["gone"] = kind.removeprefix("message.")
    elif kind == "message.restored" and target is not None and "text" in event:
        target.pop("gone", None)
        target["text"] = event["text"]
    elif kind == "reaction" and target is not None:
        mark = (event["member"]["id"], event["reaction"])
        others = [one for one in target["reactions"] if one != mark]
        target["reactions"] = sorted([*others, mark] if event["on"] else others)
    elif kind == "member.joined":
        state["members"][event["member"]["id"]] = event["member"]["name"]
    elif kind == "member.left":
        state["members"].pop(event["member"]["id"], None)


async def fresh(speaker: Speaker, stream: str) -> State:
    """Return what a client that knows nothing reads now."""
    state = empty()
    page = await speaker.history(stream, after=0, limit=200)
    for event in page["events"]:
        apply(state, event)
    return state


class Scene:
    """Alice watches; Bob and Carol do things."""

    def __init__(self, party: Party, alice: Speaker, bob: Speaker, carol: Speaker) -> None:
        self.party, self.alice, self.bob, self.carol = party, alice, bob, carol
        self.stream = party.stream
        self.sent: list[Json] = []

    async def act(self, action: str, **more: Any) -> None:
        await self.party.inside.do(
            "moderate", stream=self.stream, member=self.bob.member, action=action, **more
        )

    async def held(self) -> str:
        await self.bob.send(self.stream, "kys", client_id="h")
        event_id: str = await self.party.inside.do("held", stream=self.stream, client_id="h")
        return event_id


async def say(scene: Scene) -> None:
    await scene.bob.send(scene.stream, "new", reply_to=scene.sent[0]["event_id"])


async def take_back(scene: Scene) -> None:
    await scene.bob.do("remove", stream=scene.stream, event_id=scene.sent[0]["event_id"])


async def react(scene: Scene) -> None:
    for on in (True, False, True):
        await scene.carol.do(
            "react", stream=scene.stream, event_id=scene.sent[0]["event_id"], reaction="hug", on=on
        )


async def come(scene: Scene) -> None:
    await scene.party.member()


async def go(scene: Scene) -> None:
    await scene.carol.leave(scene.stream)


async def go_and_come(scene: Scene) -> None:
    await scene.carol.leave(scene.stream)
    await scene.carol.join(scene.party.slug)


async def release(scene: Scene) -> None:
    await scene.act("release", event_id=await scene.held())


async def refuse(scene: Scene) -> None:
    await scene.act("retract", event_id=await scene.held())


async def retract(scene: Scene) -> None:
    await scene.act("retract", event_id=scene.sent[0]["event_id"])


async def restore(scene: Scene) -> None:
    await retract(scene)
    await scene.act("restore", event_id=scene.sent[0]["event_id"])


async def restore_and_remove(scene: Scene) -> None:
    await restore(scene)
    await take_back(scene)


async def ban(scene: Scene) -> None:
    await scene.act("ban", until_s=None, on=True)


async def slow(scene: Scene) -> None:
    await scene.act("slow_mode", seconds=10)


CHANGES: list[Callable[[Scene], Awaitable[None]]] = [
    say, take_back, react, come, go, go_and_come, release, refuse, retract, restore, restore_and_remove, ban,
    slow,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_events_bring_an_old_state_to_what_a_fresh_reader_sees(
    party: Party, change: Callable[[Scene], Awaitable[None]]
) -> None:
    alice, bob, carol = await party.members(3)
    scene = Scene(party, alice, bob, carol)
    scene.sent = [await bob.send(party.stream, "first"), await carol.send(party.stream, "second")]
    before = await fresh(alice, party.stream)
    await change(scene)
    head = (await alice.history(party.stream, limit=1))["head"]
    await alice.until(
        lambda: next((e for e in alice.stream_events(party.stream) if e["seq"] >= head), None), 10, "head"
    )
    state = copy.deepcopy(before)
    for event in alice.stream_events(party.stream):
        if event["seq"] > before["seq"]:
            apply(state, event)
    assert state == await fresh(alice, party.stream)
    members = (await alice.do("members", stream=party.stream))["members"]
    assert state["members"] == {m["id"]: m["name"] for m in members}
