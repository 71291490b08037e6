"""What Redis gets to see of what people say."""

import secrets
from contextlib import aclosing

from redis import asyncio as redis

from tests.house import House


async def test_redis_passes_no_text_or_name_in_plain(two_webs: House) -> None:
    assert two_webs.redis is not None
    alice, bob = await two_webs.guest(), await two_webs.guest(web=1)
    text = f"between us {secrets.token_hex(8)}"
    async with (
        aclosing(redis.Redis.from_url(two_webs.redis.url)) as eavesdropper,
        aclosing(eavesdropper.pubsub()) as heard,
        two_webs.connect(alice, web=0) as hers,
        two_webs.connect(bob, web=1) as his,
    ):
        await heard.psubscribe("*")
        await heard.get_message(timeout=5.0)  # it listens
        joined = await hers.join("sleep")
        await his.join("sleep")
        sent = await hers.send(joined["stream"], text)
        await his.expect("message", event_id=sent["event_id"], within=6)
        passed = b""
        while note := await heard.get_message(ignore_subscribe_messages=True, timeout=1.0):
            passed += note["data"]
    assert len(passed) > 2 * len(text)
    for told in (text, joined["member"]["name"], joined["member"]["id"]):
        assert told.encode() not in passed
