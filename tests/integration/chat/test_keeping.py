"""Retention, erasure, export and what the tables hold of people."""

from datetime import timedelta

import pytest
from django.apps import apps

from accounts.models import User
from accounts.registries import erase_person, export_person
from chat import retention, rooms
from chat.models import Block, MatchTicket, Member, Reaction
from chat.moderating import actions
from moderation import cases
from moderation.models import Case
from runtime import clock
from streams import db
from streams.commit import Item, write_now
from streams.models import Event
from streams.transaction import from_row
from tests.integration.chat.people import Someone, moderate, ref_of, rewrite_room, room_events


async def text_at_rest(event_id: str) -> str | None:
    ref = await ref_of()
    stored = await db.run(lambda: from_row(Event.objects.get(pk=event_id), ref))
    return stored.fields.get("text")


async def test_text_of_a_room_for_hours_is_gone_after_a_day(together: None, alice: Someone) -> None:
    await rewrite_room(retention="hours")
    said = await alice.says("for today")
    assert await db.run(retention.expire_all, clock.now() + timedelta(hours=23)) == 0
    assert await db.run(retention.expire_all, clock.now() + timedelta(hours=25)) == 1
    message = (await room_events())[-1]
    assert (message["gone"], "text" in message) == ("expired", False)
    assert await text_at_rest(said["event_id"]) is None
    assert await db.run(retention.expire_all, clock.now() + timedelta(hours=25)) == 0


async def test_a_room_that_keeps_keeps(together: None, alice: Someone) -> None:
    await rewrite_room(retention="kept")
    await alice.says("for ever")
    assert await db.run(retention.expire_all, clock.now() + timedelta(days=4_000)) == 0


async def test_many_messages_expire_in_batches(
    together: None, alice: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)
    for n in range(8):
        await alice.says(str(n))
    assert await db.run(retention.expire_all, clock.now() + timedelta(days=31)) == 8
    assert all(event.get("gone") == "expired" for event in await room_events() if event["kind"] == "message")


async def test_what_an_open_case_needs_goes_when_it_closes(
    together: None, alice: Someone, bob: Someone
) -> None:
    said = await alice.says("rude")
    await bob.reports(said["event_id"])
    await db.run(retention.expire_all, clock.now() + timedelta(days=31))
    assert "text" not in (await room_events())[-1]
    assert await db.run(actions.text_of, [said["event_id"]]) == {said["event_id"]: "rude"}
    ref = await ref_of()

    def close() -> None:
        Case.objects.update(state="closed")
        write_now(Item((ref,), lambda tx: cases.release_texts(tx, Case.objects.get())))

    await db.run(close)
    assert await text_at_rest(said["event_id"]) is None


async def test_a_held_message_never_expires(together: None, marked: None, alice: Someone) -> None:
    await alice.says("H: wait", client_id="k")
    await db.run(retention.expire_all, clock.now() + timedelta(days=400))
    event_id = await db.run(lambda: Event.objects.get(client_id="k").pk)
    assert await text_at_rest(event_id) == "H: wait"


async def test_erasing_a_person_erases_what_they_wrote(together: None, alice: Someone, bob: Someone) -> None:
    said = await alice.says("my secret")
    theirs = await bob.says("not mine")
    await alice.reacts(theirs["event_id"])
    await alice.blocks(bob.id())
    retracted = await alice.says("retracted")
    await moderate("retract", alice, retracted["event_id"])
    await db.run(erase_person, alice.principal.person_id)
    events = await room_events()
    assert [event["text"] for event in events if "text" in event] == ["not mine"]
    assert alice.rooms["sleep"].name not in str(events)
    assert events[-1]["kind"] == "message.removed"
    assert await text_at_rest(said["event_id"]) is None
    assert not await db.run(lambda: User.objects.filter(pk=alice.principal.person_id).exists())
    assert await db.run(Block.objects.count) == await db.run(Reaction.objects.count) == 0
    await db.run(erase_person, alice.principal.person_id)
    await bob.says("life goes on")


async def test_an_export_has_all_a_person_wrote(together: None, alice: Someone, bob: Someone) -> None:
    await alice.says("mine")
    await bob.says("not mine")
    await alice.leaves()
    found = (await db.run(export_person, alice.principal.person_id))["chat"]
    (room,) = found["rooms"]
    assert (room["room"], room["name"]) == ("sleep", alice.rooms["sleep"].name)
    assert [event["text"] for event in room["events"] if event["kind"] == "message"] == ["mine"]
    assert [event["kind"] for event in found["told"]] == ["joined", "left"]


async def test_no_table_of_the_rooms_names_a_person(
    together: None, marked: None, alice: Someone, bob: Someone, charlie: Someone
) -> None:
    said = await alice.says("L3: hello")
    await bob.reacts(said["event_id"])
    await bob.reports(said["event_id"])
    await bob.blocks(alice.id())
    await charlie.matches()
    await alice.matches("listener", language="es")

    def dump() -> str:
        rows: list[object] = []
        for label in ("chat", "streams", "moderation"):
            for model in apps.get_app_config(label).get_models():
                rows += [model.__name__, *model.objects.values_list()]  # type: ignore[attr-defined]
        return repr(rows)

    found = await db.run(dump)
    assert await db.run(MatchTicket.objects.count) == 2
    for person in (alice, bob, charlie):
        key = person.principal.person_id
        assert str(key) not in found
        assert key.hex not in found
        assert repr(key.bytes)[2:-1] not in found


async def test_nothing_joins_two_rooms_members(alice: Someone, bob: Someone) -> None:
    await db.run(lambda: rooms.create(slug="talking", topic="talking", title="Talking", language="en"))
    for slug in ("sleep", "talking"):
        await alice.joins(slug)
        await bob.joins(slug)
        await alice.blocks(bob.id(slug), slug=slug)

    def values() -> dict[str, set[object]]:
        found: dict[str, set[object]] = {}
        for member in Member.objects.filter(pk__in=[alice.id("sleep"), alice.id("talking")]).values():
            found[member["id"]] = {member[name] for name in ("id", "name", "name_key", "room_id")}
        return found

    one, other = (await db.run(values)).values()
    assert not one & other


async def test_what_a_persons_own_stream_said_is_emptied_after_thirty_days(
    together: None, alice: Someone
) -> None:
    before = await alice.me()
    assert before[0]["room_stream"] == alice.stream()
    assert await db.run(retention.expire_me, clock.now() + timedelta(days=29)) == 0
    assert await db.run(retention.expire_me, clock.now() + timedelta(days=32)) == 2
    rows = await db.run(lambda: list(Event.objects.filter(stream__name__startswith="me:")))
    assert {(row.gone, bytes(row.body)) for row in rows} == {("expired", b"")}
    after = await alice.me()
    assert [event["seq"] for event in after] == [event["seq"] for event in before]
    assert alice.stream() not in str(after)
    assert await db.run(retention.expire_me, clock.now() + timedelta(days=32)) == 0
    assert "text" not in str(after)
    assert len(await room_events()) == 2
