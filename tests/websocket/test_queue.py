"""The moderators' socket as far as every socket goes: who is let in, and the queue it follows."""

from __future__ import annotations

import json

from tests.party import Party
from tests.staffing import staff


async def test_a_moderator_follows_the_queue_which_never_holds_text(party: Party) -> None:
    person = await staff(party.house, "noor")
    async with party.house.connect(person, socket="moderation") as noor:
        assert set(noor.welcome["streams"]) == {"me", "queue"}
        bob = await party.member()
        await bob.send(party.stream, "kys")
        event = await noor.expect("case.opened", stream="queue", within=10)
        case = event["case"]
        assert {"id", "level", "state", "room", "opened_at", "due_at", "flags", "holder"} <= set(case)
        assert case["room"] == party.slug
        assert "kys" not in json.dumps(noor.events)
        page = await noor.history("queue", limit=200)
        assert event in page["events"]
        assert (await noor.ask("join", room=party.slug))["code"] == "unknown_type"
        resume = {
            "queue": {
                "epoch": noor.welcome["streams"]["queue"]["epoch"],
                "seq": event["seq"],
                "event_id": event["event_id"],
            }
        }
        async with party.house.connect(person, socket="moderation", resume=resume) as again:
            assert again.welcome["streams"]["queue"]["status"] == "resumed"


async def test_a_clinician_follows_only_their_own_stream(party: Party) -> None:
    async with party.house.connect(await staff(party.house, "clara"), socket="moderation") as clara:
        assert set(clara.welcome["streams"]) == {"me"}
        assert (await clara.ask("history", stream="queue"))["code"] == "not_found"
