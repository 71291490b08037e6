"""Saying something in a room."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from chat import memberships, screened
from chat.models import Member
from moderation.policy.verdict import Verdict
from protocol.errors import Banned, Conflict, Forbidden, Muted, NotFound, NotMember, RateLimited, SlowMode
from runtime import clock
from streams import db
from streams.models import Event
from tests.integration.chat.people import Someone, moderate, queue_events, rewrite_room, room_events


async def test_alice_is_heard(together: None, alice: Someone) -> None:
    answer = await alice.says("Good evening.")
    said = (await room_events())[-1]
    assert answer["status"] == "delivered"
    assert (said["seq"], said["event_id"]) == (answer["seq"], answer["event_id"])
    assert said["text"] == "Good evening."
    assert said["member"] == alice.rooms["sleep"].wire


async def test_charlie_is_not_in_the_room(together: None, alice: Someone, charlie: Someone) -> None:
    assert await db.run(memberships.load_one, charlie.principal.person_id, alice.stream()) is None
    assert isinstance(await db.run(memberships.why_absent, alice.stream()), NotMember)
    assert isinstance(await db.run(memberships.why_absent, "room:nowhere"), NotFound)


async def test_messages_keep_the_order_of_their_calls(together: None, alice: Someone) -> None:
    await asyncio.gather(*(alice.says(str(n)) for n in range(15)))
    texts = [event["text"] for event in await room_events() if event["kind"] == "message"]
    assert texts == [str(n) for n in range(15)]


async def test_a_message_asks_the_database_for_nothing_but_its_place(together: None, alice: Someone) -> None:
    await alice.says("first")
    seen: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    def listen(on: bool) -> None:
        (connection.execute_wrappers.append if on else connection.execute_wrappers.remove)(note)

    await db.run_writer(listen, True)
    await alice.says("second")
    await db.run_writer(listen, False)
    assert not [sql for sql in seen if "chat_" in sql or "accounts_" in sql or "moderation_" in sql]


async def test_resending_gives_the_same_answer(together: None, alice: Someone) -> None:
    first = await alice.says("once", client_id="k")
    assert await alice.says("once", client_id="k") == first
    assert len([e for e in await room_events() if e["kind"] == "message"]) == 1


async def test_two_resends_at_once_are_one_message(together: None, alice: Someone) -> None:
    answers = await asyncio.gather(*(alice.says("once", client_id="k") for _ in range(4)))
    assert all(answer == answers[0] for answer in answers)


async def test_another_text_under_the_same_client_id_is_a_conflict(together: None, alice: Someone) -> None:
    await alice.says("one", client_id="k")
    with pytest.raises(Conflict):
        await alice.says("two", client_id="k")


async def test_the_same_client_id_is_free_for_somebody_else(
    together: None, alice: Someone, bob: Someone
) -> None:
    mine = await alice.says("one", client_id="k")
    theirs = await bob.says("two", client_id="k")
    assert mine["event_id"] != theirs["event_id"]


async def test_another_answered_message_is_a_conflict(together: None, alice: Someone, bob: Someone) -> None:
    said = await bob.says("question")
    await alice.says("answer", client_id="k", reply_to=said["event_id"])
    with pytest.raises(Conflict):
        await alice.says("answer", client_id="k")


async def test_a_reply_names_what_it_answers(together: None, alice: Someone, bob: Someone) -> None:
    said = await bob.says("question")
    await alice.says("answer", reply_to=said["event_id"])
    assert (await room_events())[-1]["reply_to"] == said["event_id"]


async def test_what_is_gone_or_unknown_cannot_be_answered(
    together: None, alice: Someone, bob: Someone
) -> None:
    said = await bob.says("question")
    await bob.takes_back(said["event_id"])
    joined = (await room_events())[0]
    for event_id in (said["event_id"], "01UNKNOWN", joined["event_id"]):
        with pytest.raises(NotFound):
            await alice.says("answer", reply_to=event_id)


async def test_a_reply_can_be_resent_after_its_target_went(
    together: None, alice: Someone, bob: Someone
) -> None:
    said = await bob.says("question")
    answer = await alice.says("answer", client_id="k", reply_to=said["event_id"])
    await bob.takes_back(said["event_id"])
    assert await alice.says("answer", client_id="k", reply_to=said["event_id"]) == answer


async def test_who_left_is_refused_at_once(together: None, alice: Someone) -> None:
    await alice.leaves()
    with pytest.raises(NotMember):
        await alice.says("still here?")


async def test_a_mute_by_another_process_holds_for_the_next_message(together: None, alice: Someone) -> None:
    until = clock.now() + timedelta(minutes=5)
    await moderate("mute", alice, alice.id(), until=until, on=True)
    with pytest.raises(Muted) as refused:
        await alice.says("too loud")
    assert refused.value.extra["until"] == until
    await moderate("mute", alice, alice.id(), until=None, on=False)
    assert (await alice.says("hello again"))["status"] == "delivered"


async def test_a_muted_resend_still_gets_its_answer(together: None, alice: Someone) -> None:
    said = await alice.says("before", client_id="k")
    await moderate("mute", alice, alice.id(), until=None, on=True)
    assert await alice.says("before", client_id="k") == said


async def test_slow_mode_leaves_a_pause(together: None, alice: Someone, bob: Someone) -> None:
    assert await moderate("slow_mode", alice, seconds=30) == 0
    await alice.says("one")
    with pytest.raises(SlowMode) as refused:
        await alice.says("two")
    assert 29_000 < refused.value.retry_after_ms <= 30_001
    await bob.says("mine")
    notice = next(event for event in await room_events() if event["kind"] == "room.notice")
    assert notice["code"] == "slow_mode"


async def test_a_closed_room_takes_no_message(together: None, alice: Someone) -> None:
    await moderate("close", alice, on=True)
    with pytest.raises(Forbidden):
        await alice.says("anyone?")
    assert (await room_events())[-1]["code"] == "closing"


async def test_the_banned_hear_so(together: None, alice: Someone) -> None:
    await moderate("ban", alice, alice.id(), until=None, on=True)
    with pytest.raises(Banned):
        await alice.says("let me in")


async def test_a_flood_is_refused(together: None, alice: Someone, settings: object) -> None:
    for n in range(20):
        await alice.says(str(n))
    with pytest.raises(RateLimited) as refused:
        await alice.says("one too many")
    assert 0 < refused.value.retry_after_ms <= 1_001


async def test_a_worrying_message_is_delivered_with_a_case_and_a_card(
    together: None, marked: None, alice: Someone
) -> None:
    answer = await alice.says("L3: I cannot go on")
    assert answer["status"] == "delivered"
    (opened,) = await queue_events()
    assert opened["kind"] == "case.opened"
    assert opened["case"]["level"] == "L3"
    (card,) = await alice.me("card")
    assert card["room"] == "sleep"
    assert card["contacts"]
    assert "No moderator is here" in card["text"]
    await alice.says("L3: I said I cannot go on")
    assert len(await alice.me("card")) == 1


async def test_a_harmful_message_is_held_and_reaches_nobody(
    together: None, marked: None, alice: Someone
) -> None:
    before = await room_events()
    answer = await alice.says("H: this is how", client_id="k")
    assert answer["status"] == "held"
    assert answer["review_by"].endswith("Z")
    assert await room_events() == before
    assert [(e["room"], e["client_id"]) for e in await alice.me("message.held")] == [("sleep", "k")]
    assert await alice.says("H: this is how", client_id="k") == answer
    with pytest.raises(Conflict):
        await alice.says("H: something else", client_id="k")


async def test_under_review_every_next_message_is_held(together: None, alice: Someone) -> None:
    await alice.says("free")
    await moderate("hold", alice, alice.id(), on=True)
    answer = await alice.says("not free", client_id="k")
    assert answer["status"] == "held"
    assert (await alice.says("neither is this"))["status"] == "held"
    assert (await queue_events())[-1]["case"]["level"] == "C"
    await moderate("hold", alice, alice.id(), on=False)
    assert (await alice.says("free again"))["status"] == "delivered"


async def test_text_is_encrypted_where_it_lies(together: None, alice: Someone) -> None:
    answer = await alice.says("nobody else may read this")

    def body() -> bytes:
        return bytes(Event.objects.get(pk=answer["event_id"]).body)

    assert b"nobody" not in await db.run(body)


async def test_a_lost_row_is_no_membership(together: None, alice: Someone) -> None:
    await db.run(lambda: Member.objects.filter(pk=alice.id()).delete())
    await rewrite_room(slow_mode_s=0)
    alice.rooms["sleep"].version = -1
    with pytest.raises(NotMember):
        await alice.says("who am I?")


async def test_context_is_counted_per_member_and_not_per_connection(
    together: None, alice: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, ...]] = []

    def screen(text: str, *, context: tuple[str, ...], language: str) -> Verdict:
        seen.append(context)
        return Verdict.clear("en")

    monkeypatch.setattr(screened, "screen", screen)
    await alice.says("one")
    (loaded,) = await db.run(memberships.load, alice.principal.person_id)
    alice.rooms["sleep"] = loaded
    await alice.says("two")
    assert seen == [(), ("one",)]
