"""What a connection may say, and when it was silent for too long."""

import json

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from protocol import commands as c
from protocol.errors import BadField, BadFrame, Bye, Close, RateLimited, Refusal, Unauthorized, UnknownType
from protocol.session import TRANSITIONS, Input, Numbers, Phase, Session
from protocol.sockets import TAKES, Socket, word_of

HELLO = '{"type":"hello","id":1,"ticket":"t"}'


def leave(id_: int = 5) -> str:
    return json.dumps({"type": "leave", "id": id_, "stream": "s"})


def live(socket: Socket = Socket.CHAT, numbers: Numbers | None = None) -> Session:
    session = Session(socket, now=0.0, numbers=numbers or Numbers())
    session.receive(HELLO)
    session.welcomed(1, 1.0, 0.5)
    return session


def refused(session: Session, frame: str | bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        session.receive(frame)
    session.refused(caught.value.id)
    return caught.value


def closed(session: Session, frame: str | bytes) -> Close:
    with pytest.raises(Bye) as caught:
        refused(session, frame)
    assert session.phase is Phase.CLOSING
    return caught.value.code


# The beginning.


def test_hello_is_the_first_word() -> None:
    session = Session(Socket.CHAT, now=0.0)
    assert session.receive(HELLO) == c.Hello(id=1, ticket="t")
    assert session.phase is Phase.ENTERING
    session.welcomed(1, 0.5, 0.5)
    assert session.phase is Phase.LIVE
    assert session.in_flight == 0


@pytest.mark.parametrize(
    "frame", [leave(), '{"type":"leave","id":5}', '{"type":"ping","id":5}', '{"type":"send","id":5,"text":4}']
)
def test_a_command_before_hello_is_unauthorized_and_the_seconds_run_on(frame: str) -> None:
    session = Session(Socket.CHAT, now=100.0)
    refusal = refused(session, frame)
    assert isinstance(refusal, Unauthorized)
    assert refusal.id == 5
    assert session.phase is Phase.GREETING
    assert session.due == 105.0
    assert session.receive(HELLO)


@pytest.mark.parametrize(
    "frame", ['{"type":"ack","n":1}', '{"type":"pong"}', '{"type":"ping"}', '{"type":"leave"}']
)
def test_before_hello_a_word_without_an_id_is_unauthorized_with_none(frame: str) -> None:
    refusal = refused(Session(Socket.CHAT, now=0.0), frame)
    assert isinstance(refusal, Unauthorized)
    assert refusal.id is None


def test_no_hello_in_five_seconds_closes() -> None:
    session = Session(Socket.CHAT, now=100.0)
    assert not session.tick(104.9, 0.5)
    with pytest.raises(Bye) as caught:
        session.tick(105.0, 0.5)
    assert caught.value.code is Close.NO_HELLO


def test_a_malformed_hello_leaves_the_session_greeting() -> None:
    session = Session(Socket.CHAT, now=0.0)
    refusal = refused(session, '{"type":"hello","id":3,"ticket":"t","resume":{"me":1}}')
    assert isinstance(refusal, BadField)
    assert (refusal.field, refusal.id, session.phase) == ("resume", 3, Phase.GREETING)
    assert session.receive('{"type":"hello","id":3,"ticket":"t"}')


@pytest.mark.parametrize("frame", ['{"type":"hello","id":4,"ticket":"t"}', '{"type":"hello","id":4}'])
def test_a_second_hello_is_a_bad_frame_and_no_strike(frame: str) -> None:
    session = live()
    for _ in range(5):
        refusal = refused(session, frame)
        assert isinstance(refusal, BadFrame)
        assert refusal.id == 4
    assert session.phase is Phase.LIVE


def test_a_hello_while_another_is_looked_at_is_a_bad_frame() -> None:
    session = Session(Socket.CHAT, now=0.0)
    session.receive(HELLO)
    assert isinstance(refused(session, '{"type":"hello","id":2,"ticket":"u"}'), BadFrame)


def test_commands_sent_right_behind_hello_are_taken() -> None:
    session = Session(Socket.CHAT, now=0.0)
    session.receive(HELLO)
    assert session.receive(leave()) == c.Leave(id=5, stream="s")


def test_a_refused_command_behind_hello_does_not_turn_hello_back() -> None:
    session = Session(Socket.CHAT, now=0.0)
    session.receive(HELLO)
    session.receive(leave(5))
    session.refused(5)
    assert session.phase is Phase.ENTERING


def test_a_hello_turned_back_may_be_said_again_within_the_first_seconds() -> None:
    session = Session(Socket.CHAT, now=0.0)
    session.receive(HELLO)
    assert session.due is None
    session.refused(1)
    assert session.due == 5.0
    assert session.receive(HELLO)


# Frames.


def test_three_bad_frames_in_a_row_close() -> None:
    session = live()
    assert isinstance(refused(session, "x"), BadFrame)
    assert isinstance(refused(session, b"{}"), BadFrame)
    assert closed(session, "[]") is Close.BAD_FRAMES


def test_three_bad_frames_close_before_hello_too() -> None:
    session = Session(Socket.CHAT, now=0.0)
    refused(session, "x")
    refused(session, "x")
    assert closed(session, "x") is Close.BAD_FRAMES


@pytest.mark.parametrize(
    "good", ['{"type":"pong"}', '{"type":"ack","n":0}', '{"type":"nope"}', '{"type":"leave"}']
)
def test_an_object_with_a_type_ends_the_row_of_bad_frames(good: str) -> None:
    session = live()
    for _ in range(4):
        refused(session, "x")
        refused(session, "x")
        try:
            session.receive(good)
        except Refusal as refusal:
            session.refused(refusal.id)
    assert session.phase is Phase.LIVE


@pytest.mark.parametrize(
    ("frame", "large"),
    [
        ("x" * 65_536, False),
        ("x" * 65_537, True),
        ("é" * 32_768, False),
        ("é" * 32_769, True),
        ("😀" * 16_384, False),
        ("😀" * 16_385, True),
        (b"x" * 65_536, False),
        (b"x" * 65_537, True),
        ("x" * 65_534 + "é", False),
        ("x" * 65_535 + "é", True),
    ],
)
def test_a_frame_over_64_kib_closes(frame: str | bytes, large: bool) -> None:
    session = live()
    if large:
        assert closed(session, frame) is Close.TOO_LARGE
    else:
        assert isinstance(refused(session, frame), BadFrame)


@pytest.mark.parametrize("socket", list(Socket))
def test_each_socket_takes_its_own_words_and_no_other(socket: Socket) -> None:
    taken = {word_of(word) for word in TAKES[socket]}
    for other in Socket:
        for word in TAKES[other]:
            session = live(socket)
            frame = json.dumps({"type": word_of(word), "id": 9})
            if word_of(word) not in taken:
                refusal = refused(session, frame)
                assert isinstance(refusal, UnknownType)
                assert refusal.id == 9
                continue
            try:
                session.receive(frame)
            except UnknownType:
                pytest.fail(f"{socket} does not take {frame}")
            except Refusal:
                pass  # malformed, or a second hello


# In flight, refusals.


def test_the_65th_command_in_flight_is_rate_limited() -> None:
    session = live()
    for id_ in range(64):
        session.receive(leave(id_))
    refusal = refused(session, leave(64))
    assert isinstance(refusal, RateLimited)
    assert refusal.id == 64
    assert refusal.retry_after_ms > 0
    assert session.in_flight == 64
    assert session.receive('{"type":"ping","id":700}') == c.Ping(id=700)
    assert session.receive('{"type":"ack","n":0}') == c.Ack(n=0)
    session.answered(3)
    assert session.receive(leave(64))


@pytest.mark.parametrize(
    "frame", [leave(5), '{"type":"ping","id":5}', '{"type":"nope","id":5}', '{"type":"leave","id":5}']
)
def test_an_id_in_flight_is_not_unique(frame: str) -> None:
    session = live()
    session.receive(leave(5))
    refusal = refused(session, frame)
    assert isinstance(refusal, BadField)
    assert (refusal.field, refusal.id) == ("id", None)
    assert session.in_flight == 1
    session.answered(5)
    assert session.receive(leave(5))


def test_more_than_500_refusals_close() -> None:
    session = live()
    for _ in range(500):
        refused(session, '{"type":"nope","id":2}')
    assert session.phase is Phase.LIVE
    assert closed(session, '{"type":"nope","id":2}') is Close.RATE_LIMITED


def test_refusals_of_commands_that_were_taken_count_as_well() -> None:
    session = live(numbers=Numbers(refusals=2))
    session.receive(leave(1))
    session.receive(leave(2))
    session.receive(leave(3))
    session.refused(1)
    session.refused(2)
    with pytest.raises(Bye) as caught:
        session.refused(3)
    assert caught.value.code is Close.RATE_LIMITED


# The heart.


@pytest.mark.parametrize(("chance", "due"), [(0.0, 21.0), (0.5, 26.0), (1.0, 31.0)])
def test_the_heart_beats_every_25_seconds_give_or_take_a_fifth(chance: float, due: float) -> None:
    session = Session(Socket.CHAT, now=0.0)
    session.receive(HELLO)
    session.welcomed(1, 1.0, chance)
    assert session.due == pytest.approx(due)
    assert not session.tick(due - 0.01, 0.5)
    assert session.tick(due + 0.01, 0.5)


def test_a_pong_in_time_keeps_the_connection() -> None:
    session = live()
    assert session.tick(26.0, 0.5)
    assert session.due == 36.0
    assert not session.tick(35.9, 0.5)
    assert session.receive('{"type":"pong"}') is None
    assert session.due == 51.0
    assert session.tick(51.0, 0.5)


def test_no_pong_in_ten_seconds_closes() -> None:
    session = live()
    assert session.tick(26.0, 0.5)
    session.receive('{"type":"ack","n":0}')
    with pytest.raises(Bye) as caught:
        session.tick(36.0, 0.5)
    assert caught.value.code is Close.NO_PONG


def test_a_closing_session_takes_nothing_and_awaits_nothing() -> None:
    session = live()
    bye = session.bye(Close.DRAINING, retry_after_ms=500)
    assert (bye.code, bye.reason, bye.retry_after_ms) == (Close.DRAINING, "draining", 500)
    assert session.receive(leave()) is None
    assert session.receive("x" * 100_000) is None
    assert session.due is None
    assert not session.tick(1e9, 0.5)
    assert session.bye(Close.INTERNAL).code is Close.INTERNAL


def test_what_we_do_out_of_turn_is_a_fault_of_ours() -> None:
    session = Session(Socket.CHAT, now=0.0)
    with pytest.raises(RuntimeError):
        session.welcomed(1, 0.0, 0.5)


def test_every_phase_can_end_and_be_reached() -> None:
    assert all((phase, Input.BYE) in TRANSITIONS for phase in Phase)
    assert {*TRANSITIONS.values()} == {*Phase}


class AgainstTable(RuleBasedStateMachine):
    """Random walks: the session is always where the table says."""

    FRAMES = {
        Input.HELLO: '{"type":"hello","id":%d,"ticket":"t"}',
        Input.COMMAND: '{"type":"leave","id":%d,"stream":"s"}',
        Input.PING: '{"type":"ping","id":%d}',
        Input.ACK: '{"type":"ack","n":%d}',
        Input.PONG: '{"type":"pong","id":%d}',
    }

    def __init__(self) -> None:
        super().__init__()
        self.session = Session(Socket.CHAT, now=0.0, numbers=Numbers(in_flight=4, refusals=10_000))
        self.phase = Phase.GREETING
        self.in_flight: set[int] = set()
        self.hello = 0

    @rule(kind=st.sampled_from(sorted(FRAMES)), id_=st.integers(0, 9))
    def say(self, kind: Input, id_: int) -> None:
        phase = TRANSITIONS.get((self.phase, kind))
        numbered = kind in (Input.HELLO, Input.COMMAND, Input.PING)
        taken = numbered and id_ in self.in_flight
        full = kind is Input.COMMAND and len(self.in_flight) >= 4
        try:
            said = self.session.receive(self.FRAMES[kind] % id_)
        except Refusal as caught:
            refusal = caught
        else:
            self.was_taken(said, kind, id_)
            assert self.session.phase is Phase.CLOSING or not (phase is None or taken or full)
            return
        self.session.refused(refusal.id)
        assert phase is None or taken or full
        assert (refusal.id is None) == (taken or not numbered)

    def was_taken(self, said: c.Command | None, kind: Input, id_: int) -> None:
        if self.phase is Phase.CLOSING:
            assert said is None
            return
        assert (said is None) == (kind is Input.PONG)
        self.phase = TRANSITIONS[self.phase, kind]
        if kind in (Input.HELLO, Input.COMMAND):
            self.in_flight.add(id_)
        if kind is Input.HELLO:
            self.hello = id_

    @rule(accept=st.booleans())
    def answer_hello(self, accept: bool) -> None:
        if self.phase is not Phase.ENTERING:
            return
        self.in_flight.discard(self.hello)
        if accept:
            self.session.welcomed(self.hello, 1.0, 0.5)
            self.phase = Phase.LIVE
        else:
            self.session.refused(self.hello)
            self.phase = Phase.GREETING

    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        waiting = self.in_flight - ({self.hello} if self.phase is Phase.ENTERING else set())
        if waiting:
            id_ = data.draw(st.sampled_from(sorted(waiting)))
            self.in_flight.discard(id_)
            self.session.answered(id_)

    @rule()
    def end(self) -> None:
        self.session.bye(Close.DRAINING)
        self.phase = Phase.CLOSING

    @invariant()
    def it_is_where_the_table_says(self) -> None:
        assert self.session.phase is self.phase
        assert self.session.in_flight == len(self.in_flight)


TestAgainstTable = AgainstTable.TestCase
TestAgainstTable.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
