"""Anything may come through the door: it is answered, and nothing breaks."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed

from tests.party import Party
from tests.speaker import Speaker

WORDS = [
    "hello", "ack", "ping", "pong", "join", "leave", "send", "remove", "react", "read", "typing", "history",
    "members", "report", "block", "unblock", "match", "unmatch", "claim", "duty", "acknowledge", "",
]  # fmt: skip
FIELDS = [
    "id", "stream", "client_id", "text", "reply_to", "event_id", "reaction", "on", "seq", "before", "after",
    "limit", "reason", "note", "member", "topic", "role", "language", "room", "name", "ticket", "resume", "n",
]  # fmt: skip
LIKELY = [
    "me",
    "room:x",
    "sleep",
    "heart",
    "seeker",
    "other",
    "en",
    "",
    "\u0000",
    "😀",
    "x" * 5000,
    "%s",
    "' OR 1=1",
]
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(LIKELY),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
commands = st.builds(
    lambda word, fields: {"type": word, **fields},
    st.sampled_from(WORDS) | values,
    st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=6), values, max_size=8),
)
garbage = st.text(max_size=50) | st.binary(max_size=50) | st.just("[" * 20_000) | st.just('{"type":' * 3000)
MAY_CLOSE = {4000, 4004, 4101}
PHASES = (Phase.explicit, Phase.generate)  # each try takes real time: the first failure is shown as it is


async def talk(speaker: Speaker, frames: list[Any]) -> None:
    """Say everything, then see that the socket was closed for a reason or still answers."""
    try:
        for frame in frames:
            if isinstance(frame, dict):
                frame = json.dumps(frame)
            if isinstance(frame, str):
                frame = frame.encode("utf-8", "replace").decode()
            await speaker.raw(frame)
        await speaker.raw({"type": "ping", "id": 4_242_424_242})
        await speaker.expect_object("pong", id=4_242_424_242)
    except (ConnectionClosed, Exception) as fault:
        if speaker.close_code is None and not isinstance(fault, ConnectionClosed):
            raise
        assert await speaker.closed() in MAY_CLOSE | {4002}


@settings(max_examples=40, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(frames=st.lists(commands | garbage, max_size=12))
async def test_any_frames_are_borne_once_greeted(party: Party, frames: list[Any]) -> None:
    async with party.house.connect(await party.house.guest()) as speaker:
        stream = (await speaker.join(party.slug))["stream"]
        sent = [
            {**frame, "stream": stream} if isinstance(frame, dict) and "stream" in frame else frame
            for frame in frames
        ]
        await talk(speaker, sent)
    assert_sound(party)


@settings(max_examples=25, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(frames=st.lists(commands | garbage, min_size=1, max_size=5))
async def test_any_frames_are_borne_before_hello(party: Party, frames: list[Any], once: None) -> None:
    async with party.house.connect(None) as speaker:
        try:
            for frame in frames:
                if isinstance(frame, dict):
                    frame = json.dumps(frame)
                if isinstance(frame, str):
                    frame = frame.encode("utf-8", "replace").decode()
                await speaker.raw(frame)
            await speaker.raw({"type": "hello", "id": 4_242_424_242, "ticket": "nonsense"})
        except ConnectionClosed:
            pass
        assert await speaker.closed() in {4000, 4002, 4004}
    assert_sound(party)


@settings(max_examples=25, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_every_command_with_an_id_has_exactly_one_reply(party: Party, data: st.DataObject) -> None:
    async with party.house.connect(await party.house.guest()) as speaker:
        stream = (await speaker.join(party.slug))["stream"]
        count = data.draw(st.integers(1, 20))
        for number in range(count):
            word = data.draw(st.sampled_from([w for w in WORDS if w not in ("ack", "pong", "hello")]))
            fields = data.draw(st.dictionaries(st.sampled_from(FIELDS[2:]), values, max_size=6))
            await speaker.raw(json.dumps({**fields, "type": word, "id": 1000 + number, "stream": stream}))
        await speaker.raw({"type": "history", "id": 9999, "stream": "me"})
        async with asyncio.timeout(10):
            while len(answers(speaker)) < count + 1:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.02)
        assert sorted(answers(speaker)) == [*range(1000, 1000 + count), 9999]
    assert_sound(party)


def answers(speaker: Speaker) -> list[int]:
    """Return the ids that were answered since the joining."""
    replies = [one for one in speaker.objects if one["type"] in ("ok", "error", "pong")]
    return [one["id"] for one in replies if one["id"] is not None and one["id"] >= 1000]


def assert_sound(party: Party) -> None:
    """Fail if a server has ended or has met something it did not foresee."""
    for web in party.house.webs:
        assert web.running
    logged = party.house.logged()
    unforeseen = ("Traceback", "command_failed", "hub_task_failed", "publishing_failed")
    assert [line for line in logged.splitlines() if any(word in line for word in unforeseen)] == []


async def test_nothing_was_unforeseen_in_this_house(party: Party) -> None:
    assert_sound(party)
