"""From a person in need to a person who helps: a case is claimed, worked on and decided over the socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.party import Party
from tests.speaker import Refused, Speaker
from tests.staffing import staff

CRISIS = "I want to kill myself tonight, I have the pills ready"


def in_time(**delta: float) -> str:
    return (datetime.now(UTC) + timedelta(**delta)).isoformat()


async def on_duty(party: Party, name: str) -> Speaker:
    """Return a moderator's connection; whoever held something before holds nothing now."""
    speaker = await party.connect(await staff(party.house, name), socket="moderation")
    await speaker.do("duty", on=False)
    await speaker.do("duty", on=True)
    return speaker


@pytest.fixture
async def mira(party: Party) -> AsyncIterator[Speaker]:
    """A moderator on duty."""
    speaker = await on_duty(party, "mira")
    yield speaker
    await speaker.do("duty", on=False)


@pytest.fixture
async def noor(party: Party) -> AsyncIterator[Speaker]:
    """Another one."""
    speaker = await on_duty(party, "noor")
    yield speaker
    await speaker.do("duty", on=False)


async def a_case(party: Party, moderator: Speaker, text: str = CRISIS) -> tuple[Speaker, str]:
    """Return somebody who said something, and the case that opened of it."""
    bob = await party.member()
    await bob.send(party.stream, text)
    event = await moderator.expect("case.opened", stream="queue", within=15)
    while event["case"]["room"] != party.slug:
        moderator.events.remove(event)
        event = await moderator.expect("case.opened", stream="queue", within=15)
    return bob, event["case"]["id"]


async def test_a_person_in_need_is_answered_and_the_case_decided(
    party: Party, mira: Speaker, noor: Speaker
) -> None:
    bob, case = await a_case(party, mira)
    assert (await bob.expect("card"))["contacts"]
    claimed = await mira.do("claim", case=case)
    assert (claimed["case"]["state"], claimed["stream"]) == ("claimed", party.stream)
    assert claimed["case"]["holder"]
    fence = claimed["fence"]
    with pytest.raises(Refused, match="already_claimed") as refused:
        await noor.do("claim", case=case)
    assert refused.value.reply["holder"] == claimed["case"]["holder"]
    assert refused.value.reply["until"] == claimed["lease_until"]
    assert (await mira.do("claim", case=case))["fence"] == fence

    found = await mira.do("context", case=case)
    (message,) = found["messages"]
    assert (message["text"], message["flagged"]) == (CRISIS, True)
    assert found["reasons"][0]["reasons"][0]["span"]
    assert found["episodes"] == []

    await bob.send(party.stream, "is anybody there?")
    heard = await mira.expect("message", stream=party.stream)
    assert heard["text"] == "is anybody there?"
    assert not [event for event in noor.events if event["stream"] == party.stream]
    assert (await mira.history(party.stream))["events"][-1]["text"] == "is anybody there?"

    await mira.do("act", case=case, fence=fence, action="write", text="I am here. Are you safe now?")
    said = await bob.expect("moderator", stream="me")
    assert said["text"] == "I am here. Are you safe now?"
    assert set(said["member"]) == {"id", "name"}

    await mira.do("wait", case=case, fence=fence, **{"for": "reply"}, until=in_time(minutes=5))
    assert (await bob.send("me", "yes, thank you"))["status"] == "delivered"
    answer = await mira.expect("answer", stream="me")
    assert (answer["case"], answer["text"]) == (case, "yes, thank you")
    with pytest.raises(Refused, match="stale_fence"):
        await mira.do("renew", case=case, fence=fence)
    again = await mira.do("claim", case=case)
    assert again["fence"] == fence + 1

    assert await mira.do("decide", case=case, fence=fence + 1, action="card", reason="safe_now")
    with pytest.raises(Refused, match="forbidden"):
        await mira.do("decide", case=case, action="card", reason="safe_now")
    with pytest.raises(Refused, match="conflict"):
        await noor.do("decide", case=case, action="none", reason="safe_now")
    await noor.do("decide", case=case, action="card", reason="safe_now")
    closed = await noor.expect("case.closed", stream="queue", within=15)
    assert (closed["case"]["id"], closed["case"]["state"]) == (case, "closed")


async def test_state_plus_events_equals_fresh_state(party: Party, mira: Speaker, noor: Speaker) -> None:
    _, case = await a_case(party, noor)
    fence = (await mira.do("claim", case=case))["fence"]
    await mira.do("act", case=case, fence=fence, action="wrong_level", to="L2")
    await mira.do("release", case=case, fence=fence)
    released = await noor.expect("case.released", stream="queue")
    latest = [event for event in noor.events if event.get("case", {}).get("id") == case][-1]
    assert latest == released
    fresh = await noor.do("claim", case=case)
    assert fresh["case"] == {**latest["case"], "state": "claimed", "holder": fresh["case"]["holder"]}
    assert fresh["case"]["level"] == "L2"


async def test_who_is_not_on_duty_takes_nothing(party: Party, mira: Speaker) -> None:
    _, case = await a_case(party, mira)
    await mira.do("duty", on=False)
    for word, fields in (("claim", {"case": case}), ("next", {})):
        with pytest.raises(Refused, match="off_duty"):
            await mira.do(word, **fields)


async def test_going_off_duty_puts_back_what_one_held(party: Party, mira: Speaker, noor: Speaker) -> None:
    bob, case = await a_case(party, mira)
    fence = (await mira.do("claim", case=case))["fence"]
    await mira.do("duty", on=False)
    await noor.expect("case.released", stream="queue")
    await mira.do("duty", on=True)
    with pytest.raises(Refused, match="stale_fence"):
        await mira.do("act", case=case, fence=fence, action="card")
    await bob.send(party.stream, "not for her")
    await mira.hears_nothing("message", stream=party.stream)
    with pytest.raises(Refused, match="not_found"):
        await mira.history(party.stream)


async def test_next_gives_each_a_case_of_their_own(party: Party, mira: Speaker, noor: Speaker) -> None:
    await a_case(party, mira)
    await a_case(party, mira)
    first, second = await mira.do("next"), await noor.do("next")
    assert first["case"]["id"] != second["case"]["id"]
    assert (first["case"]["level"], second["case"]["level"]) == ("L4", "L4")


async def test_an_act_is_undone_and_what_cannot_be_is_refused(party: Party, mira: Speaker) -> None:
    bob, case = await a_case(party, mira)
    fence = (await mira.do("claim", case=case))["fence"]
    await mira.do("act", case=case, fence=fence, action="retract", reason="not here, please")
    retracted = await bob.expect("message.retracted", stream=party.stream)
    told = await bob.expect("decision", stream="me")
    assert (told["action"], told["reason"], bool(told["appeal"])) == ("retract", "not here, please", True)
    assert (await mira.do("undo", case=case, fence=fence))["action"] == "retract"
    restored = await bob.expect("message.restored", stream=party.stream)
    assert restored["target"] == retracted["target"]
    with pytest.raises(Refused, match="conflict"):
        await mira.do("undo", case=case, fence=fence)
    await mira.do("act", case=case, fence=fence, action="card")
    with pytest.raises(Refused, match="conflict"):
        await mira.do("undo", case=case, fence=fence)


async def test_an_escalated_case_goes_to_a_supervisor(party: Party, mira: Speaker, noor: Speaker) -> None:
    _, case = await a_case(party, mira)
    sam = await on_duty(party, "sam")
    fence = (await mira.do("claim", case=case))["fence"]
    await noor.do("escalate", case=case)
    page = await sam.expect("page", stream="me", within=15, case=case)
    assert page["why"] == "escalated"
    with pytest.raises(Refused, match="stale_fence"):
        await mira.do("act", case=case, fence=fence, action="card")
    with pytest.raises(Refused, match="forbidden"):
        await mira.do("claim", case=case)
    assert (await sam.do("claim", case=case))["fence"] > fence
    await sam.do("release", case=case)
    assert (await mira.do("claim", case=case))["case"]["state"] == "claimed"
    await sam.do("release", case=case)
    await mira.expect("case.released", stream="queue")
    await sam.do("duty", on=False)


async def test_a_holder_who_comes_back_goes_on_where_they_were(party: Party, mira: Speaker) -> None:
    bob, case = await a_case(party, mira)
    fence = (await mira.do("claim", case=case))["fence"]
    again = await party.connect(await staff(party.house, "mira"), socket="moderation")
    room = again.welcome["streams"][party.stream]
    assert (room["case"], room["fence"]) == (case, fence)
    await bob.send(party.stream, "still here")
    assert (await again.expect("message", stream=party.stream))["text"] == "still here"
    assert (await again.do("renew", case=case, fence=fence))["lease_until"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"action": "dance"}, "action"),
        ({"action": "write"}, "text"),
        ({"action": "mute", "until": "2020-01-01T00:00:00Z"}, "until"),
        ({"action": "wrong_level"}, "to"),
    ],
)
async def test_what_is_wrong_with_an_act_is_named(
    party: Party, mira: Speaker, fields: dict[str, str], field: str
) -> None:
    _, case = await a_case(party, mira)
    fence = (await mira.do("claim", case=case))["fence"]
    with pytest.raises(Refused, match="bad_field") as refused:
        await mira.do("act", case=case, fence=fence, **fields)
    assert refused.value.reply["field"] == field
