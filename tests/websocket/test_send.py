"""Saying something in a room."""

from __future__ import annotations

import asyncio
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.party import Party
from tests.speaker import Refused


async def test_a_message_reaches_everyone_its_sender_too_in_the_order_of_the_log(party: Party) -> None:
    alice, bob = await party.members(2)
    tablet = await party.connect(alice.person)
    sent = await alice.send(party.stream, "hello")
    assert set(sent) == {"type", "id", "status", "seq", "event_id", "at"}
    assert sent["status"] == "delivered"
    for speaker in (alice, bob, tablet):
        event = await speaker.expect("message")
        assert event == {
            "type": "event",
            "stream": party.stream,
            "seq": sent["seq"],
            "event_id": sent["event_id"],
            "kind": "message",
            "at": sent["at"],
            "member": alice.joined["member"],
            "text": "hello",
        }


async def test_messages_of_one_connection_keep_their_order(party: Party) -> None:
    alice, bob = await party.members(2)
    futures = [
        await alice.put("send", stream=party.stream, client_id=f"c{n}", text=f"{n}") for n in range(20)
    ]
    replies = [await future for future in futures]
    assert [reply["seq"] for reply in replies] == sorted(reply["seq"] for reply in replies)
    await bob.expect("message", text="19")
    assert [e["text"] for e in bob.events if e["kind"] == "message"] == [str(n) for n in range(20)]


async def test_many_senders_make_one_sequence_without_holes_for_everyone(party: Party) -> None:
    speakers = await party.members(4)
    futures = [
        await speaker.put("send", stream=party.stream, client_id=f"c{n}", text=f"{n}")
        for n in range(10)
        for speaker in speakers
    ]
    last = max([(await future)["seq"] for future in futures])
    for speaker in speakers:
        await speaker.expect("message", seq=last)
        seen = [event["seq"] for event in speaker.stream_events(party.stream)]
        assert seen == list(range(speaker.joined["head"] + 1, last + 1))


async def test_a_resend_gives_the_same_answer_and_stores_nothing(party: Party) -> None:
    alice, bob = await party.members(2)
    first = await alice.send(party.stream, "once", client_id="c1")
    tablet = await party.connect(alice.person)
    for speaker in (alice, tablet):
        again = await speaker.send(party.stream, "  once ", client_id="c1")
        assert {k: again[k] for k in ("status", "seq", "event_id", "at")} == {
            k: first[k] for k in ("status", "seq", "event_id", "at")
        }
    await bob.expect("message")
    await bob.hears_nothing("message")


async def test_resends_at_once_store_one_message(party: Party) -> None:
    alice = await party.member()
    tablet = await party.connect(alice.person)
    futures = [
        await speaker.put("send", stream=party.stream, client_id="same", text="once")
        for _ in range(4)
        for speaker in (alice, tablet)
    ]
    replies = [await future for future in futures]
    assert len({(reply["seq"], reply["event_id"], reply["at"]) for reply in replies}) == 1


async def test_another_text_or_reply_under_the_same_client_id_is_conflict(party: Party) -> None:
    alice = await party.member()
    target = await alice.send(party.stream, "target")
    await alice.send(party.stream, "once", client_id="c1")
    for fields in ({"text": "twice"}, {"text": "once", "reply_to": target["event_id"]}, {"text": "Once"}):
        with pytest.raises(Refused) as refused:
            await alice.send(party.stream, client_id="c1", **fields)
        assert refused.value.code == "conflict"


async def test_a_client_id_is_unique_per_member_and_stream_only(party: Party) -> None:
    alice, bob = await party.members(2)
    first = await alice.send(party.stream, "mine", client_id="same")
    second = await bob.send(party.stream, "yours", client_id="same")
    assert first["event_id"] != second["event_id"]
    other = await alice.join(await party.inside.room())
    third = await alice.send(other["stream"], "elsewhere", client_id="same")
    assert third["event_id"] not in (first["event_id"], second["event_id"])


async def test_a_resend_after_leaving_and_coming_back_is_still_the_same(party: Party) -> None:
    alice = await party.member()
    first = await alice.send(party.stream, "once", client_id="c1")
    await alice.leave(party.stream)
    await alice.join(party.slug)
    assert (await alice.send(party.stream, "once", client_id="c1"))["seq"] == first["seq"]


async def test_a_reply_names_its_message(party: Party) -> None:
    alice, bob = await party.members(2)
    sent = await alice.send(party.stream, "question")
    await bob.send(party.stream, "answer", reply_to=sent["event_id"])
    assert (await alice.expect("message", text="answer"))["reply_to"] == sent["event_id"]


async def test_what_cannot_be_seen_cannot_be_answered(party: Party) -> None:
    alice, bob = await party.members(2)
    joined = await alice.expect("member.joined")
    gone = await alice.send(party.stream, "gone")
    await alice.do("remove", stream=party.stream, event_id=gone["event_id"])
    other = await alice.join(await party.inside.room())
    elsewhere = await alice.send(other["stream"], "elsewhere")
    hidden = await bob.send(party.stream, "from a blocked one")
    await alice.do("block", stream=party.stream, member=bob.member)
    for target in (
        gone,
        elsewhere,
        hidden,
        joined,
        {"event_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"},
        {"event_id": ""},
    ):
        with pytest.raises(Refused) as refused:
            await alice.send(party.stream, "answer", reply_to=target["event_id"])
        assert refused.value.code == "not_found"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad_field"), ("   \n\t ", "bad_field"),
        ("\u202e\u2066", "bad_field"), ("\x00\x1b", "bad_field"),
        ("x" * 4001, "too_long"), ("😀" * 4001, "too_long"),
    ],
)  # fmt: skip
async def test_a_text_has_1_to_4000_characters_after_cleaning(
    party: Party, text: str, code: str, once: None
) -> None:
    alice = await party.member()
    reply = await alice.ask("send", stream=party.stream, client_id="c1", text=text)
    assert (reply["code"], reply["field"]) == (code, "text")


@pytest.mark.parametrize("text", ["x" * 4000, "  " + "word " * 799 + "last ", "\x07" * 50 + "é" * 4000])
async def test_a_text_at_the_bound_is_taken(party: Party, text: str, once: None) -> None:
    alice = await party.member()
    await alice.send(party.stream, text)
    assert (await alice.expect("message"))["text"] == text.replace("\x07", "").strip()


@pytest.mark.parametrize("client_id", ["", "x" * 65, 5, None])
async def test_a_client_id_has_1_to_64_characters(party: Party, client_id: object, once: None) -> None:
    alice = await party.member()
    reply = await alice.ask("send", stream=party.stream, client_id=client_id, text="hello")
    assert (reply["code"], reply["field"]) == ("bad_field", "client_id")


@pytest.mark.parametrize("field", ["stream", "client_id", "text"])
async def test_a_missing_field_is_named(party: Party, field: str, once: None) -> None:
    alice = await party.member()
    fields = {"stream": party.stream, "client_id": "c1", "text": "hello"}
    del fields[field]
    reply = await alice.ask("send", **fields)
    assert (reply["code"], reply["field"]) == ("bad_field", field)


def cleaned(text: str) -> str:
    taken_out = {chr(c) for c in [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]}
    kept = [c for c in text if c in "\n\t" or (unicodedata.category(c) != "Cc" and c not in taken_out)]
    return "".join(kept).strip()


async def test_text_is_kept_as_typed_but_for_what_is_taken_out(party: Party) -> None:
    texts = [
        "<b>plain</b> & \"quoted\" 'text' \\ /", "line\nbreak\ttab", "a\u0000b\u001bc\u007fd\u0085e",
        "\u202eright\u2066left", "👩‍👩‍👧 می‌خواهم", "  trimmed  ", "e\u0301 stays decomposed", "🏳️‍🌈 \ufeff.",
        "\r\nx\r\ny",
    ]  # fmt: skip
    alice, bob = await party.members(2)
    for text in texts:
        await alice.send(party.stream, text)
        assert (await bob.expect("message"))["text"] == cleaned(text)
    page = (await bob.history(party.stream))["events"]
    assert [e["text"] for e in page if e["kind"] == "message"] == [cleaned(text) for text in texts]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=60).filter(lambda text: cleaned(text) != ""))
async def test_any_text_arrives_as_it_was_cleaned(party: Party, text: str) -> None:
    alice, bob = await party.members(2)
    reply = await alice.send(party.stream, text)
    if reply["status"] == "delivered":
        assert (await bob.expect("message", seq=reply["seq"]))["text"] == cleaned(text)
    await alice.close()
    await bob.close()


async def test_an_acked_message_is_in_the_database_sealed(party: Party) -> None:
    alice = await party.member()
    sent = await alice.send(party.stream, "plain words in a sealed body")
    rows = await asyncio.to_thread(
        party.house.rows, "SELECT body FROM streams_event WHERE event_id = %s", sent["event_id"]
    )
    assert len(rows) == 1
    assert b"plain words" not in bytes(rows[0][0])


async def test_sending_to_me_with_nobody_of_the_team_there_is_forbidden(party: Party) -> None:
    alice = await party.connect()
    assert (await alice.ask("send", stream="me", client_id="c", text="hello"))["code"] == "forbidden"


async def test_a_muted_member_is_told_until_when(party: Party) -> None:
    alice, bob = await party.members(2)
    await party.inside.do(
        "moderate", stream=party.stream, member=bob.member, action="mute", until_s=60, on=True
    )
    reply = await bob.ask("send", stream=party.stream, client_id="c1", text="hello")
    assert reply["code"] == "muted"
    assert reply["until"].endswith("Z")
    await alice.hears_nothing("message")
    await party.inside.do(
        "moderate", stream=party.stream, member=bob.member, action="mute", until_s=0, on=False
    )
    assert (await bob.send(party.stream, "hello"))["status"] == "delivered"


async def test_slow_mode_holds_a_member_to_one_message_per_pause(party: Party) -> None:
    alice, bob = await party.members(2)
    await party.inside.do("moderate", stream=party.stream, member="", action="slow_mode", seconds=30)
    notice = await alice.expect("room.notice")
    assert notice["code"] == "slow_mode"
    assert notice["text"]
    first = await alice.send(party.stream, "first", client_id="c1")
    reply = await alice.ask("send", stream=party.stream, client_id="c2", text="second")
    assert reply["code"] == "slow_mode"
    assert 0 < reply["retry_after_ms"] <= 30_000
    assert (await alice.send(party.stream, "first", client_id="c1"))["seq"] == first["seq"]  # a resend may
    assert (await bob.send(party.stream, "another's"))["status"] == "delivered"


async def test_a_closed_room_is_read_and_not_written(party: Party) -> None:
    alice = await party.member()
    await party.inside.do("moderate", stream=party.stream, member="", action="close", on=True)
    await alice.expect("room.notice", code="closing")
    assert (await alice.ask("send", stream=party.stream, client_id="c", text="hi"))["code"] == "forbidden"
    assert (await alice.history(party.stream))["events"]
