"""The whole client with a scripted server: no socket, no clock."""

import json
from random import Random
from typing import Any

import pytest
from hearth_client.actions import (
    Action,
    Began,
    Deliver,
    Ended,
    Live,
    Lost,
    Open,
    Placed,
    Sent,
    Settled,
    Shut,
    Stopped,
    Write,
)
from hearth_client.core import Core
from hearth_client.errors import Closed, Disconnected, DoorRefused, DoorUnreachable, NotMember, RateLimited
from hearth_client.frames import Event, Position, Receipt, Reset
from hearth_client.outbox import Entry, Outbox

AT = "2026-11-20T10:00:00.123Z"
ROOM = "room:7f3a"


class Desk:
    """Drives a core and keeps what it wrote."""

    def __init__(self, positions: dict[str, Position] | None = None, outbox: Outbox | None = None) -> None:
        self.core = Core(positions=positions or {}, outbox=outbox or Outbox(), backlog=2, rng=Random(1))
        self.now = 100.0
        self.did: list[Action] = []
        self.note(self.core.start(self.now))

    def note(self, actions: list[Action]) -> list[Action]:
        self.did += actions
        return actions

    def link(self) -> int:
        return next(a.link for a in reversed(self.did) if isinstance(a, Open))

    def hello(self) -> dict[str, Any]:
        self.note(self.core.opened(self.link(), "t", self.now))
        return self.written()[-1]

    def say(self, *bodies: dict[str, Any], link: int | None = None) -> list[Action]:
        frame = "\n".join(json.dumps(body) for body in bodies)
        return self.note(self.core.received(link or self.link(), frame, self.now))

    def welcome(self, link: int | None = None, **streams: Any) -> list[Action]:
        known = {"me": {"epoch": "m", "head": 0, "status": "live"}} | streams
        window = {"events": 8, "bytes": 100_000}
        return self.say(
            {
                "type": "welcome",
                "id": 0,
                "connection": "c",
                "heartbeat_ms": 25000,
                "window": window,
                "streams": known,
            },
            link=link,
        )

    def written(self, word: str | None = None) -> list[dict[str, Any]]:
        found = [json.loads(a.frame) for a in self.did if isinstance(a, Write)]
        return [body for body in found if word is None or body["type"] == word]

    def delivered(self, stream: str = ROOM) -> list[int]:
        found = [a.item for a in self.did if isinstance(a, Deliver) and a.stream == stream]
        return [item.seq for item in found if isinstance(item, Event)]

    def later(self, seconds: float) -> list[Action]:
        self.now += seconds
        return self.note(self.core.tick(self.now))

    def of(self, kind: type[Any]) -> list[Any]:
        return [a for a in self.did if isinstance(a, kind)]


def push(seq: int, stream: str = ROOM, kind: str = "message", **fields: Any) -> dict[str, Any]:
    return {
        "type": "event",
        "stream": stream,
        "seq": seq,
        "event_id": f"e{seq}",
        "kind": kind,
        "at": AT,
    } | fields


def room(head: int, status: str = "resumed") -> dict[str, Any]:
    return {
        ROOM: {
            "epoch": "9b",
            "head": head,
            "status": status,
            "room": "sleep",
            "member": {"id": "m_1", "name": "Quiet Heron"},
            "read": 0,
        }
    }


def in_the_room(head: int = 5) -> Desk:
    desk = Desk({ROOM: Position("9b", head, f"e{head}")})
    desk.hello()
    desk.welcome(**room(head))
    return desk


def test_hello_resumes_from_the_positions_kept() -> None:
    desk = Desk({ROOM: Position("9b", 41, "01J")})
    assert desk.hello()["resume"] == {ROOM: {"epoch": "9b", "seq": 41, "event_id": "01J"}}
    desk.welcome(**room(57))
    desk.say(push(42), push(43))
    assert desk.delivered() == [42, 43]


def test_a_reset_says_so_and_then_gives_the_latest() -> None:
    desk = Desk({ROOM: Position("old", 41, "x")})
    desk.hello()
    desk.welcome(**room(57, "reset"))
    assert any(isinstance(a, Deliver) and isinstance(a.item, Reset) for a in desk.did)
    asked = desk.written("history")[-1]
    assert (asked["before"], asked["limit"]) == (58, 2)
    desk.say(push(58))
    desk.say({"type": "ok", "id": asked["id"], "events": [push(56), push(57)], "head": 58, "more": True})
    assert desk.delivered() == [56, 57, 58]


def test_a_hole_is_filled_from_history() -> None:
    desk = in_the_room()
    desk.say(push(6), push(9))
    asked = desk.written("history")[-1]
    assert asked["after"] == 6
    desk.say({"type": "ok", "id": asked["id"], "events": [push(7), push(8)], "head": 9, "more": False})
    assert desk.delivered() == [6, 7, 8, 9]


def test_a_push_that_overtakes_the_join_answer_is_kept() -> None:
    desk = Desk()
    desk.hello()
    desk.welcome()
    handle, todo = desk.core.call("join", {"room": "sleep"}, desk.now)
    desk.note(todo)
    asked = desk.written("join")[-1]
    desk.say(push(3))
    member = {"id": "m_1", "name": "Quiet Heron"}
    answer = {"stream": ROOM, "epoch": "9b", "head": 2, "member": member, "people": 1}
    desk.say({"type": "ok", "id": asked["id"], **answer})
    assert any(isinstance(a, Settled) and a.handle == handle for a in desk.did)
    fill = desk.written("history")[-1]
    desk.say({"type": "ok", "id": fill["id"], "events": [push(1), push(2)], "head": 3, "more": False})
    assert desk.delivered() == [1, 2, 3]


def test_a_notice_on_me_begins_and_ends_a_room() -> None:
    desk = Desk()
    desk.hello()
    desk.welcome()
    member = {"id": "m_1", "name": "Quiet Heron"}
    fields = {"room_stream": ROOM, "epoch": "9b", "head": 0, "room": "sleep", "member": member}
    desk.say(push(1, "me", "joined", **fields), push(1))
    assert desk.delivered() == [1]
    assert any(isinstance(a, Began) and a.stream == ROOM for a in desk.did)
    desk.say(push(2, "me", "left", room_stream=ROOM, reason="banned"))
    assert Ended(ROOM, "banned") in desk.did


def test_an_old_notice_replayed_on_me_does_not_end_a_room_joined_since() -> None:
    desk = Desk({"me": Position("m", 4, "e4"), ROOM: Position("9b", 5, "e5")})
    desk.hello()
    desk.welcome(me={"epoch": "m", "head": 6, "status": "resumed"}, **room(5))
    desk.say(push(5, "me", "left", room_stream=ROOM, reason="left"))
    assert desk.of(Ended) == []


def test_acks_what_the_application_took() -> None:
    desk = in_the_room()
    desk.say(*[push(n) for n in range(6, 10)])
    assert desk.written("ack") == []
    for one in [a for a in desk.did if isinstance(a, Deliver)]:
        desk.note(desk.core.taken(one.weight, desk.now))
    assert desk.written("ack") == [{"type": "ack", "n": 4}]


def test_a_repeat_counts_as_taken() -> None:
    desk = in_the_room()
    desk.say(push(4), push(5))
    desk.later(10.0)
    assert desk.written("ack") == [{"type": "ack", "n": 2}]


def test_a_ping_is_answered() -> None:
    desk = in_the_room()
    desk.say({"type": "ping"})
    assert desk.written()[-1] == {"type": "pong"}


def test_silence_means_that_nobody_is_there() -> None:
    desk = in_the_room()
    assert desk.later(39.0) == []
    assert Shut(desk.link(), dead=True) in desk.later(1.0)


def test_a_message_is_resent_with_the_same_client_id_after_the_connection_went() -> None:
    desk = in_the_room()
    desk.note(desk.core.send(Entry(ROOM, "c1", "hi"), desk.now))
    desk.note(desk.core.closed(desk.link(), 1006, desk.now))
    assert desk.of(Lost)
    desk.later(2.0)
    desk.hello()
    desk.welcome(**room(5))
    sends = desk.written("send")
    assert [one["client_id"] for one in sends] == ["c1", "c1"]
    desk.say(
        {"type": "ok", "id": sends[-1]["id"], "status": "delivered", "seq": 6, "event_id": "e6", "at": AT}
    )
    [sent] = desk.of(Sent)
    assert isinstance(sent.outcome, Receipt)
    assert sent.outcome.seq == 6
    assert len(desk.core.outbox) == 0


def test_a_rate_limited_message_waits_as_told_and_keeps_its_place() -> None:
    desk = in_the_room()
    for name in ("c1", "c2"):
        desk.note(desk.core.send(Entry(ROOM, name, "hi"), desk.now))
    first = desk.written("send")[0]
    desk.say(
        {"type": "error", "id": first["id"], "code": "rate_limited", "message": "", "retry_after_ms": 3000}
    )
    assert desk.core.deadline() == desk.now + 3.0
    desk.later(2.9)
    assert len(desk.written("send")) == 1
    desk.later(0.1)
    assert [one["client_id"] for one in desk.written("send")] == ["c1", "c1"]


def test_a_refusal_that_no_retry_helps_ends_the_message() -> None:
    desk = in_the_room()
    desk.note(desk.core.send(Entry(ROOM, "c1", "hi"), desk.now))
    desk.say({"type": "error", "id": desk.written("send")[0]["id"], "code": "not_member", "message": "no"})
    [sent] = desk.of(Sent)
    assert isinstance(sent.outcome, NotMember)


def test_a_command_is_retried_within_its_patience_and_no_longer() -> None:
    desk = in_the_room()
    handle, todo = desk.core.call("members", {"stream": ROOM}, desk.now, patience_s=5.0)
    desk.note(todo)
    refusal = {"type": "error", "code": "rate_limited", "message": "", "retry_after_ms": 3000}
    desk.say({**refusal, "id": desk.written("members")[-1]["id"]})
    desk.later(3.0)
    desk.say({**refusal, "id": desk.written("members")[-1]["id"]})
    [settled] = desk.of(Settled)
    assert settled.handle == handle
    assert isinstance(settled.outcome, RateLimited)
    assert settled.outcome.retry_after_s == 3.0


def test_a_report_is_not_repeated_by_itself() -> None:
    desk = in_the_room()
    desk.note(desk.core.call("report", {"stream": ROOM}, desk.now, repeatable=False)[1])
    desk.note(desk.core.closed(desk.link(), 1006, desk.now))
    [settled] = desk.of(Settled)
    assert isinstance(settled.outcome, Disconnected)


def test_typing_is_dropped_while_offline() -> None:
    desk = Desk()
    desk.note(desk.core.call("typing", {"stream": ROOM, "on": True}, desk.now, ephemeral=True)[1])
    desk.hello()
    desk.welcome(**room(0, "live"))
    assert desk.written("typing") == []


def test_a_drain_opens_a_new_socket_resumes_and_closes_the_old() -> None:
    desk = in_the_room()
    old = desk.link()
    desk.note(desk.core.send(Entry(ROOM, "c1", "hi"), desk.now))
    desk.say({"type": "drain", "within_ms": 8000})
    desk.later(0.5)
    new = desk.link()
    assert new != old
    desk.say(push(6), link=old)
    hello = desk.hello()
    assert hello["resume"][ROOM]["seq"] == 6
    desk.say(push(7), link=old)
    desk.welcome(link=new, **room(7))
    desk.say(push(7), push(8), link=new)
    desk.say(push(8), link=old)
    assert desk.delivered() == [6, 7, 8]
    assert Shut(old) not in desk.did, "its answer is still to come"
    send = desk.written("send")[0]
    desk.say(
        {"type": "ok", "id": send["id"], "status": "delivered", "seq": 9, "event_id": "e9", "at": AT},
        link=old,
    )
    assert Shut(old) in desk.did
    assert desk.note(desk.core.closed(old, 1000, desk.now)) == []
    assert desk.of(Lost) == []
    assert len(desk.written("send")) == 1


def test_a_ban_stops_for_good_and_tells_everyone_who_waits() -> None:
    desk = in_the_room()
    desk.note(desk.core.call("members", {"stream": ROOM}, desk.now)[1])
    desk.say({"type": "bye", "code": 4003, "reason": "suspended"})
    desk.note(desk.core.closed(desk.link(), 1006, desk.now))
    [stopped] = desk.of(Stopped)
    assert isinstance(stopped.error, Closed)
    assert stopped.error.code == 4003
    [settled] = desk.of(Settled)
    assert isinstance(settled.outcome, Closed)
    assert desk.core.deadline() is None


def test_a_bad_ticket_is_fetched_anew_once() -> None:
    desk = Desk()
    desk.hello()
    desk.note(desk.core.closed(desk.link(), 4002, desk.now))
    desk.later(1.0)
    assert len(desk.of(Open)) == 2
    desk.hello()
    desk.note(desk.core.closed(desk.link(), 4002, desk.now))
    assert desk.of(Stopped)


def test_draining_reconnects_no_sooner_than_told() -> None:
    desk = in_the_room()
    desk.say({"type": "bye", "code": 4201, "reason": "draining", "retry_after_ms": 500})
    desk.note(desk.core.closed(desk.link(), 1006, desk.now))
    [lost] = desk.of(Lost)
    assert 0.5 <= lost.wait_s <= 1.0


@pytest.mark.parametrize(("status", "stops"), [(401, True), (403, True), (404, True), (500, False)])
def test_a_door_that_says_no_stops_and_one_that_cannot_is_tried_again(status: int, stops: bool) -> None:
    desk = Desk()
    desk.note(desk.core.failed(desk.link(), DoorRefused(status, ""), desk.now))
    assert bool(desk.of(Stopped)) is stops


def test_a_throttled_door_is_tried_after_the_time_it_names() -> None:
    desk = Desk()
    desk.note(desk.core.failed(desk.link(), DoorRefused(429, "rate_limited", "", 7.0), desk.now))
    [lost] = desk.of(Lost)
    assert lost.wait_s >= 7.0


def test_an_unreachable_house_is_backed_off_from() -> None:
    desk = Desk()
    for _ in range(8):
        desk.note(desk.core.failed(desk.link(), DoorUnreachable(), desk.now))
        desk.later(30.0)
    assert len(desk.of(Open)) == 9
    assert all(1.0 <= lost.wait_s <= 30.0 for lost in desk.of(Lost))


def test_nonsense_from_the_server_closes_the_link() -> None:
    desk = in_the_room()
    assert desk.note(desk.core.received(desk.link(), "not json", desk.now)) == [Shut(desk.link())]


def test_unknown_pushes_and_kinds_are_ignored() -> None:
    desk = in_the_room()
    assert desk.say({"type": "weather", "x": 1}) == []
    desk.say(push(6, kind="message.starred", stars=3))
    assert desk.delivered() == [6]


def test_a_room_left_elsewhere_while_away_ends() -> None:
    desk = Desk({ROOM: Position("9b", 5, "e5")})
    desk.hello()
    did = desk.welcome()
    assert any(isinstance(a, Live) for a in did)
    assert Ended(ROOM, "left") in did


def test_a_stream_with_nothing_in_it_has_a_position_all_the_same() -> None:
    desk = Desk()
    desk.hello()
    desk.welcome()
    assert Placed("me", Position("m", 0, "")) in desk.did


def test_a_stream_begun_without_a_backlog_has_a_position_all_the_same() -> None:
    desk = Desk()
    desk.core.followers.clear()
    desk.core._backlog = 0
    desk.hello()
    desk.welcome(**room(7, "live"))
    asked = desk.written("history")[-1]
    desk.say({"type": "ok", "id": asked["id"], "events": [push(7)], "head": 7, "more": True})
    assert desk.delivered() == []
    assert Placed(ROOM, Position("9b", 7, "e7")) in desk.did
