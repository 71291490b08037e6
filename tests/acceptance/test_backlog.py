"""What is owed a score is scored, whoever is killed and whichever process does it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.conftest import combination_of
from tests.house import Builder, House, chosen_combinations
from tests.scored import RunScreener, ScoredWeb

# The one a house begins with, and the one it grows to.
ENDS = [name for name in chosen_combinations() if name in ("sqlite-memory", "postgres-redis")]
PATIENCE_S = 60.0


@pytest.fixture(params=ENDS)
def scored_house(request: pytest.FixtureRequest, builder: Builder) -> Iterator[House]:
    """A house whose one web server has a classifier that stands still."""
    with ExitStack() as stack:
        opened = stack.enter_context(builder.open(combination_of(request), webs=0))
        still = opened.folder / "stands-still"
        still.touch()
        opened.variables["STANDS_STILL"] = str(still)
        opened.webs.append(ScoredWeb(opened.variables))
        opened.web.start()
        yield opened


async def until(condition: Callable[[], bool]) -> None:
    """Return once a condition holds."""
    async with asyncio.timeout(PATIENCE_S):
        while not await asyncio.to_thread(condition):
            await asyncio.sleep(0.05)


async def test_a_killed_house_leaves_no_message_unscored(scored_house: House) -> None:
    house = scored_house
    alice, bob = await house.guest(), await house.guest()
    async with house.connect(alice) as hers, house.connect(bob) as his:
        stream = (await hers.join("sleep"))["stream"]
        await his.join("sleep")
        sent = [await hers.send(stream, text) for text in ("the zebra walks", "and so do I")]
        # The rules are unsure of this one: it waits for the model in vain, and nothing overtakes it.
        last, left = await asyncio.gather(
            hers.ask("send", stream=stream, client_id="unsure", text="I hate my life"),
            hers.ask("leave", stream=stream),
        )
        threat = await his.send(stream, "a walrus comes")
        assert {one["type"] for one in (*sent, last, left, threat)} == {"ok"}
        (owed,) = house.rows("SELECT COUNT(*) FROM backlog_toscore")
        assert owed == (4,)
        assert house.rows("SELECT COUNT(*) FROM moderation_case") == [(0,)]
        house.web.kill()
    (house.folder / "stands-still").unlink()
    house.variables["SCREENER_IN_PROCESS"] = "0"
    screener = RunScreener(house.variables)
    try:
        screener.start()
        await until(lambda: house.rows("SELECT COUNT(*) FROM backlog_toscore") == [(0,)])
        flagged = house.rows("SELECT event_id, level, scoring FROM moderation_caseflag ORDER BY level")
        assert flagged == [(threat["event_id"], "H", "scored"), (sent[0]["event_id"], "L3", "scored")]
        assert house.rows("SELECT COUNT(*) FROM moderation_case") == [(2,)]
        gone = house.rows("SELECT event_id FROM streams_event WHERE gone = %s", "retracted")
        assert gone == [(threat["event_id"],)]
    finally:
        screener.terminate()
        screener.close()
