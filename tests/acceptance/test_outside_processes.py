"""What a worker or a command stores reaches the sockets of the web processes, though it has none itself."""

import asyncio
import time
from collections.abc import Callable

from tests.house import House

Opener = Callable[..., House]
SWEEP_SECONDS = 5.0  # docs/protocol.md: a lost hint delays an event by at most this

NOTICE = """
from streams import log
from streams.commit import Item, write_now
room = log.get("{stream}")
write_now(Item((room,), lambda tx: tx.append(room, "room.notice", {{"code": "moderator", "text": "{text}"}})))
print("stored")
"""


async def store_notice(house: House, stream: str, text: str) -> None:
    """Append a notice to a room from a process of its own."""
    said = await asyncio.to_thread(
        house.manage, "shell", "--no-imports", "-c", NOTICE.format(stream=stream, text=text)
    )
    assert "stored" in said


async def test_what_a_command_stores_reaches_open_sockets(house: House) -> None:
    alice = await house.guest()
    async with house.connect(alice) as hers:
        stream = (await hers.join("talking"))["stream"]
        await store_notice(house, stream, "from outside")
        stored = time.monotonic()
        notice = await hers.expect("room.notice", stream=stream, within=SWEEP_SECONDS + 1)
        assert notice["text"] == "from outside"
        assert time.monotonic() - stored <= SWEEP_SECONDS


async def test_a_command_stores_without_redis_too(open_scaled_house: Opener) -> None:
    house = open_scaled_house()
    assert house.redis is not None
    alice = await house.guest()
    async with house.connect(alice) as hers:
        stream = (await hers.join("talking"))["stream"]
        house.redis.kill()
        await store_notice(house, stream, "without redis")
        notice = await hers.expect("room.notice", stream=stream, within=SWEEP_SECONDS + 1)
        assert notice["text"] == "without redis"
