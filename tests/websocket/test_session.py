"""The socket itself: handshake, subprotocol, frames, ids and what is never closed for."""

from __future__ import annotations

import json

import pytest
from websockets.exceptions import InvalidStatus

from tests.house import House
from tests.party import Party
from tests.speaker import Refused, Speaker

pytestmark = pytest.mark.usefixtures("once")  # what no database and no layer has a part in

KIB = 1024


async def test_a_socket_without_the_subprotocol_is_told_so_and_closed_with_4001(party: Party) -> None:
    for offered in (None, "hearth.v2.json"):
        async with party.house.connect(None, subprotocol=offered) as visitor:
            assert await visitor.closed() == 4001
            assert visitor.bye is not None
            assert visitor.bye["code"] == 4001
            assert visitor.objects == [visitor.bye]


async def test_the_subprotocol_is_chosen_in_the_handshake(party: Party) -> None:
    visitor = await party.connect(greet=False)
    assert visitor.socket.subprotocol == "hearth.v1.json"


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1.evil.example", "http://[", "x"],
)
async def test_a_foreign_origin_is_refused_in_the_handshake(party: Party, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with party.house.connect(None, origin=origin):
            pass
    assert refused.value.response.status_code in (400, 403)


async def test_the_origin_of_the_own_host_is_at_home(party: Party) -> None:
    alice = await party.connect(origin=f"http://127.0.0.1:{party.house.web.port}")
    assert alice.welcome["type"] == "welcome"


async def test_a_client_without_an_origin_is_admitted_by_its_ticket(party: Party) -> None:
    assert (await party.connect()).welcome["type"] == "welcome"


async def test_an_unknown_path_is_no_door(house: House) -> None:
    for path in ("/ws/nothing/", "/ws/"):
        with pytest.raises(InvalidStatus):
            async with Speaker(house.webs[0].url.replace("http", "ws") + path):
                pass


async def test_a_frame_over_64_kib_closes_with_4004(party: Party) -> None:
    alice = await party.connect()
    frame = json.dumps({"type": "ping", "id": 1, "padding": ""})
    await alice.raw(frame[:-2] + "x" * (64 * KIB - len(frame)) + frame[-2:])
    assert await alice.expect_object("pong", id=1)  # exactly 64 KiB is taken
    await alice.raw(frame[:-2] + "x" * (64 * KIB - len(frame) + 1) + frame[-2:])
    assert await alice.closed() == 4004
    assert alice.bye["code"] == 4004


async def test_the_length_of_a_frame_is_counted_in_bytes(party: Party) -> None:
    alice = await party.connect()
    frame = '{"type":"ping","id":1,"padding":""}'
    await alice.raw(frame[:-2] + "é" * (32 * KIB) + frame[-2:])
    assert await alice.closed() == 4004


async def test_a_frame_over_1_mib_may_be_cut_by_the_transport(party: Party) -> None:
    for size, codes in ((1024 * KIB - 1, {4004}), (1024 * KIB + 1, {1009})):
        alice = await party.connect()
        await alice.raw("x" * size)
        assert await alice.closed() in codes


async def test_a_large_frame_before_hello_is_4004_too(party: Party) -> None:
    visitor = await party.connect(greet=False)
    await visitor.raw("x" * (65 * KIB))
    assert await visitor.closed() == 4004


async def test_three_frames_in_a_row_that_hold_no_object_with_a_type_close_with_4000(party: Party) -> None:
    for frames in (
        ["not json", "[]", "{}"],
        ['"text"', "12", '{"type":null}'],
        [b'{"type":"ping","id":1}', b"\x00", '{"id":5}'],
        [
            '{"type":"ping","id":1}{"type":"ping","id":2}',
            '{"type":"ping","id":1}\n{"type":"ping","id":2}',
            "",
        ],
    ):
        alice = await party.connect()
        for frame in frames:
            await alice.raw(frame)
        assert await alice.closed() == 4000
        errors = [one for one in alice.objects if one["type"] == "error"]
        assert [one["code"] for one in errors] == ["bad_frame"] * 3
        assert alice.bye["code"] == 4000


async def test_two_bad_frames_and_a_good_one_begin_the_count_anew(party: Party) -> None:
    alice = await party.connect()
    for _ in range(4):
        await alice.raw("nonsense")
        await alice.raw("[1]")
        await alice.ask("ping")
    assert alice.close_code is None


async def test_an_unknown_type_is_no_bad_frame(party: Party) -> None:
    alice = await party.connect()
    for number in range(5):
        reply = await alice.ask("dance", id=100 + number)
        assert (reply["type"], reply["code"]) == ("error", "unknown_type")
    assert (await alice.ask("ping"))["type"] == "pong"


async def test_a_lone_surrogate_holds_no_object(party: Party) -> None:
    alice = await party.member()
    frame = json.dumps({"type": "send", "id": 9, "stream": party.stream, "client_id": "c", "text": "\ud800"})
    await alice.raw(frame)
    reply = await alice.expect_object("error")
    assert reply["code"] == "bad_frame"


@pytest.mark.parametrize("cut", [b"\xed\xa0\x80", b"\xff", b"\xc3"])
async def test_a_text_frame_that_is_no_utf_8_holds_no_object(party: Party, cut: bytes) -> None:
    alice = await party.member()
    assert alice.socket is not None
    await alice.socket.send(b'{"type":"ping","id":9,"x":"' + cut + b'"}', text=True)
    reply = await alice.expect_object("error")
    assert (reply["code"], reply["id"]) == ("bad_frame", None)
    assert (await alice.ask("ping"))["type"] == "pong"


@pytest.mark.parametrize("bad", [-1, 2**53, 1.5, "7", True, None, [], {}, 10**30])
async def test_an_id_is_an_integer_from_0_to_2_53_minus_1(party: Party, bad: object) -> None:
    alice = await party.connect()
    await alice.raw(json.dumps({"type": "members", "id": bad, "stream": "me"}))
    reply = await alice.expect_object("error")
    assert (reply["id"], reply["code"], reply["field"]) == (None, "bad_field", "id")
    if bad is None:
        await alice.raw('{"type":"ping"}')
        reply = await alice.expect_object("error")
        assert (reply["id"], reply["code"], reply["field"]) == (None, "bad_field", "id")


@pytest.mark.parametrize("good", [0, 1, 2**53 - 1])
async def test_ids_at_the_bounds_are_taken(party: Party, good: int) -> None:
    alice = await party.connect()
    assert (await alice.do("history", id=good, stream="me"))["id"] == good


async def test_an_id_is_unique_among_those_in_flight_and_free_afterwards(party: Party) -> None:
    alice = await party.member()
    for _ in range(2):
        await alice.raw({"type": "history", "id": 7, "stream": party.stream})
        await alice.raw({"type": "history", "id": 7, "stream": party.stream})
    await alice.ask("history", stream=party.stream)
    replies = [one for one in alice.objects if one.get("id") == 7 and one["type"] == "ok"]
    refused = [one for one in alice.objects if one["type"] == "error"]
    assert len(replies) + len(refused) == 4
    assert all((one["code"], one["field"], one["id"]) == ("bad_field", "id", None) for one in refused)
    assert (await alice.do("history", id=7, stream=party.stream))["id"] == 7


async def test_unknown_fields_are_ignored(party: Party) -> None:
    alice = await party.member()
    assert (await alice.do("typing", stream=party.stream, on=True, colour="red"))["type"] == "ok"


async def test_every_frame_holds_whole_objects_one_per_line_and_at_most_256_kib(party: Party) -> None:
    alice, bob = await party.members(2)
    for speaker in (alice, bob):
        futures = [
            await speaker.put("send", stream=party.stream, client_id=f"c{n}", text="😀" * 4000)
            for n in range(20)
        ]
        for future in futures:
            assert (await future)["type"] == "ok"
    futures = [await bob.put("history", stream=party.stream, limit=200) for _ in range(5)]
    for future in futures:
        assert (await future)["type"] == "ok"
    for frame in bob.frames:
        assert len(frame.encode() if isinstance(frame, str) else frame) <= 256 * KIB
        for line in frame.split("\n"):
            assert isinstance(json.loads(line), dict)
    assert any("\n" in frame for frame in bob.frames)  # what has gathered is written at once


async def test_a_command_of_another_socket_is_an_unknown_type(party: Party) -> None:
    alice = await party.connect()
    for word in ("claim", "acknowledge", "duty"):
        with pytest.raises(Refused) as refused:
            await alice.do(word)
        assert refused.value.code == "unknown_type"


async def test_times_are_rfc_3339_in_utc(party: Party) -> None:
    alice = await party.member()
    sent = await alice.send(party.stream, "when")
    assert sent["at"].endswith("Z")
    assert len(sent["at"]) == len("2026-11-20T10:00:00.123Z")
    event = await alice.expect("message")
    assert event["at"] == sent["at"]
