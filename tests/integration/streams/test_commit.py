"""Group commit against the real database."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, time
from functools import partial
from typing import Any

import pytest
import tink

from protocol.errors import Conflict, NotMember
from runtime import keyring
from streams import commit, db, log, publish
from streams.commit import Item
from streams.models import Event, Stream
from streams.refs import StreamRef
from streams.transaction import StreamGoneError, Tx

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    heard: list[Any] = []
    monkeypatch.setattr(publish, "events", heard.extend)
    return heard


@pytest.fixture(autouse=True)
def _closed_threads() -> Any:
    yield
    db.close_connections()


def saying(ref: StreamRef, text: str, **more: Any) -> Callable[[Tx], int | None]:
    return lambda tx: tx.append(ref, "message", {"text": text}, **more).seq


def texts(ref: StreamRef) -> list[tuple[int, str]]:
    import json

    return [(line.seq, json.loads(line.data)["text"]) for line in log.page(ref, after=0, limit=1_000)]


async def test_what_waits_is_stored_in_order_without_a_hole(told: list[Any]) -> None:
    ref = await db.run(log.create, "room:a")
    seqs = await asyncio.gather(*(commit.submit(Item((ref,), saying(ref, str(n)))) for n in range(300)))
    assert seqs == list(range(1, 301))
    assert await db.run(texts, ref) == [(n + 1, str(n)) for n in range(300)]
    assert len(told) < 300  # batches, not messages
    assert [line.seq for batch in told for line in batch.lines] == list(range(1, 301))


async def test_a_refusal_that_changed_nothing_leaves_its_batch_alone(told: list[Any]) -> None:
    ref = await db.run(log.create, "room:b")

    def refuse(tx: Tx) -> None:
        raise NotMember

    results = await asyncio.gather(
        commit.submit(Item((ref,), saying(ref, "one"))),
        commit.submit(Item((ref,), refuse)),
        commit.submit(Item((ref,), saying(ref, "two"))),
        return_exceptions=True,
    )
    assert [results[0], type(results[1]), results[2]] == [1, NotMember, 2]


async def test_what_a_batch_gathers_is_written_once_and_only_for_what_is_stored(told: list[Any]) -> None:
    ref = await db.run(log.create, "room:g")
    written: list[list[str]] = []

    def write(rows: Sequence[str], now: datetime) -> None:
        written.append(list(rows))
        Stream.objects.create(name=f"beside {len(written)}", epoch="x")

    def say(text: str, tx: Tx) -> None:
        tx.append(ref, "message", {"text": text})
        tx.gather(write, text)
        if text == "never":
            raise Conflict("no")

    results = await asyncio.gather(
        *(commit.submit(Item((ref,), partial(say, text))) for text in ("one", "never", "two")),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [type(None), Conflict, type(None)]
    assert sorted(text for rows in written for text in rows) == ["one", "two"]
    assert await db.run(texts, ref) == [(1, "one"), (2, "two")]
    assert await db.run(Stream.objects.filter(name__startswith="beside").count) == len(written)


async def test_a_refusal_after_a_write_takes_back_its_own_write_alone(told: list[Any]) -> None:
    ref = await db.run(log.create, "room:c")

    def write_then_refuse(tx: Tx) -> None:
        tx.append(ref, "message", {"text": "never"})
        Stream.objects.create(name="room:never", epoch="x")
        raise Conflict("no")

    results = await asyncio.gather(
        commit.submit(Item((ref,), saying(ref, "one"))),
        commit.submit(Item((ref,), write_then_refuse)),
        commit.submit(Item((ref,), saying(ref, "two"))),
        return_exceptions=True,
    )
    assert [results[0], type(results[1]), results[2]] == [1, Conflict, 2]
    assert await db.run(texts, ref) == [(1, "one"), (2, "two")]
    assert await db.run(log.get, "room:never") is None


async def test_one_broken_item_never_fails_the_others(told: list[Any]) -> None:
    ref = await db.run(log.create, "room:d")
    other = await db.run(log.create, "room:d2")

    def break_the_flush(tx: Tx) -> None:
        tx.append(other, "k" * 40_000, {}, client_id="c" * 70, member="m" * 400)
        tx.append(other, "message", {}, client_id="same", member="m")
        tx.append(other, "message", {}, client_id="same", member="m")

    results = await asyncio.gather(
        commit.submit(Item((ref,), saying(ref, "one"))),
        commit.submit(Item((other,), break_the_flush)),
        commit.submit(Item((ref,), saying(ref, "two"))),
        return_exceptions=True,
    )
    assert (results[0], results[2]) == (1, 2)
    assert isinstance(results[1], Exception)
    assert await db.run(texts, other) == []


async def test_a_known_client_id_is_found_within_a_batch_and_later(told: list[Any]) -> None:
    ref = await db.run(log.create, "room:e")

    def once(tx: Tx) -> tuple[int | None, bool]:
        known = tx.existing(ref, "m_alice", "c1")
        if known is not None:
            return known.seq, True
        return tx.append(ref, "message", {"text": "x"}, member="m_alice", client_id="c1").seq, False

    item = Item((ref,), once, dedup=(ref.id, "m_alice", "c1"))
    assert await asyncio.gather(commit.submit(item), commit.submit(item)) == [(1, False), (1, True)]
    assert await commit.submit(item) == (1, True)


async def test_a_held_event_has_no_seq_and_is_not_told_until_released(told: list[Any]) -> None:
    ref = await db.run(log.create, "room:f")
    held = await commit.submit(
        Item((ref,), lambda tx: tx.append(ref, "message", {"text": "held"}, pending=True))
    )
    assert held.seq is None
    assert await commit.submit(Item((ref,), saying(ref, "between"))) == 1

    def release(tx: Tx) -> int | None:
        found = tx.find(ref, held.event_id)
        assert found is not None
        return tx.release(found, written_at="then").seq

    assert await commit.submit(Item((ref,), release)) == 2
    assert await db.run(texts, ref) == [(1, "between"), (2, "held")]
    assert [[line.seq for line in batch.lines] for batch in told] == [[1], [2]]


async def test_what_went_is_shown_without_its_text(told: list[Any]) -> None:
    ref = await db.run(log.create, "room:g")
    said = await commit.submit(Item((ref,), lambda tx: tx.append(ref, "message", {"text": "gone soon"})))

    def remove(tx: Tx) -> None:
        found = tx.find(ref, said.event_id)
        assert found is not None
        tx.set_gone(found, "removed", erase=True)

    await commit.submit(Item((ref,), remove))
    (line,) = await db.run(log.page, ref, after=0)
    assert b"gone soon" not in line.data
    assert b'"gone":"removed"' in line.data
    row = await db.run(Event.objects.get)
    assert b"gone soon" not in bytes(row.body)


async def test_texts_are_sealed_at_rest(told: list[Any]) -> None:
    ref = await db.run(log.create, "room:h")
    await commit.submit(Item((ref,), saying(ref, "nobody may read this on disk")))
    row = await db.run(Event.objects.get)
    assert b"nobody may read" not in bytes(row.body)


async def test_an_unknown_stream_fails_its_own_item_alone(told: list[Any]) -> None:
    ref = await db.run(log.create, "room:i")
    lost = StreamRef(10**9, "room:lost", "x")
    results = await asyncio.gather(
        commit.submit(Item((ref,), saying(ref, "one"))),
        commit.submit(Item((lost,), saying(lost, "nowhere"))),
        return_exceptions=True,
    )
    assert results[0] == 1
    assert isinstance(results[1], StreamGoneError)


def test_the_synchronous_door_stores_and_tells(told: list[Any]) -> None:
    ref = log.create("room:j")
    assert commit.write_now(Item((ref,), saying(ref, "now"))) == 1
    assert [batch.ref for batch in told] == [ref]


async def test_rows_of_a_persons_own_stream_tell_neither_kind_nor_time(
    told: list[Any],
) -> None:
    me = await db.run(log.create, "me:chat:0123")
    room = await db.run(log.create, "room:k")

    def join(tx: Tx) -> None:
        tx.append(room, "member.joined", {"member": {"id": "m_a", "name": "Quiet Heron"}}, member="m_a")
        tx.append(me, "joined", {"room_stream": "room:k", "head": 1})

    await commit.submit(Item((room, me), join))
    theirs = await db.run(lambda: Event.objects.get(stream_id=me.id))
    rooms = await db.run(lambda: Event.objects.get(stream_id=room.id))
    assert theirs.kind == "personal"
    assert theirs.at != rooms.at
    assert theirs.at.time() == time(0)
    assert theirs.event_id[:10] != rooms.event_id[:10]  # a ULID's first ten letters are its time
    (line,) = await db.run(log.page, me, after=0)
    assert (line.kind, line.at) == ("joined", rooms.at)
    assert b'"room_stream":"room:k"' in line.data
    with pytest.raises(tink.TinkError):
        keyring.content().decrypt(bytes(theirs.body), theirs.event_id.encode())


async def test_an_erased_event_of_ones_own_stream_keeps_its_place(told: list[Any]) -> None:
    me = await db.run(log.create, "me:chat:4567")
    await commit.submit(Item((me,), lambda tx: tx.append(me, "card", {"text": "call somebody"})))
    await db.run(lambda: Event.objects.filter(stream_id=me.id).update(body=b"", gone="expired"))
    (line,) = await db.run(log.page, me, after=0)
    assert (line.seq, line.kind) == (1, "hidden")
    assert b"call somebody" not in line.data
