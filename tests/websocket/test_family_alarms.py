"""One person logs a seizure over HTTP: who may see it hears the alarm at once, and answers for everyone."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.house import House, Person
from tests.speaker import Json, Refused, Speaker

PASSWORD = "a lantern in the rain"
NAMES = {"alice": "Ali", "bob": "Bo", "dana": "Dan", "charlie": "Lie"}


@dataclass
class Home:
    """A circle of one test's own: Bob and Dana may see seizures, Charlie may not."""

    house: House
    people: dict[str, Person] = field(default_factory=dict)
    sockets: dict[str, Speaker] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    circle: str = ""

    def path(self, name: str) -> str:
        """The grant of seizures to somebody."""
        return f"circles/{self.circle}/grants/{self.members[NAMES[name]]}/seizures/"

    async def log(self, lasted_s: int = 360) -> None:
        """Have Alice log a seizure."""
        start = datetime.now(UTC) - timedelta(minutes=20)
        body = {"start": start.isoformat(), "duration_s": lasted_s, "seizure_class": "focal"}
        answer = await self.house.post("seizures/", body, person=self.people["alice"])
        assert answer.status_code == 201, answer.text

    async def hears(self, name: str, state: str, **fields: Any) -> Json:
        """Wait for the alarm in a state, and return the event."""
        return await self.sockets[name].expect("alarm", state=state, circle=self.circle, **fields)


@pytest.fixture
async def home(house: House) -> AsyncIterator[Home]:
    made = Home(house)
    for name in NAMES:
        username = f"{name}-{uuid.uuid4().hex[:8]}"
        asked = {"username": username, "email": f"{username}@example.org", "password": PASSWORD}
        assert (await house.post("users/register/", asked)).status_code == 201
        made.people[name] = await house.sign_in(username, PASSWORD)
    alice = made.people["alice"]
    answer = await house.post("circles/", {"name": "Home", "own_name": "Ali"}, person=alice)
    made.circle = answer.json()["id"]
    async with AsyncExitStack() as stack:
        for name, person in made.people.items():
            if name != "alice":
                invite = (await house.post(f"circles/{made.circle}/invites/", person=alice)).json()
                token = {"token": invite["token"], "name": NAMES[name]}
                assert (await house.post("circles/accept/", token, person=person)).status_code == 200
        members = (await house.get(f"circles/{made.circle}/members/", person=alice)).json()["results"]
        made.members = {one["name"]: one["id"] for one in members}
        for name in ("bob", "dana"):
            granted = await house.request("PUT", made.path(name), json={"access": "view"}, person=alice)
            assert granted.status_code == 200, granted.text
        for name, person in made.people.items():
            made.sockets[name] = await stack.enter_async_context(house.connect(person, socket="family"))
        yield made


async def test_the_family_hears_it_at_once_and_one_answers_for_all(home: Home) -> None:
    bob, dana, charlie = (home.sockets[name] for name in ("bob", "dana", "charlie"))
    await home.log()
    logged = await bob.expect("activity.logged", circle=home.circle, category="seizures")
    raised = await home.hears("bob", "raised")
    assert raised["person"] == logged["person"] == {"id": home.members["Ali"], "name": "Ali"}
    assert raised["entry"] == logged["entry"]
    hers = await home.hears("dana", "raised", alarm=raised["alarm"])
    await home.hears("alice", "raised", alarm=raised["alarm"])

    assert await bob.do("snooze", event_id=raised["event_id"], minutes=30)
    for name in ("alice", "dana", "bob"):
        quiet = await home.hears(name, "snoozed")
        assert quiet["by"] == {"id": home.members["Bo"], "name": "Bo"}
        assert datetime.fromisoformat(quiet["until"]) > datetime.now(UTC) + timedelta(minutes=25)
    await home.log(900)
    await dana.expect("activity.logged", circle=home.circle, category="seizures")
    await dana.hears_nothing("alarm", state="raised")

    for _ in range(2):  # sent again, as after a lost answer, it changes nothing
        await dana.do("acknowledge", event_id=hers["event_id"])
    for name in ("alice", "bob", "dana"):
        assert (await home.hears(name, "acknowledged"))["by"]["name"] == "Dan"
    with pytest.raises(Refused, match="conflict"):
        await bob.do("snooze", event_id=raised["event_id"], minutes=5)
    await charlie.hears_nothing("alarm")
    heard = [one for one in dana.events if one["kind"] == "alarm"]
    assert [one["state"] for one in heard] == ["raised", "snoozed", "acknowledged"]
    fresh = (await home.house.get("notices/", person=home.people["dana"])).json()["results"]
    seen = [one for one in fresh if one["kind"] == "alarm"][::-1]
    assert seen == [{k: v for k, v in one.items() if k not in ("type", "stream")} for one in heard]


async def test_charlie_a_revoked_bob_and_a_wrong_event_are_refused(home: Home) -> None:
    bob, charlie, alice = home.sockets["bob"], home.sockets["charlie"], home.people["alice"]
    await home.log()
    logged = await bob.expect("activity.logged", circle=home.circle)
    raised = await home.hears("bob", "raised")
    for word, fields in (("acknowledge", {}), ("snooze", {"minutes": 5})):
        with pytest.raises(Refused, match="not_found"):
            await charlie.do(word, event_id=raised["event_id"], **fields)
        with pytest.raises(Refused, match="bad_field") as refused:
            await bob.do(word, event_id=logged["event_id"], **fields)
        assert refused.value.reply["field"] == "event_id"
    with pytest.raises(Refused, match="bad_field"):
        await bob.do("snooze", event_id=raised["event_id"], minutes=10_081)
    assert (await home.house.request("DELETE", home.path("bob"), person=alice)).status_code == 204
    with pytest.raises(Refused, match="not_found"):
        await bob.do("acknowledge", event_id=raised["event_id"])
    await home.sockets["dana"].hears_nothing("alarm", state="acknowledged")
