"""What the server says unasked."""

import json
from datetime import UTC, datetime

import pytest

from protocol import kinds, limits, pushes
from protocol.errors import Close
from protocol.text import clean, stamp

AT = datetime(2026, 11, 20, 10, 0, 0, 123_456, tzinfo=UTC)
HERON = {"id": "m_1", "name": "Quiet Heron"}


def test_an_event_has_its_place_its_kind_and_its_fields() -> None:
    line = pushes.event(
        stream="room:7f3a",
        seq=58,
        event_id="01J",
        kind="message",
        at=AT,
        fields={"member": HERON, "text": "añ"},
    )
    assert line.decode() == (
        '{"type":"event","stream":"room:7f3a","seq":58,"event_id":"01J","kind":"message",'
        '"at":"2026-11-20T10:00:00.123Z","member":{"id":"m_1","name":"Quiet Heron"},"text":"añ"}'
    )


def test_hidden_tells_nothing_but_its_place() -> None:
    said = json.loads(pushes.hidden(stream="s", seq=1, event_id="e", at=stamp(AT)))
    assert said == {"type": "event", "stream": "s", "seq": 1, "event_id": "e", "kind": "hidden",
                    "at": "2026-11-20T10:00:00.123Z"}  # fmt: skip


def test_a_signal_may_have_a_member() -> None:
    typing = json.loads(pushes.signal(stream="s", kind="typing", fields={"on": True}, member=HERON))
    assert typing == {"type": "signal", "stream": "s", "kind": "typing", "member": HERON, "on": True}
    assert "member" not in json.loads(pushes.signal(stream="s", kind="presence", fields={"people": 3}))


def test_welcome_names_the_streams_and_the_numbers() -> None:
    said = json.loads(
        pushes.welcome(1, connection="c", streams={"me": {"epoch": "e", "head": 4, "status": "live"}})
    )
    assert said == {
        "type": "welcome",
        "id": 1,
        "connection": "c",
        "heartbeat_ms": 25000,
        "window": {"events": 1024, "bytes": 262144},
        "streams": {"me": {"epoch": "e", "head": 4, "status": "live"}},
    }


def test_ping_drain_and_bye() -> None:
    assert json.loads(pushes.ping()) == {"type": "ping"}
    assert json.loads(pushes.drain(8420)) == {"type": "drain", "within_ms": 8420}
    assert json.loads(pushes.bye(Close.DRAINING, retry_after_ms=500)) == {
        "type": "bye",
        "code": 4201,
        "reason": "draining",
        "retry_after_ms": 500,
    }
    assert json.loads(pushes.bye(Close.BANNED)) == {"type": "bye", "code": 4003, "reason": "banned"}


def test_the_longest_text_makes_an_event_far_below_the_bound() -> None:
    for text in ('"' * 4000, "😀" * 4000, "\n" * 4000):
        line = pushes.event(stream="s", seq=1, event_id="e", kind="message", at=AT, fields={"text": text})
        assert len(line) < limits.EVENT_BYTES


def test_objects_are_packed_one_per_line_into_frames_of_at_most_256_kib() -> None:
    objects = [b"x" * 60_000 for _ in range(9)]
    packed = pushes.frames(objects)
    assert [line for frame in packed for line in frame.split(b"\n")] == objects
    assert all(len(frame) <= 262_144 for frame in packed)
    assert len(packed) == 3
    assert pushes.frames([]) == []
    assert pushes.frames([b"a", b"b", b"c"], 3) == [b"a\nb", b"c"]
    assert pushes.frames([b"abcd", b"b"], 3) == [b"abcd", b"b"]


def test_the_fields_of_a_kind_are_checked() -> None:
    kinds.check("message", {"member": HERON, "text": "x", "written_at": AT})
    joined = {"room_stream": "s", "epoch": "e", "head": 1, "room": "r", "member": HERON}
    kinds.check("matched", {**joined, "with": HERON, "role": "seeker"})
    with pytest.raises(ValueError, match="member"):
        kinds.check("message", {"text": "x"})
    with pytest.raises(LookupError):
        kinds.check("massage", {})
    with pytest.raises(LookupError):
        kinds.check("message", {}, place=kinds.Place.QUEUE)


def test_a_time_needs_its_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        stamp(datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  hi \n", "hi"),
        ("a\r\nb\tc", "a\nb\tc"),
        ("a\x00\x07\x1b\x7f\x85\x9fb", "ab"),
        ("a\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069b", "ab"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("a\u200c\u200e\u200fb", "a\u200c\u200e\u200fb"),
        ("\u0000 \u202e ", ""),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("\u00a0x\u3000", "x"),
    ],
)
def test_text_is_kept_as_typed_but_for_controls_overrides_and_its_ends(typed: str, kept: str) -> None:
    assert clean(typed) == kept
