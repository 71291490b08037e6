"""One client's connection as a state machine. Performs no I/O; time and chance are arguments.

The phases and what may happen in each are the table TRANSITIONS; an absent cell is an error. The
diagram in docs/protocol.md is drawn from it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from protocol import commands as c
from protocol import limits
from protocol.codec import Codec
from protocol.errors import BadField, BadFrame, Bye, Close, RateLimited, Refusal, TooLong, Unauthorized
from protocol.sockets import TAKES, Socket


class Phase(StrEnum):
    """Where a connection is."""

    GREETING = "greeting"  # accepted; only `hello` is taken, within 5 s
    ENTERING = "entering"  # `hello` came; its ticket is being looked at
    LIVE = "live"  # `welcome` was said
    CLOSING = "closing"  # `bye` was said; nothing is taken any more


class Input(StrEnum):
    """What can happen to a connection."""

    HELLO = "hello"
    COMMAND = "command"
    ACK = "ack"
    PING = "ping"
    PONG = "pong"
    WELCOMED = "welcomed"
    TURNED_BACK = "turned back"
    BYE = "bye"


TRANSITIONS: Final[dict[tuple[Phase, Input], Phase]] = {
    (Phase.GREETING, Input.HELLO): Phase.ENTERING,
    (Phase.GREETING, Input.BYE): Phase.CLOSING,
    (Phase.ENTERING, Input.WELCOMED): Phase.LIVE,
    (Phase.ENTERING, Input.TURNED_BACK): Phase.GREETING,
    (Phase.ENTERING, Input.COMMAND): Phase.ENTERING,
    (Phase.ENTERING, Input.ACK): Phase.ENTERING,
    (Phase.ENTERING, Input.PING): Phase.ENTERING,
    (Phase.ENTERING, Input.PONG): Phase.ENTERING,
    (Phase.ENTERING, Input.BYE): Phase.CLOSING,
    (Phase.LIVE, Input.COMMAND): Phase.LIVE,
    (Phase.LIVE, Input.ACK): Phase.LIVE,
    (Phase.LIVE, Input.PING): Phase.LIVE,
    (Phase.LIVE, Input.PONG): Phase.LIVE,
    (Phase.LIVE, Input.BYE): Phase.CLOSING,
    (Phase.CLOSING, Input.BYE): Phase.CLOSING,
}

_INPUTS: Final[dict[type[c.Command], Input]] = {
    c.Hello: Input.HELLO,
    c.Ack: Input.ACK,
    c.Ping: Input.PING,
    c.Pong: Input.PONG,
}
_CODECS: Final[dict[Socket, Codec]] = {socket: Codec(words) for socket, words in TAKES.items()}


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a session, seconds where they are times. One object serves all connections."""

    hello_s: float = limits.HELLO_SECONDS
    heartbeat_s: float = limits.HEARTBEAT_SECONDS
    heartbeat_spread: float = limits.HEARTBEAT_SPREAD
    pong_s: float = limits.PONG_SECONDS
    in_flight: int = limits.IN_FLIGHT
    refusals: int = limits.REFUSALS
    bad_frames: int = limits.BAD_FRAMES_IN_A_ROW
    frame_bytes: int = limits.FRAME_BYTES


DEFAULTS: Final = Numbers()


class Session:
    """One client's connection: what it may say now, and when it has been silent for too long.

    Times are monotonic seconds. `phase` is where it stands.
    """

    __slots__ = (
        "_codec",
        "_hello",
        "_in_flight",
        "_numbers",
        "_pong_due",
        "_refused",
        "_strikes",
        "_timer",
        "phase",
    )

    def __init__(self, socket: Socket, *, now: float, numbers: Numbers = DEFAULTS) -> None:
        self.phase = Phase.GREETING
        self._timer = now + numbers.hello_s  # the end of waiting for `hello`; when live, the next ping
        self._codec = _CODECS[socket]
        self._numbers = numbers
        self._hello = 0  # the id of the `hello` that is looked at while entering
        self._in_flight: set[int] | None = None  # made when needed: an idle connection has none
        self._pong_due: float | None = None
        self._refused = 0
        self._strikes = 0

    @property
    def in_flight(self) -> int:
        """How many commands await their reply."""
        return len(self._in_flight or ())

    # What the client says.

    def receive(self, frame: str | bytes) -> c.Command | None:
        """Return the command in one frame, None if there is nothing to do for it.

        A Hello or a command with an id is in flight until `answered` or `refused` is told. Raises a
        Refusal, which is to be answered with its `id` and then told to `refused`, or Bye for a frame
        that is too large.
        """
        if self.phase is Phase.CLOSING:
            return None
        if self._is_too_large(frame):
            raise self.bye(Close.TOO_LARGE)
        try:
            command = self._codec.decode(frame)
        except Refusal as refusal:
            raise self._received_wrong(refusal) from None
        self._strikes = 0
        kind = _INPUTS.get(type(command), Input.COMMAND)
        phase = TRANSITIONS.get((self.phase, kind))
        if phase is None:
            raise self._received_wrong(self._out_of_turn(kind, getattr(command, "id", None)))
        if kind is Input.PONG:
            self._pong_due = None
            return None
        if isinstance(command, c.Numbered):
            self._begin(command.id, waits=kind is not Input.PING)
            if kind is Input.HELLO:
                self._hello = command.id
        self.phase = phase
        return command

    def _is_too_large(self, frame: str | bytes) -> bool:
        longest = self._numbers.frame_bytes
        if len(frame) * 4 <= longest:  # UTF-8 takes at most 4 bytes for a code point
            return False
        if isinstance(frame, str) and len(frame) <= longest and not frame.isascii():
            return len(frame.encode("utf-8", "surrogatepass")) > longest
        return len(frame) > longest

    def _received_wrong(self, refusal: Refusal) -> Refusal:
        """Return the refusal as it is to be said in this phase, and count a strike."""
        self._strikes = self._strikes + 1 if isinstance(refusal, BadFrame) and refusal.strike else 0
        if isinstance(refusal, BadField | TooLong) and refusal.word is not None:
            kind = Input.HELLO if refusal.word == "hello" else Input.COMMAND
            if (self.phase, kind) not in TRANSITIONS:
                refusal = self._out_of_turn(kind, refusal.id)
        if refusal.id is not None and refusal.id in (self._in_flight or ()):
            return _taken_id()
        return refusal

    @staticmethod
    def _out_of_turn(kind: Input, id: int | None) -> Refusal:
        if kind is Input.HELLO:
            return BadFrame("`hello` is said once, at the beginning.", id=id, strike=False)
        return Unauthorized(id=id)

    def _begin(self, id: int, *, waits: bool) -> None:
        """Take an id in flight. Raises BadField if it is there already, RateLimited if too many are."""
        in_flight = self._in_flight
        if in_flight is None:
            if waits:
                self._in_flight = {id}
            return
        if id in in_flight:
            raise _taken_id()
        if not waits:
            return
        if len(in_flight) >= self._numbers.in_flight:
            message = f"At most {self._numbers.in_flight} commands may be in flight."
            raise RateLimited(limits.IN_FLIGHT_RETRY_MS, message, id=id)
        in_flight.add(id)

    # What we answer.

    def welcomed(self, id: int, now: float, chance: float) -> None:
        """`hello`, of this id, was accepted and `welcome` said: the heart begins to beat.

        `chance` is a random number from 0 to 1, as in `tick`.
        """
        self._move(Input.WELCOMED)
        self.answered(id)
        self._timer = self._next_ping(now, chance)

    def answered(self, id: int) -> None:
        """The command `id` has its reply: its id is free again."""
        in_flight = self._in_flight
        if in_flight is not None:
            in_flight.discard(id)
            if not in_flight:
                self._in_flight = None

    def refused(self, id: int | None) -> None:
        """An `error` was said, to the command `id` if that is known.

        A refused `hello` may be said again, and its 5 s run on. Raises Bye after three bad frames in a
        row, and after more refusals than a connection gets.
        """
        if id is not None:
            self.answered(id)
            if self.phase is Phase.ENTERING and id == self._hello:
                self._move(Input.TURNED_BACK)
        self._refused += 1
        if self._strikes >= self._numbers.bad_frames:
            raise self.bye(Close.BAD_FRAMES)
        if self._refused > self._numbers.refusals:
            raise self.bye(Close.RATE_LIMITED)

    def bye(self, code: Close, reason: str | None = None, retry_after_ms: int | None = None) -> Bye:
        """Return the Bye to raise or say; from here on nothing is taken."""
        self._move(Input.BYE)
        return Bye(code, reason, retry_after_ms)

    def _move(self, happened: Input) -> None:
        phase = TRANSITIONS.get((self.phase, happened))
        if phase is None:
            raise RuntimeError(f"{happened} cannot happen while {self.phase}")
        self.phase = phase

    # What time does.

    @property
    def due(self) -> float | None:
        """When `tick` wants to be called next; None if nothing is awaited."""
        if self.phase is Phase.LIVE:
            return self._timer if self._pong_due is None else self._pong_due
        return self._timer if self.phase is Phase.GREETING else None

    def tick(self, now: float, chance: float) -> bool:
        """Say whether to send a `ping` now; the next comes after the heartbeat ± its spread.

        `chance` is a random number from 0 to 1 and draws the place within the spread. Raises Bye when
        no `hello` came in time, or no `pong`.
        """
        due = self.due
        if due is None or now < due:
            return False
        if self.phase is Phase.GREETING:
            raise self.bye(Close.NO_HELLO)
        if self._pong_due is not None:
            raise self.bye(Close.NO_PONG)
        self._pong_due = now + self._numbers.pong_s
        self._timer = self._next_ping(now, chance)
        return True

    def _next_ping(self, now: float, chance: float) -> float:
        numbers = self._numbers
        return now + numbers.heartbeat_s * (1 + numbers.heartbeat_spread * (2 * chance - 1))


def _taken_id() -> BadField:
    return BadField("id", "`id` must be unique among the commands in flight.")
