"""Being matched with one person."""

import asyncio
from datetime import timedelta

import pytest
import structlog

from chat import match, memberships, rooms, tickets
from chat.models import MatchTicket, Member, Room
from chat.pairs import pair_waiting
from protocol.errors import BadField, Conflict, Forbidden, NotFound
from runtime import clock
from streams import db, presence
from tests.integration.chat.people import Maker, Someone, moderate, room_events


@pytest.fixture(autouse=True)
def _no_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody here has a connection, so the watch would send them all away: it comes where a test calls it."""
    monkeypatch.setattr(match, "TICK_S", 3_600.0)


async def matched(one: Someone) -> dict:  # type: ignore[type-arg]
    found = (await one.me("matched"))[-1]
    loaded = await db.run(memberships.load_one, one.principal.person_id, found["room_stream"])
    assert loaded is not None
    one.rooms[found["room"]] = loaded
    return found


async def age(seconds: float) -> None:
    since = clock.now() - timedelta(seconds=seconds)
    await db.run(lambda: MatchTicket.objects.update(since=since))


async def test_a_seeker_meets_a_listener(alice: Someone, bob: Someone) -> None:
    assert await alice.matches("seeker") == {"status": "waiting"}
    assert await bob.matches("listener") == {"status": "waiting"}
    hers, his = await matched(alice), await matched(bob)
    assert hers["room_stream"] == his["room_stream"]
    assert (hers["role"], his["role"]) == ("seeker", "listener")
    assert (hers["with"], his["with"]) == (his["member"], hers["member"])
    assert hers["head"] == 2
    assert await db.run(MatchTicket.objects.count) == 0
    await alice.says("hello you", slug=hers["room"])
    assert [event["kind"] for event in await room_events(hers["room"])] == [
        "member.joined", "member.joined", "message",
    ]  # fmt: skip


async def test_two_listeners_wait(alice: Someone, bob: Someone) -> None:
    await alice.matches("listener")
    await bob.matches("listener")
    await age(60)
    assert await db.run(pair_waiting, "sleep", "en", clock.now()) == 0


async def test_two_seekers_meet_after_half_a_minute(alice: Someone, bob: Someone) -> None:
    await alice.matches()
    await bob.matches()
    assert await alice.me("matched") == []
    await age(31)
    assert await db.run(pair_waiting, "sleep", "en", clock.now()) == 1
    assert (await matched(alice))["role"] == "seeker"


async def test_topic_and_language_must_agree(alice: Someone, bob: Someone, charlie: Someone) -> None:
    await db.run(lambda: rooms.create(slug="talking", topic="talking", title="Talking", language="en"))
    await alice.matches("seeker")
    await bob.matches("listener", topic="talking")
    await charlie.matches("listener", language="es")
    assert await alice.me("matched") == []
    await charlie.matches("listener", language="en-GB")
    assert len(await alice.me("matched")) == 1


async def test_an_unknown_topic_is_a_bad_field(alice: Someone) -> None:
    with pytest.raises(BadField) as refused:
        await alice.matches(topic="nothing")
    assert refused.value.field == "topic"


async def test_a_new_match_replaces_the_waiting_one(alice: Someone) -> None:
    await alice.matches("seeker")
    await alice.matches("listener")
    assert await db.run(lambda: MatchTicket.objects.get().role) == "listener"


async def test_waiting_ends_with_unmatch_or_the_last_connection(alice: Someone, bob: Someone) -> None:
    assert await alice.unmatches() == {}
    await alice.matches()
    assert await alice.unmatches() == {}
    assert await db.run(MatchTicket.objects.count) == 0
    await alice.matches()
    me = await db.run(memberships.me_of, alice.principal.person_id)
    presence.view().arrive(me.name, "elsewhere")
    await db.run(match.connection_gone, alice.principal.person_id)
    assert await db.run(MatchTicket.objects.count) == 1
    presence.view().depart(me.name, "elsewhere")
    await db.run(match.connection_gone, alice.principal.person_id)
    assert await db.run(MatchTicket.objects.count) == 0


async def test_a_block_holds_across_pseudonyms(together: None, alice: Someone, bob: Someone) -> None:
    await alice.blocks(bob.id())
    await alice.matches("seeker")
    await bob.matches("listener")
    assert await alice.me("matched") == []
    await alice.unblocks(bob.id())
    assert await db.run(pair_waiting, "sleep", "en", clock.now()) == 1


async def test_when_one_leaves_the_other_is_told(alice: Someone, bob: Someone) -> None:
    await alice.matches("seeker")
    await bob.matches("listener")
    slug = (await matched(alice))["room"]
    await matched(bob)
    await bob.leaves(slug)
    (told,) = await alice.me("unmatched")
    assert (told["reason"], told["room_stream"]) == ("left", alice.stream(slug))
    with pytest.raises(Forbidden):
        await alice.says("are you there?", slug=slug)
    with pytest.raises(NotFound):
        await bob.joins(slug)


async def test_one_who_was_left_may_match_again(alice: Someone, bob: Someone, charlie: Someone) -> None:
    await alice.matches("seeker")
    await bob.matches("listener")
    slug = (await matched(alice))["room"]
    await matched(bob)
    await bob.leaves(slug)
    await alice.matches("seeker")
    await charlie.matches("listener")
    assert (await matched(alice))["room"] != slug
    assert len(await db.run(memberships.load, alice.principal.person_id)) == 1


async def test_a_ban_from_a_pair_is_told_to_the_other(alice: Someone, bob: Someone) -> None:
    await alice.matches("seeker")
    await bob.matches("listener")
    slug = (await matched(alice))["room"]
    await matched(bob)
    await moderate("ban", bob, bob.id(slug), until=None, on=True, slug=slug)
    assert (await alice.me("unmatched"))[0]["reason"] == "left"


async def test_a_pairs_room_is_not_found_by_others(alice: Someone, bob: Someone, charlie: Someone) -> None:
    await alice.matches("seeker")
    await bob.matches("listener")
    found = await matched(alice)
    with pytest.raises(NotFound):
        await charlie.joins(found["room"])
    assert isinstance(await db.run(memberships.why_absent, found["room_stream"]), NotFound)
    assert (await alice.joins(found["room"]))["member"] == found["member"]


async def test_names_in_a_pair_are_new(together: None, alice: Someone, bob: Someone) -> None:
    await alice.matches("seeker")
    await bob.matches("listener")
    found = await matched(alice)
    assert found["member"]["name"] != alice.rooms["sleep"].name
    assert found["member"]["id"] != alice.id()


async def test_processes_that_pair_at_once_make_one_room(alice: Someone, bob: Someone) -> None:
    await alice.matches()
    await bob.matches()
    await age(31)
    made = await asyncio.gather(*(db.run(pair_waiting, "sleep", "en", clock.now()) for _ in range(4)))
    assert sum(made) == 1
    assert await db.run(lambda: Room.objects.filter(kind="pair").count()) == 1
    assert await db.run(Member.objects.count) == 2


async def test_nobody_is_matched_with_one_whose_process_died(alice: Someone, bob: Someone) -> None:
    await alice.matches("seeker")
    long_ago = clock.now() - tickets.STALE_AFTER
    await db.run(lambda: MatchTicket.objects.update(seen_at=long_ago))
    await bob.matches("listener")
    assert await bob.me("matched") == []
    await db.run(tickets.sweep, clock.now())
    assert await db.run(MatchTicket.objects.count) == 1


async def test_the_watch_pairs_two_seekers_by_itself(
    alice: Someone, bob: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(match, "TICK_S", 0.02)
    people = [alice, bob]
    refs = [await db.run(memberships.me_of, one.principal.person_id) for one in people]
    for ref in refs:
        presence.view().arrive(ref.name, "here")
    try:
        for one in people:
            await one.matches()
        await age(31)
        for _ in range(200):
            if await alice.me("matched"):
                break
            await asyncio.sleep(0.02)
    finally:
        for ref in refs:
            presence.view().depart(ref.name, "here")
    assert len(await bob.me("matched")) == 1


async def test_the_twenty_first_room_is_no_match(alice: Someone) -> None:
    def fill() -> None:
        for n in range(20):
            rooms.create(slug=f"r{n}", topic="many", title="Many", language="en")

    await db.run(fill)
    for n in range(20):
        await alice.joins(f"r{n}")
    with pytest.raises(Conflict):
        await alice.matches()


async def test_one_who_got_full_while_waiting_is_told(alice: Someone, bob: Someone, another: Maker) -> None:
    def fill() -> None:
        for n in range(20):
            rooms.create(slug=f"r{n}", topic="many", title="Many", language="en")

    await db.run(fill)
    await alice.matches("seeker")
    for n in range(20):
        await alice.joins(f"r{n}")
    await bob.matches("listener")
    assert [event["reason"] for event in await alice.me("unmatched")] == ["too_many_rooms"]
    assert await bob.me() == []
    await (await db.run(another)).matches("seeker")
    assert len(await bob.me("matched")) == 1


async def test_the_watch_goes_on_after_any_fault(alice: Someone, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks: list[int] = []

    def broken(people: object) -> list[object]:
        ticks.append(1)
        raise RuntimeError("alice@example.org")

    monkeypatch.setattr(match, "TICK_S", 0.01)
    monkeypatch.setattr(match, "tick", broken)
    with structlog.testing.capture_logs() as logs:
        await alice.matches()
        for _ in range(200):
            if len(ticks) > 1:
                break
            await asyncio.sleep(0.01)
    await alice.unmatches()
    assert len(ticks) > 1
    assert {line["error"] for line in logs if line["event"] == "match_tick_failed"} == {"RuntimeError"}
    assert "alice" not in str(logs)


async def test_asking_for_the_same_again_does_not_begin_anew(alice: Someone) -> None:
    await alice.matches()
    await age(20)
    before = await db.run(lambda: MatchTicket.objects.get().since)
    await alice.matches()
    assert await db.run(lambda: MatchTicket.objects.get().since) == before
    await alice.matches("listener")
    assert await db.run(lambda: MatchTicket.objects.get().since) > before


async def test_a_ticket_nobody_vouched_for_begins_anew(alice: Someone) -> None:
    await alice.matches()
    long_ago = clock.now() - timedelta(seconds=40)
    await db.run(lambda: MatchTicket.objects.update(since=long_ago, seen_at=long_ago))
    await alice.matches()
    assert await db.run(lambda: MatchTicket.objects.get().since) > long_ago
