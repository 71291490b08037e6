"""A layer that is away, or only hangs, costs time and nothing else: what it would have told is found."""

import asyncio
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from tests.house import House, Person

Opener = Callable[..., House]
SWEEP_SECONDS = 5.0  # docs/protocol.md: a lost hint delays an event by at most this


@pytest.fixture
def scaled(open_scaled_house: Opener) -> House:
    house = open_scaled_house(webs=2)
    assert house.redis is not None
    return house


@pytest.fixture
def hung(scaled: House) -> Iterator[House]:
    assert scaled.redis is not None
    scaled.redis.signal(signal.SIGSTOP)
    yield scaled
    scaled.redis.signal(signal.SIGCONT)


async def talk(house: House, one: Person, other: Person) -> None:
    """Let two people of the two processes meet and hear each other."""
    async with house.connect(one, web=0) as hers, house.connect(other, web=1) as his:
        stream = (await hers.join("sleep"))["stream"]
        await his.join("sleep")
        sent = await hers.send(stream, "can you hear me")
        await his.expect("message", event_id=sent["event_id"], within=SWEEP_SECONDS + 1)


async def test_newcomers_are_let_in_while_redis_hangs(hung: House) -> None:
    alice, bob = await hung.guest(), await hung.guest(web=1)
    async with asyncio.timeout(25):
        await talk(hung, alice, bob)


async def test_a_process_that_starts_without_redis_serves_and_finds_it_later(scaled: House) -> None:
    assert scaled.redis is not None
    scaled.redis.kill()
    await asyncio.to_thread(scaled.webs[1].restart)
    alice, bob = await scaled.guest(), await scaled.guest(web=1)
    async with asyncio.timeout(25):
        await talk(scaled, alice, bob)
    await asyncio.to_thread(scaled.redis.start)
    async with scaled.connect(alice, web=0) as hers, scaled.connect(bob, web=1) as his:
        stream = (await hers.join("sleep"))["stream"]
        for number in range(40):
            sent = await hers.send(stream, f"by hint again {number}")
            began = time.monotonic()
            await his.expect("message", event_id=sent["event_id"], within=SWEEP_SECONDS + 1)
            if time.monotonic() - began < 0.3:
                return
            await asyncio.sleep(1)
    raise AssertionError("the process that started alone never heard the others")


async def test_a_sign_out_reaches_another_process_though_its_hint_is_lost(scaled: House) -> None:
    assert scaled.redis is not None
    alice = await scaled.sign_in("alice")
    async with scaled.connect(alice, web=1) as hers:
        await hers.join("sleep")
        scaled.redis.kill()
        assert (await scaled.post("auth/logout/", person=alice, web=0)).status_code == 204
        assert await hers.closed(within=SWEEP_SECONDS + 2) == 4006


async def test_an_erased_guest_is_out_wherever_the_command_ran(open_house: Opener) -> None:
    house = open_house()
    alice, bob = await house.guest(), await house.guest()
    async with house.connect(bob) as his:
        stream = (await his.join("sleep"))["stream"]
        async with house.connect(alice) as hers:
            await hers.join("sleep")
            await hers.send(stream, "soon nobody said this")
            await his.expect("message")
            person = house.rows("SELECT id FROM accounts_user WHERE is_guest ORDER BY created_at LIMIT 1")[0][
                0
            ]
            await asyncio.to_thread(house.manage, "erase_person", str(person))
            assert await hers.closed(within=SWEEP_SECONDS + 2) == 4006
        texts = [event.get("text") for event in (await his.history(stream))["events"]]
        assert "soon nobody said this" not in texts
