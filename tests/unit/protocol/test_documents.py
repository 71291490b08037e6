"""The documents say what the types say, and the types say what version 1 promises."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from protocol import asyncapi, commands, document, errors, kinds, sockets
from protocol.errors import BY_CODE, REFUSALS, Close, Refusal
from protocol.replies import OKS
from protocol.shapes import shapes

CHAT = "join leave send remove react read typing history members report block unblock match unmatch"
FAMILY = "history read acknowledge snooze"
MODERATION = "history read duty claim next renew release wait act undo decide escalate context"
SESSION = "hello ack ping pong"
ERRORS = (
    "bad_frame unknown_type bad_field unauthorized forbidden not_found not_member too_long room_full "
    "rate_limited slow_mode muted banned off_duty conflict stale_fence already_claimed unavailable"
)
CLOSES = {4000, 4001, 4002, 4003, 4004, 4005, 4006, 4100, 4101, 4108, 4110, 4111, 4201, 4202, 4204}
KINDS = {
    kinds.Place.ROOM: "message message.removed message.retracted message.restored reaction member.joined "
    "member.left room.notice hidden",
    kinds.Place.ME_CHAT: "joined left matched unmatched card message.held message.released message.refused "
    "answer decision moderator",
    kinds.Place.ME_MODERATION: "page answer",
    kinds.Place.ME_FAMILY: "activity.logged activity.missed safety.notice safety.contact alarm reminder "
    "preferences.changed grant.changed member.joined "
    "member.left",
    kinds.Place.QUEUE: "case.opened case.updated case.claimed case.released case.waiting case.escalated "
    "case.decided case.closed case.reopened",
}


def words(vocabulary: sockets.Vocabulary) -> set[str]:
    return {sockets.word_of(word) for word in vocabulary}


def test_each_socket_takes_the_words_of_version_1() -> None:
    assert words(sockets.TAKES[sockets.Socket.CHAT]) == {*CHAT.split(), *SESSION.split()}
    assert words(sockets.TAKES[sockets.Socket.FAMILY]) == {*FAMILY.split(), *SESSION.split()}
    assert words(sockets.TAKES[sockets.Socket.MODERATION]) == {*MODERATION.split(), *SESSION.split()}


def test_every_command_has_its_ok() -> None:
    assert OKS.keys() == set(sockets.EVERY_WORD) - set(sockets.SESSION)


def test_every_command_type_is_taken_somewhere() -> None:
    types = {
        thing
        for thing in vars(commands).values()
        if isinstance(thing, type) and issubclass(thing, commands.Command)
    }
    assert types - {commands.Command, commands.Numbered} == set(sockets.EVERY_WORD)


def test_every_field_of_a_command_says_what_it_expects() -> None:
    for word in sockets.EVERY_WORD:
        for shape in shapes(word):
            assert shape.description, f"{word.__name__}.{shape.name}"


def test_the_error_codes_are_those_of_version_1() -> None:
    assert [refusal.code for refusal in REFUSALS] == ERRORS.split()
    assert {code for code, refusal in BY_CODE.items() if refusal.retryable} == {
        "rate_limited",
        "slow_mode",
        "unavailable",
    }
    assert all("retry_after_ms" in refusal.fields for refusal in REFUSALS if refusal.retryable)


def test_every_refusal_is_listed() -> None:
    assert {word for word in vars(errors).values() if said(word)} == set(REFUSALS)


def said(word: object) -> bool:
    """Tell whether something in the errors' file is a refusal with a word of its own on the wire."""
    return isinstance(word, type) and issubclass(word, Refusal) and "code" in vars(word)


def test_the_close_codes_are_those_of_version_1_and_say_what_a_client_does() -> None:
    assert {int(code) for code in Close} == CLOSES
    for code in Close:
        assert code.reconnect == {0: "never", 1: "later", 2: "now"}[code // 100 % 10]
    assert Close.DRAINING.reason == "draining"


def test_the_kinds_are_those_of_version_1() -> None:
    assert {place: set(by_kind) for place, by_kind in kinds.EVENTS.items()} == {
        place: set(listed.split()) for place, listed in KINDS.items()
    }
    assert kinds.SIGNALS.keys() == {"typing", "presence", "read"}


def test_protocol_md_is_what_the_types_say() -> None:
    text = document.PATH.read_text(encoding="utf-8")
    assert document.fill(text) == text
    assert document.main(["--check"]) == 0


def test_a_part_that_drifted_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "protocol.md"
    page.write_text(
        document.PATH.read_text(encoding="utf-8").replace("| 4101 |", "| 4199 |"), encoding="utf-8"
    )
    monkeypatch.setattr(document, "PATH", page)
    assert document.main(["--check"]) == 1
    assert document.main([]) == 0
    assert document.main(["--check"]) == 0


def test_a_part_that_was_deleted_is_found() -> None:
    text = document.PATH.read_text(encoding="utf-8").replace("<!-- generated: kinds -->", "")
    with pytest.raises(LookupError):
        document.fill(text)


def test_asyncapi_yaml_is_what_the_types_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asyncapi.main(["--check"]) == 0
    monkeypatch.setattr(asyncapi, "PATH", tmp_path / "asyncapi.yaml")
    assert asyncapi.main(["--check"]) == 1
    assert asyncapi.main([]) == 0
    assert asyncapi.main(["--check"]) == 0


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(references(part) for part in value.values()))
    if isinstance(value, list):
        return set().union(*(references(part) for part in value))
    return set()


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    whole = yaml.safe_load(asyncapi.PATH.read_text(encoding="utf-8"))
    found = references(whole)
    assert len(found) > 200
    for reference in found:
        place: Any = whole
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
    assert whole["asyncapi"] == "3.0.0"
    assert {channel["address"] for channel in whole["channels"].values()} == {
        "/ws/chat/",
        "/ws/family/",
        "/ws/moderation/",
    }
    for schema in whole["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def payload(name: str) -> Draft202012Validator:
    whole = asyncapi.document()
    schema = {**whole["components"]["messages"][name]["payload"], "components": whole["components"]}
    return Draft202012Validator(schema)


def test_the_schemas_take_the_examples_of_the_page() -> None:
    event = {"type": "event", "stream": "room:7f3a", "seq": 58, "event_id": "01J", "kind": "message",
             "at": "2026-11-20T10:00:00.123Z", "member": {"id": "m_", "name": "Quiet Heron"}, "text": "t",
             "reply_to": "01J"}  # fmt: skip
    assert payload("event_room_message").is_valid(event)
    assert not payload("event_room_message").is_valid({**event, "kind": "reaction"})
    assert not payload("event_room_message").is_valid({key: event[key] for key in event if key != "member"})
    assert payload("bye").is_valid({"type": "bye", "code": 4201, "reason": "draining", "retry_after_ms": 500})
    assert payload("command_send").is_valid(
        {"type": "send", "id": 1, "stream": "s", "client_id": "c", "text": "x", "new": 1}
    )
    assert not payload("command_send").is_valid(
        {"type": "send", "id": -1, "stream": "s", "client_id": "c", "text": "x"}
    )
    error = {"type": "error", "id": None, "code": "bad_frame", "message": "m"}
    assert payload("error").is_valid(error)
    assert not payload("error").is_valid({**error, "code": "nope"})


def test_the_page_names_every_word_and_code() -> None:
    text = document.PATH.read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_.]+)\??`", text))
    assert {*CHAT.split(), *FAMILY.split(), *MODERATION.split(), *SESSION.split(), *ERRORS.split()} <= named
