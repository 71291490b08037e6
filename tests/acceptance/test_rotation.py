"""Operators change the keys of an open house: nothing stops, nothing is lost, and the old keys are let go."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.canaries import canaries, keys_in
from tests.conftest import Opener, combination_of
from tests.house import Builder, House, chosen_combinations

NIGHT = {
    "start": "2026-11-19T22:00:00Z",
    "end": "2026-11-20T06:00:00Z",
    "time_zone": "UTC",
    "note": "A dream",
}


@pytest.fixture(params=[name for name in chosen_combinations() if name == "postgres-redis"])
def open_house(request: pytest.FixtureRequest, builder: Builder) -> Iterator[Opener]:
    """As elsewhere, on the most distributed combination: it restarts three times."""
    with builder.open(combination_of(request), RATE_LIMIT_SCALE="1000") as opened:
        yield lambda: opened


def deploy(house: House, lines: str) -> None:
    """Put printed keysets into the environment and restart, as `docs/keys.md` says."""
    found = dict(re.findall(r"^(\w+)='(.+)'$", lines, re.MULTILINE))
    assert set(found) == {"CONTENT_KEYSET", "IDENTITY_KEYSET"}
    for key in keys_in(found.values()):
        canaries.note("key", key)
    house.variables |= found
    house.web.variables |= found
    house.web.restart()


async def test_keys_change_while_people_write_and_the_old_ones_are_let_go(open_house: Opener) -> None:
    house = open_house()
    guest, alice = await house.guest(), await house.sign_in("alice")
    history = {"profile": {"medical_history": "asthma since childhood"}}
    assert (await house.request("PUT", "users/me/", person=alice, json=history)).status_code == 200
    made = await house.post("sleep/", NIGHT, person=alice)
    assert made.status_code == 201, made.text
    async with house.connect(guest) as hers:
        stream = (await hers.join("sleep"))["stream"]
        for number in range(20):
            await hers.send(stream, f"before the change {number}", client_id=f"before-{number}")
    old = dict(house.variables)

    await asyncio.to_thread(lambda: deploy(house, house.manage("rotate_keys", "--new-keyset")))
    written: list[str] = []
    async with house.connect(guest) as hers:

        async def talk() -> None:
            while True:
                await hers.send(stream, f"during the change {len(written)}")
                written.append(f"during the change {len(written)}")

        talking = asyncio.create_task(talk())
        said = await asyncio.to_thread(house.manage, "rotate_keys")
        talking.cancel()
        with suppress(asyncio.CancelledError):
            await talking
    assert re.search(r"streams\.Event\.body: \d+ sealed anew", said)
    assert re.search(r"users\.Profile\.details: 1 sealed anew", said)
    assert "Nothing is left under an old key" in said
    assert written

    alone = await asyncio.to_thread(house.manage, "rotate_keys", "--only-new")
    await asyncio.to_thread(deploy, house, alone)
    for name in ("CONTENT_KEYSET", "IDENTITY_KEYSET"):
        kept, gone = (set(keys_in([variables[name]])) for variables in (house.variables, old))
        assert len(kept) == 1
        assert kept.isdisjoint(gone)
    async with house.connect(guest) as hers:
        texts: list[str] = []
        more = True
        after = 0
        while more:
            page = await hers.history(stream, after=after, limit=200)
            texts += [event["text"] for event in page["events"] if event["kind"] == "message"]
            after, more = page["events"][-1]["seq"], page["more"]
        assert texts[: 20 + len(written)] == [f"before the change {n}" for n in range(20)] + written
        await hers.send(stream, "after the change")
    me = (await house.get("users/me/", person=alice)).json()
    assert me["profile"]["medical_history"] == "asthma since childhood"
    assert (await house.get(f"sleep/{made.json()['id']}/", person=alice)).json()["note"] == "A dream"
    assert (await house.get("users/me/access-log/", person=alice)).status_code == 200
