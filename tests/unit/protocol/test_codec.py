"""What a frame may hold, and what is said when it holds something else."""

import json
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import msgspec
import pytest

from protocol import commands as c
from protocol import limits
from protocol.codec import Codec, decode, encode, error, ok, pong
from protocol.errors import BadField, BadFrame, Muted, RateLimited, Refusal, TooLong, UnknownType
from protocol.sockets import FAMILY, SESSION

SEND = {"type": "send", "id": 7, "stream": "room:7f3a", "client_id": "c1", "text": "hello"}


def frame(**fields: object) -> str:
    return json.dumps(fields)


def send(**changes: object) -> str:
    return json.dumps({**SEND, **changes})


def refusal_of(text: str | bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        decode(text)
    return caught.value


def test_a_message_is_decoded() -> None:
    assert decode(send()) == c.Send(id=7, stream="room:7f3a", client_id="c1", text="hello")


def test_unknown_fields_are_ignored() -> None:
    assert decode(send(mood="good", more={"a": [1, 2]})) == decode(send())


def test_null_for_an_optional_field_is_as_if_absent() -> None:
    assert decode(send(reply_to=None)) == decode(send())
    assert decode(frame(type="history", id=1, stream="me", before=None, after=3, limit=None)) == c.History(
        id=1, stream="me", after=3
    )
    assert decode('{"type":"hello","id":1,"ticket":"t","resume":null}') == c.Hello(id=1, ticket="t")


def test_null_for_a_needed_field_is_a_bad_field() -> None:
    refusal = refusal_of(send(stream=None))
    assert isinstance(refusal, BadField)
    assert (refusal.field, refusal.id) == ("stream", 7)


@pytest.mark.parametrize("id_", [0, 1, 2**53 - 1])
def test_an_id_is_an_integer_from_0_to_2_to_the_53_minus_1(id_: int) -> None:
    command = decode(frame(type="ping", id=id_))
    assert command == c.Ping(id=id_)


@pytest.mark.parametrize(
    "id_",
    [
        "-1",
        "9007199254740992",
        "true",
        "false",
        "null",
        '"1"',
        "1.5",
        "1.0",
        "1e2",
        "[]",
        "{}",
        "1e999",
        "9" * 5000,
    ],
)
def test_any_other_id_is_a_bad_field_named_id_with_no_id(id_: str) -> None:
    refusal = refusal_of('{"type":"leave","stream":"room:7f3a","id":' + id_ + "}")
    assert isinstance(refusal, BadField)
    assert (refusal.field, refusal.id) == ("id", None)


@pytest.mark.parametrize("word", ["ping", "send", "hello", "unmatch"])
def test_a_command_without_an_id_is_a_bad_field_named_id(word: str) -> None:
    refusal = refusal_of(frame(type=word))
    assert isinstance(refusal, BadField)
    assert (refusal.field, refusal.id) == ("id", None)


def test_a_wrong_id_is_said_before_any_other_wrong_field() -> None:
    refusal = refusal_of('{"type":"send","text":5,"id":"x"}')
    assert isinstance(refusal, BadField)
    assert refusal.field == "id"


def test_pong_and_ack_need_no_id() -> None:
    assert decode('{"type":"pong"}') == c.Pong()
    assert decode('{"type":"ack","n":3}') == c.Ack(n=3)
    assert decode('{"type":"ack","n":3,"id":"whatever"}') == c.Ack(n=3)


@pytest.mark.parametrize("n", ['"3"', "true", "1.5", "null", "[1]"])
def test_a_malformed_ack_is_a_bad_field_with_no_id(n: str) -> None:
    refusal = refusal_of('{"type":"ack","id":4,"n":' + n + "}")
    assert isinstance(refusal, BadField)
    assert (refusal.field, refusal.id) == ("n", None)


@pytest.mark.parametrize("n", ["-1", "-" + "9" * 30, "9" * 30])
def test_an_ack_of_what_cannot_be_is_well_formed_and_for_the_window_to_ignore(n: str) -> None:
    assert decode('{"type":"ack","n":' + n + "}") == c.Ack(n=int(n))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "{",
        "}",
        "nonsense",
        "null",
        "1",
        '"send"',
        "[]",
        '[{"type":"ping","id":1}]',
        "{}",
        '{"id":3}',
        '{"type":null,"id":3}',
        '{"type":"ping","id":1} {}',
        '{"type":"ping","id":1,}',
        "{'type':'ping'}",
        '{"type":"ping","id":1,"x":NaN}',
        '{"type":"ping","id":1,"x":Infinity}',
        '\ufeff{"type":"ping","id":1}',
        '{"type":"ping","id":1,"x":"\\ud800"}',
        '{"type":"ping","id":1,"x":"\\udc00 \\ud800"}',
        '{"type":"ping","id":1,"\\ud83d":1}',
        '{"type":"ping","id":1,"x":"\ud800"}',
        '{"type":"ping","id":"a","x":"\\ud800"}',
        '{"type":"ping","id":1,"x":"\x00"}',
    ],
)
def test_what_holds_no_object_with_a_type_is_a_bad_frame(text: str) -> None:
    refusal = refusal_of(text)
    assert isinstance(refusal, BadFrame)
    assert refusal.strike


def test_a_binary_frame_holds_no_object() -> None:
    assert isinstance(refusal_of(b'{"type":"ping","id":1}'), BadFrame)


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_deep_nesting_is_a_bad_frame_and_nothing_worse(opening: str) -> None:
    deep = opening * 12_000
    assert isinstance(refusal_of(deep), BadFrame)
    assert isinstance(refusal_of('{"type":"ping","id":1,"x":' + deep), BadFrame)
    assert isinstance(
        refusal_of('{"type":"send","id":1,"text":' + "[" * 20_000 + "]" * 20_000 + "}"), BadFrame
    )


def test_huge_numbers_in_ignored_fields_do_no_harm() -> None:
    assert decode('{"type":"ping","id":1,"x":1e999,"y":' + "9" * 9000 + "}") == c.Ping(id=1)


@pytest.mark.parametrize("word", ['"nope"', '"Send"', '""', "7", "[]", "true"])
def test_an_unknown_type_keeps_a_readable_id(word: str) -> None:
    refusal = refusal_of('{"type":' + word + ',"id":3}')
    assert isinstance(refusal, UnknownType)
    assert refusal.id == 3
    assert refusal_of('{"type":' + word + ',"id":-3}').id is None


def test_of_equal_keys_the_last_counts() -> None:
    assert decode('{"type":"ack","n":1,"n":2}') == c.Ack(n=2)
    assert decode('{"type":"ack","n":"x","n":2}') == c.Ack(n=2)
    assert decode('{"type":"send","id":1,"type":"ping"}') == c.Ping(id=1)


def test_a_word_of_another_socket_is_an_unknown_type_even_if_malformed() -> None:
    family = Codec(SESSION + FAMILY)
    for text in (send(), frame(type="send", id=7)):
        with pytest.raises(UnknownType) as caught:
            family.decode(text)
        assert caught.value.id == 7


# Every word, whole and with each of its fields missing or wrong.

WORDS: list[tuple[dict[str, object], c.Command]] = [
    ({"type": "hello", "ticket": "t"}, c.Hello(id=1, ticket="t")),
    ({"type": "join", "room": "sleep"}, c.Join(id=1, room="sleep")),
    ({"type": "leave", "stream": "s"}, c.Leave(id=1, stream="s")),
    (
        {"type": "send", "stream": "s", "client_id": "c", "text": "x"},
        c.Send(id=1, stream="s", client_id="c", text="x"),
    ),
    (
        {"type": "react", "stream": "s", "event_id": "e", "reaction": "hug", "on": True},
        c.React(id=1, stream="s", event_id="e", reaction="hug", on=True),
    ),
    ({"type": "read", "stream": "s", "seq": 4}, c.Read(id=1, stream="s", seq=4)),
    ({"type": "typing", "stream": "s", "on": False}, c.Typing(id=1, stream="s", on=False)),
    ({"type": "history", "stream": "s"}, c.History(id=1, stream="s")),
    ({"type": "members", "stream": "s"}, c.Members(id=1, stream="s")),
    (
        {"type": "report", "stream": "s", "event_id": "e", "reason": "spam"},
        c.Report(id=1, stream="s", event_id="e", reason="spam"),
    ),
    ({"type": "block", "stream": "s", "member": "m"}, c.Block(id=1, stream="s", member="m")),
    ({"type": "unblock", "stream": "s", "member": "m"}, c.Unblock(id=1, stream="s", member="m")),
    ({"type": "match", "topic": "sleep", "role": "seeker"}, c.Match(id=1, topic="sleep", role="seeker")),
    ({"type": "unmatch"}, c.Unmatch(id=1)),
    ({"type": "acknowledge", "event_id": "e"}, c.Acknowledge(id=1, event_id="e")),
    ({"type": "snooze", "event_id": "e", "minutes": 5}, c.Snooze(id=1, event_id="e", minutes=5)),
    ({"type": "duty", "on": True}, c.Duty(id=1, on=True)),
    ({"type": "claim", "case": "k"}, c.Claim(id=1, case="k")),
    ({"type": "next"}, c.Next(id=1)),
    ({"type": "renew", "case": "k", "fence": 2}, c.Renew(id=1, case="k", fence=2)),
    ({"type": "release", "case": "k"}, c.Release(id=1, case="k")),
    (
        {"type": "wait", "case": "k", "fence": 2, "for": "user", "until": "2026-11-20T10:00:00Z"},
        c.Wait(id=1, case="k", fence=2, for_="user", until=datetime(2026, 11, 20, 10, tzinfo=UTC)),
    ),
    (
        {"type": "act", "case": "k", "fence": 2, "action": "card"},
        c.Act(id=1, case="k", fence=2, action="card"),
    ),
    ({"type": "undo", "case": "k", "fence": 2}, c.Undo(id=1, case="k", fence=2)),
    (
        {"type": "decide", "case": "k", "action": "mute", "reason": "spam"},
        c.Decide(id=1, case="k", action="mute", reason="spam"),
    ),
    ({"type": "escalate", "case": "k"}, c.Escalate(id=1, case="k")),
    ({"type": "context", "case": "k"}, c.Context(id=1, case="k")),
]


@pytest.mark.parametrize(("fields", "command"), WORDS, ids=lambda value: "")
def test_every_word_is_decoded_and_each_of_its_fields_is_needed(
    fields: dict[str, object], command: c.Command
) -> None:
    whole = {**fields, "id": 1}
    assert decode(json.dumps(whole)) == command
    assert decode(msgspec.json.encode(command).decode()) == command
    for field in fields.keys() - {"type"}:
        for broken in (
            {key: value for key, value in whole.items() if key != field},
            {**whole, field: None},
            {**whole, field: {"a": 1}},
            {**whole, field: [whole[field]]},
            {**whole, field: 1.5},
        ):
            refusal = refusal_of(json.dumps(broken))
            assert isinstance(refusal, BadField)
            assert (refusal.field, refusal.id) == (field, 1)
            assert f"`{field}`" in refusal.message
            assert len(refusal.message) > len(field) + 10


def test_every_optional_field_of_the_wrong_type_is_named() -> None:
    for text, field in [
        (frame(type="join", id=1, room="r", name=5), "name"),
        (send(reply_to=5), "reply_to"),
        (frame(type="remove", id=1, stream="s", event_id=5), "event_id"),
        (frame(type="remove", id=1, stream="s", client_id=""), "client_id"),
        (frame(type="history", id=1, stream="s", before=-1), "before"),
        (frame(type="history", id=1, stream="s", after="1"), "after"),
        (frame(type="history", id=1, stream="s", limit=0), "limit"),
        (frame(type="history", id=1, stream="s", limit=201), "limit"),
        (frame(type="report", id=1, stream="s", event_id="e", reason="spam", note=1), "note"),
        (frame(type="match", id=1, topic="t", role="seeker", language=1), "language"),
        (frame(type="release", id=1, case="k", fence="2"), "fence"),
        (frame(type="decide", id=1, case="k", action="a", reason="r", until="soon"), "until"),
        (frame(type="decide", id=1, case="k", action="a", reason="r", until="2026-11-20T10:00:00"), "until"),
        (
            frame(type="decide", id=1, case="k", action="a", reason="r", until="0001-01-01T00:00:00+23:00"),
            "until",
        ),
    ]:
        refusal = refusal_of(text)
        assert isinstance(refusal, BadField), text
        assert (refusal.field, refusal.code) == (field, "bad_field")
        assert refusal.id is not None


# Texts and their lengths.


def test_text_comes_cleaned() -> None:
    command = decode(send(text="  one\r\ntwo\x00\u202e\u2066 \t"))
    assert isinstance(command, c.Send)
    assert command.text == "one\ntwo"


def test_lengths_are_code_points_after_cleaning() -> None:
    for text in ("😀" * 4000, " " + "a" * 4000 + "\n", "a" * 4000 + "\u202e" * 50):
        command = decode(send(text=text))
        assert isinstance(command, c.Send)
        assert len(command.text) == 4000
    refusal = refusal_of(send(text="a" * 4001))
    assert isinstance(refusal, TooLong)
    assert (refusal.code, refusal.extra, refusal.id) == ("too_long", {"field": "text"}, 7)


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u0000", "\u202e \u2069"])
def test_text_that_is_empty_after_cleaning_is_a_bad_field(text: str) -> None:
    refusal = refusal_of(send(text=text))
    assert isinstance(refusal, BadField)
    assert (refusal.field, refusal.id) == ("text", 7)


def test_a_note_has_at_most_1000_characters_and_an_empty_one_is_none() -> None:
    def report(note: str) -> str:
        return frame(type="report", id=1, stream="s", event_id="e", reason="other", note=note)

    command = decode(report("n" * 1000 + "  "))
    assert isinstance(command, c.Report)
    assert command.note == "n" * 1000
    assert isinstance(refusal_of(report("n" * 1001)), TooLong)
    empty = decode(report("  "))
    assert isinstance(empty, c.Report)
    assert empty.note is None


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("Al", True),
        (" Al\x00 ", True),
        ("A", False),
        (" A ", False),
        ("", False),
        ("x" * 32, True),
        ("x" * 33, False),
        ("😀" * 32, True),
    ],
)
def test_a_name_has_2_to_32_characters_after_cleaning(name: str, good: bool) -> None:
    text = frame(type="join", id=1, room="r", name=name)
    if good:
        command = decode(text)
        assert isinstance(command, c.Join)
        assert command.name == name.replace("\x00", "").strip()
    else:
        refusal = refusal_of(text)
        assert isinstance(refusal, BadField)
        assert refusal.field == "name"


@pytest.mark.parametrize(
    ("client_id", "good"), [("c", True), ("c" * 64, True), ("😀" * 64, True), ("", False), ("c" * 65, False)]
)
def test_a_client_id_has_1_to_64_characters(client_id: str, good: bool) -> None:
    if good:
        command = decode(send(client_id=client_id))
        assert isinstance(command, c.Send)
        assert command.client_id == client_id
    else:
        refusal = refusal_of(send(client_id=client_id))
        assert isinstance(refusal, BadField)
        assert refusal.field == "client_id"


@pytest.mark.parametrize("field", ["stream", "client_id", "reply_to"])
def test_a_name_of_a_thing_holds_no_nul(field: str) -> None:
    refusal = refusal_of(send(**{field: "a\x00b"}))
    assert isinstance(refusal, BadField)
    assert (refusal.field, refusal.id) == (field, 7)


def test_reactions_reasons_and_roles_are_enumerations() -> None:
    for fields in (
        {"type": "react", "stream": "s", "event_id": "e", "reaction": "anger", "on": True},
        {"type": "report", "stream": "s", "event_id": "e", "reason": "boring"},
        {"type": "match", "topic": "t", "role": "doctor"},
    ):
        assert isinstance(refusal_of(frame(id=1, **fields)), BadField)


def test_before_and_after_at_once_are_a_bad_field() -> None:
    refusal = refusal_of(frame(type="history", id=1, stream="s", before=5, after=1))
    assert isinstance(refusal, BadField)
    assert refusal.id == 1


def test_remove_names_one_message_in_one_way() -> None:
    assert decode(frame(type="remove", id=1, stream="s", event_id="e")) == c.Remove(
        id=1, stream="s", event_id="e"
    )
    assert decode(frame(type="remove", id=1, stream="s", client_id="c")) == c.Remove(
        id=1, stream="s", client_id="c"
    )
    assert isinstance(refusal_of(frame(type="remove", id=1, stream="s")), BadField)


@pytest.mark.parametrize(
    "resume",
    [
        [],
        "x",
        5,
        True,
        {"room:a": None},
        {"room:a": []},
        {"room:a": {}},
        {"room:a": {"epoch": "e", "seq": 1}},
        {"room:a": {"epoch": "e", "event_id": "x"}},
        {"room:a": {"seq": 1, "event_id": "x"}},
        {"room:a": {"epoch": "e", "seq": -1, "event_id": "x"}},
        {"room:a": {"epoch": "e", "seq": "1", "event_id": "x"}},
        {"room:a": {"epoch": "e", "seq": True, "event_id": "x"}},
        {"room:a": {"epoch": 1, "seq": 1, "event_id": "x"}},
        {"room:a": {"epoch": "e", "seq": 1, "event_id": None}},
        {"me": {"epoch": "e", "seq": 0, "event_id": ""}, "room:a": 3},
    ],
)
def test_a_malformed_resume_is_a_bad_field(resume: object) -> None:
    refusal = refusal_of(frame(type="hello", id=2, ticket="t", resume=resume))
    assert isinstance(refusal, BadField)
    assert (refusal.field, refusal.id) == ("resume", 2)


def test_positions_are_decoded() -> None:
    text = frame(
        type="hello", id=2, ticket="t", resume={"me": {"epoch": "e", "seq": 0, "event_id": "", "new": 1}}
    )
    command = decode(text)
    assert isinstance(command, c.Hello)
    assert command.resume is not None
    assert (command.resume["me"].epoch, command.resume["me"].seq, command.resume["me"].event_id) == (
        "e",
        0,
        "",
    )


def test_times_come_in_utc() -> None:
    command = decode(
        frame(type="wait", id=1, case="k", fence=1, **{"for": "user"}, until="2026-11-20T10:00:00+02:00")
    )
    assert isinstance(command, c.Wait)
    assert command.until == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert command.until.utcoffset() == timedelta(0)


# What we write.


def test_an_ok_is_compact_and_its_times_are_in_utc_with_milliseconds() -> None:
    at = datetime(2026, 11, 20, 12, 0, 0, 123_999, tzinfo=timezone(timedelta(hours=2)))
    assert ok(7, seq=3, at=at) == b'{"type":"ok","id":7,"seq":3,"at":"2026-11-20T10:00:00.123Z"}'
    assert ok(7) == b'{"type":"ok","id":7}'


def test_times_are_written_at_any_depth_and_encoded_parts_are_copied() -> None:
    at = datetime(2026, 1, 2, tzinfo=UTC)
    value = {"case": {"due_at": at}, "list": [{"at": at}, (at,)], "events": [msgspec.Raw(b'{"a":1}')]}
    assert json.loads(encode(value)) == {
        "case": {"due_at": "2026-01-02T00:00:00.000Z"},
        "list": [{"at": "2026-01-02T00:00:00.000Z"}, ["2026-01-02T00:00:00.000Z"]],
        "events": [{"a": 1}],
    }


def test_what_is_encoded_is_left_as_it_was() -> None:
    fields: dict[str, Any] = {
        "at": datetime(2026, 1, 2, tzinfo=UTC),
        "member": {"since": datetime(2026, 1, 2, tzinfo=UTC)},
    }
    before = {**fields, "member": {**fields["member"]}}
    assert encode(MappingProxyType(fields)) == encode(fields)
    assert fields == before


def test_an_error_carries_its_code_its_message_and_its_further_fields() -> None:
    said = json.loads(error(None, RateLimited(2999.2)))
    assert said == {
        "type": "error",
        "id": None,
        "code": "rate_limited",
        "message": RateLimited.says,
        "retry_after_ms": 3000,
    }
    said = json.loads(error(9, Muted(datetime(2026, 1, 2, tzinfo=UTC))))
    assert (said["id"], said["code"], said["until"]) == (9, "muted", "2026-01-02T00:00:00.000Z")


def test_a_ping_of_the_client_is_answered_with_its_id() -> None:
    assert json.loads(pong(limits.ID_MAX)) == {"type": "pong", "id": limits.ID_MAX}
