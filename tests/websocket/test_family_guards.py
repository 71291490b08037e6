"""What a grant let somebody see is hidden once it ended: live, in what waits, in resumes and in history."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from tests.house import House, Person
from tests.insider import Inside
from tests.party import eventually
from tests.speaker import Json, Speaker

WINDOW = 1024


@dataclass
class Family:
    """Alice's circle with Bob and Charlie in it, and what she grants them."""

    house: House
    inside: Inside
    circle: str
    alice: Person
    bob: Person
    charlie: Person
    members: dict[str, str]

    def _path(self, name: str, category: str) -> str:
        return f"circles/{self.circle}/grants/{self.members[name]}/{category}/"

    async def grant(self, name: str, category: str = "mood", **fields: object) -> None:
        """Let somebody see a category."""
        path, asked = self._path(name, category), {"access": "view", **fields}
        answer = await self.house.request("PUT", path, json=asked, person=self.alice)
        assert answer.status_code == 200, answer.text

    async def revoke(self, name: str, category: str = "mood") -> None:
        """Take it back; in force when this returns."""
        answer = await self.house.request("DELETE", self._path(name, category), person=self.alice)
        assert answer.status_code == 204, answer.text

    async def tell(self, name: str, count: int = 1, category: str = "mood") -> int:
        """Have events of a category stored for somebody, as the fan-out does; return the head."""
        head: int = await self.inside.do(
            "tell_family", username=name, circle=self.circle, category=category, count=count
        )
        return head


@pytest.fixture
async def family(house: House) -> AsyncIterator[Family]:
    alice, bob, charlie = [await house.sign_in(name) for name in ("alice", "bob", "charlie")]
    circle = (await house.post("circles/", {"name": "Home", "own_name": "Ali"}, person=alice)).json()["id"]
    members = {}
    for name, person in (("bob", bob), ("charlie", charlie)):
        invite = (await house.post(f"circles/{circle}/invites/", person=alice)).json()
        joined = await house.post("circles/accept/", {"token": invite["token"], "name": name}, person=person)
        assert joined.status_code == 200, joined.text
    for one in (await house.get(f"circles/{circle}/members/", person=alice)).json()["results"]:
        members[one["name"]] = one["id"]
    yield Family(house, house.inside, circle, alice, bob, charlie, members)
    assert (await house.request("DELETE", f"circles/{circle}/", person=alice)).status_code == 204


def told(events: list[Json], circle: str) -> list[Json]:
    return [e for e in events if e["kind"] == "activity.logged" and e["circle"] == circle]


async def latest(speaker: Speaker, limit: int = 200) -> list[Json]:
    events: list[Json] = (await speaker.history("me", limit=limit))["events"]
    return events


def applied(events: list[Json]) -> list[Json]:
    """Apply a family stream's events to what one has of it, as a client does: a grant's end hides."""
    held: list[Json] = []
    for event in events:
        if event["kind"] == "grant.changed" and event["access"] is None:
            held = [
                hidden(e)
                if e["kind"] == "activity.logged"
                and (e["circle"], e["category"]) == (event["circle"], event["category"])
                else e
                for e in held
            ]
        held.append(event)
    return held


def hidden(event: Json) -> Json:
    kept = {name: event[name] for name in ("type", "stream", "seq", "event_id", "at")}
    return {**kept, "kind": "hidden"}


async def test_bob_sees_what_he_is_granted_and_charlie_never_does(family: Family) -> None:
    house = family.house
    await family.grant("bob")
    async with (
        house.connect(family.bob, socket="family") as his,
        house.connect(family.charlie, socket="family") as theirs,
    ):
        await family.tell("bob")
        heads = await family.tell("charlie")  # nobody should write this; even so it stays shut
        event = await his.expect("activity.logged", circle=family.circle)
        assert event["note"] == "told 0"
        await theirs.expect("hidden", seq=heads)
        await theirs.hears_nothing("activity.logged", circle=family.circle)
        assert not told(await latest(theirs), family.circle)


async def test_state_plus_events_equals_fresh_state_over_a_revocation(family: Family) -> None:
    await family.grant("bob")
    await family.grant("bob", "sleep")
    async with family.house.connect(family.bob, socket="family") as his:
        before = await latest(his)
        await family.tell("bob", 2)
        await family.tell("bob", 1, "sleep")
        await his.expect("activity.logged", circle=family.circle, category="sleep")
        await family.revoke("bob")
        end = await his.expect("grant.changed", circle=family.circle, access=None, category="mood")
        after = [e for e in his.stream_events("me") if e["seq"] > before[-1]["seq"]]
        assert len(told(after, family.circle)) == 3
        state = [e for e in applied([*before, *after]) if e["seq"] > before[0]["seq"]]
        fresh = [e for e in await latest(his) if before[0]["seq"] < e["seq"] <= end["seq"]]
        assert fresh == state[-len(fresh) :]
        assert [e["category"] for e in told(fresh, family.circle)] == ["sleep"]
        await family.grant("bob")  # what is granted again can be read again
        assert len(told(await latest(his), family.circle)) == 3


async def test_a_resume_after_the_revocation_brings_what_stood_there_hidden(family: Family) -> None:
    await family.grant("bob")
    house = family.house
    async with house.connect(family.bob, socket="family") as his:
        await family.tell("bob", 3)
        await his.expect("activity.logged", circle=family.circle, note="told 2")
        whole = his.stream_events("me")
        first = told(whole, family.circle)[0]
        place = {"me": {"epoch": his.welcome["streams"]["me"]["epoch"], **position(first)}}
    await family.revoke("bob")
    async with house.connect(family.bob, socket="family", resume=place) as again:
        await again.expect("grant.changed", circle=family.circle, access=None)
        shown = again.stream_events("me")
        assert again.welcome["streams"]["me"]["status"] == "resumed"
        assert shown[:2] == [hidden(e) for e in told(whole, family.circle)[1:]]


def position(event: Json) -> Json:
    return {"seq": event["seq"], "event_id": event["event_id"]}


async def test_what_waits_for_a_slow_reader_is_not_told_after_the_revocation(
    once: None, family: Family
) -> None:
    await family.grant("bob")
    async with family.house.connect(family.bob, socket="family", acking=False) as his:
        await family.tell("bob", WINDOW + 200)

        async def full() -> bool:
            return len(his.events) >= WINDOW

        await eventually(full, within=30)
        await family.revoke("bob")
        await his.ack()
        await his.expect("grant.changed", circle=family.circle, access=None, within=30)
        rest = his.events[WINDOW:]
        assert len([e for e in rest if e["kind"] == "hidden"]) == 200
        assert not told(rest, family.circle)


async def test_a_grant_that_runs_out_hides_without_anybody_doing_anything(once: None, family: Family) -> None:
    until = datetime.now(UTC) + timedelta(seconds=6)  # a hint of another process takes up to 3 s
    await family.grant("bob", expires_at=until.isoformat())
    async with family.house.connect(family.bob, socket="family") as his:
        head = await family.tell("bob")
        await his.expect("activity.logged", circle=family.circle)

        async def over() -> bool:
            return not told(await latest(his), family.circle)

        await eventually(over)
        assert (await latest(his))[-1]["kind"] == "hidden"
        assert await family.tell("bob") == head + 1
        await his.expect("hidden", seq=head + 1)
