"""What breaks loses nothing that was acknowledged."""

import asyncio
import time
from collections.abc import Callable

import pytest

from tests.house import House
from tests.speaker import PATIENCE, Closed, Json, Refused, Speaker

Opener = Callable[..., House]
SWEEP_SECONDS = 5.0  # docs/protocol.md: a lost hint delays an event by at most this


async def everything(speaker: Speaker, stream: str) -> list[Json]:
    """Read a stream's whole history."""
    events: list[Json] = []
    more = True
    while more:
        page = await patiently(speaker, "history", stream=stream, after=len(events), limit=200)
        events += page["events"]
        more = page["more"]
    return events


async def patiently(speaker: Speaker, word: str, **fields: object) -> Json:
    """Ask again while the answer is `unavailable`, as a client does, and return the `ok`."""
    deadline = time.monotonic() + 30
    while True:
        reply = await speaker.ask(word, **fields)
        if reply["type"] == "ok":
            return reply
        assert reply["code"] == "unavailable", reply
        assert reply["retry_after_ms"] > 0
        assert time.monotonic() < deadline, "the database is back, the house is not"
        await asyncio.sleep(min(reply["retry_after_ms"], 1_000) / 1000)


async def talk_until_cut(speaker: Speaker, stream: str, acked: dict[str, Json], messages: int) -> None:
    """Send messages, ten at a time, noting each `ok`, until all are sent or the socket is gone."""

    async def one(number: int) -> None:
        client_id = f"m{number}"
        async with in_flight:
            reply = await speaker.ask("send", stream=stream, client_id=client_id, text=f"message {number}")
        if reply["type"] == "ok":
            acked[client_id] = reply

    in_flight = asyncio.Semaphore(10)
    await asyncio.gather(*(one(number) for number in range(messages)), return_exceptions=True)


async def test_a_killed_web_process_loses_nothing_that_was_acked(open_house: Opener) -> None:
    house = open_house(RATE_LIMIT_SCALE="1000")
    alice = await house.guest()
    acked: dict[str, Json] = {}
    async with house.connect(alice) as hers:
        stream = (await hers.join("sleep"))["stream"]
        talking = asyncio.create_task(talk_until_cut(hers, stream, acked, 5_000))
        while len(acked) < 100:
            await asyncio.sleep(0.001)
        house.web.kill()
        await talking
    assert 100 <= len(acked) < 5_000
    await asyncio.to_thread(house.web.start)
    async with house.connect(alice) as hers:
        kept = await everything(hers, stream)
        assert [event["seq"] for event in kept] == list(range(1, len(kept) + 1))
        by_id = {event["event_id"]: event for event in kept}
        for client_id, reply in acked.items():
            assert by_id[reply["event_id"]]["seq"] == reply["seq"]
            assert by_id[reply["event_id"]]["text"] == f"message {client_id[1:]}"
        # Sent again with the same client_id, whatever was in doubt stands exactly once.
        for number in range(len(acked) + 20):
            await hers.send(stream, f"message {number}", client_id=f"m{number}")
        texts = [event["text"] for event in await everything(hers, stream) if event["kind"] == "message"]
        assert len(texts) == len(set(texts))
        assert {f"message {number}" for number in range(len(acked) + 20)} <= set(texts)


async def test_sigterm_drains_and_a_full_process_takes_nobody_in(open_house: Opener) -> None:
    house = open_house(DRAIN_SECONDS="2", MAX_SOCKETS="1")
    alice = await house.guest()
    async with house.connect(alice) as hers:
        async with house.connect() as one_more:
            assert await one_more.closed() == 4111
            assert one_more.bye is not None
            assert one_more.bye["code"] == 4111
        assert (await hers.ask("ping"))["type"] == "pong"
        stream = (await hers.join("sleep"))["stream"]
        sent = await hers.send(stream, "said before the drain")
        house.web.signal(15)
        drain = await hers.expect_object("drain", within=5)
        assert 0 <= drain["within_ms"] <= 2_000
        assert house.web.status("/readyz") in (0, 503)
        assert await hers.closed(within=10) == 4201
        assert hers.bye is not None
        assert hers.bye["code"] == 4201
    assert await asyncio.to_thread(house.web.wait) == 0
    await asyncio.to_thread(house.web.start)
    async with house.connect(alice) as hers:
        assert sent["event_id"] in {event["event_id"] for event in await everything(hers, stream)}


async def health(house: House, web: int = 0) -> tuple[int, str]:
    """Return the status code and the word of `/health`."""
    answer = await house.get("/health", web=web)
    return answer.status_code, answer.json().get("status", "")


async def becomes(wanted: Callable[[tuple[int, str]], bool], house: House, within: float = 15.0) -> bool:
    """Tell whether `/health` comes to say what is wanted."""
    deadline = time.monotonic() + within
    while not wanted(await health(house)):
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.2)
    return True


async def test_without_redis_messages_come_by_the_sweep(open_scaled_house: Opener) -> None:
    house = open_scaled_house(webs=2)
    assert house.redis is not None
    alice, bob = await house.guest(), await house.guest(web=1)
    async with house.connect(alice, web=0) as hers, house.connect(bob, web=1) as his:
        stream = (await hers.join("sleep"))["stream"]
        await his.join("sleep")
        assert await health(house) == (200, "ok")
        house.redis.kill()
        for number in range(3):
            sent = await hers.send(stream, f"without redis {number}")
            began = time.monotonic()
            await his.expect("message", event_id=sent["event_id"], within=SWEEP_SECONDS + 1)
            assert time.monotonic() - began <= SWEEP_SECONDS
        assert await becomes(lambda said: said == (200, "degraded"), house)
        house.redis.start()
        assert await becomes(lambda said: said == (200, "ok"), house)
        await arrives_quickly(hers, his, stream)


async def arrives_quickly(hers: Speaker, his: Speaker, stream: str) -> None:
    """Return once a message reaches the other process faster than a sweep would carry it."""
    for number in range(20):
        sent = await hers.send(stream, f"with redis again {number}")
        began = time.monotonic()
        await his.expect("message", event_id=sent["event_id"], within=SWEEP_SECONDS + 1)
        if time.monotonic() - began < 0.2:
            return
        await asyncio.sleep(0.5)
    raise AssertionError("hints never came back after Redis did")


async def test_without_postgres_it_says_unavailable_and_then_goes_on(open_scaled_house: Opener) -> None:
    house = open_scaled_house(own_servers=True)
    alice, bob = await house.guest(), await house.guest()
    async with house.connect(alice) as hers, house.connect(bob) as his:
        stream = (await hers.join("sleep"))["stream"]
        await his.join("sleep")
        assert house.postgres is not None
        for how in (house.postgres.terminate, house.postgres.kill):
            await without_postgres(house, how, hers, his, stream)


async def without_postgres(
    house: House, stop: Callable[[], None], hers: Speaker, his: Speaker, stream: str
) -> None:
    """Let the database go and come again between two messages."""
    before, lost, after = (f"{word} {stop.__name__}" for word in ("before", "while away in", "after"))
    sent = await hers.send(stream, before)
    await asyncio.to_thread(stop)
    with pytest.raises(Refused) as refused:
        await hers.send(stream, lost)
    assert refused.value.code == "unavailable"
    assert refused.value.reply["retry_after_ms"] > 0
    assert await becomes(lambda said: said[0] == 503, house)
    assert house.postgres is not None
    await asyncio.to_thread(house.postgres.start)
    await patiently(hers, "send", stream=stream, client_id=f"patient {stop.__name__}", text=after)
    assert await becomes(lambda said: said[0] == 200, house)
    await his.expect("message", text=after)
    kept = [event for event in await everything(his, stream) if event["kind"] == "message"]
    assert [event["event_id"] for event in kept if event["text"] == before] == [sent["event_id"]]
    texts = [event["text"] for event in kept]
    assert (texts.count(after), texts.count(lost)) == (1, 0)
    seqs = [event["seq"] for event in his.stream_events(stream)]
    assert seqs == sorted(set(seqs))


async def test_a_lost_network_is_a_resume_without_gap_or_repeat(open_house: Opener) -> None:
    house = open_house()
    alice, bob = await house.guest(), await house.guest()
    async with house.connect(bob) as his:
        async with house.connect(alice) as hers:
            stream = (await hers.join("sleep"))["stream"]
            await his.join("sleep")
            await his.send(stream, "seen")
            await hers.expect("message", text="seen")
            position = hers.positions()
            hers.cut()
            with pytest.raises((Closed, AssertionError)):
                await hers.expect("message", within=PATIENCE)
        missed = [await his.send(stream, f"missed {n}") for n in range(10)]
        async with house.connect(alice, resume=position) as hers:
            await hers.expect("message", event_id=missed[-1]["event_id"])
            replayed = [event["event_id"] for event in hers.stream_events(stream)]
            assert replayed == [one["event_id"] for one in missed]


async def test_the_database_is_set_to_survive_a_power_cut(house: House) -> None:
    if house.postgres:
        settings, durable = ("fsync", "synchronous_commit"), ["on", "on"]
        asked = "SHOW "
    else:
        settings, durable = ("journal_mode", "synchronous"), ["wal", 2]  # 2 is FULL
        asked = "PRAGMA "
    script = "from django.db import connection as c; k = c.cursor(); "
    script += f"print([(k.execute({asked!r} + n), k.fetchone()[0])[1] for n in {settings!r}])"
    printed = await asyncio.to_thread(house.manage, "shell", "--no-imports", "-c", script)
    assert printed.strip().splitlines()[-1] == str(durable)
