"""The client as a state machine over all its connections. Performs no I/O; time is an argument."""

from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

from hearth_client import closes
from hearth_client.actions import (
    Action,
    Began,
    Deliver,
    Ended,
    Heard,
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
from hearth_client.errors import (
    Closed,
    CommandError,
    Disconnected,
    DoorRefused,
    HearthError,
    ProtocolBroken,
    from_wire,
)
from hearth_client.follower import Follower, Handed, Weight
from hearth_client.frames import (
    ME,
    Json,
    Position,
    Reset,
    Signal,
    Welcome,
    decode,
    encode,
    event_of,
    joined_of,
    member_of,
    page_of,
    receipt_of,
    welcome_of,
)
from hearth_client.link import Call, Fill, Link, LinkPhase, Pending, first, later_fill
from hearth_client.outbox import Entry, Outbox

HELLO_ID = 0
MOST_IN_FLIGHT = 48  # the server refuses the 65th; the rest is left to what the core asks by itself
STEADY_S = 10.0  # a session that stood this long starts the back-off anew
DRAIN_SPREAD_S = 0.5  # everyone of a server is told at once: do not all come at once
MIN_RETRY_S = 0.1  # a refusal that names no wait


class Core:
    """Connections, streams, commands and outbox of one person's client.

    Every method returns what the shell must do, in order. The shell calls `tick` at `deadline()`.
    """

    def __init__(
        self, *, positions: Mapping[str, Position], outbox: Outbox, backlog: int, rng: Random
    ) -> None:
        self.outbox = outbox
        self.stopped: HearthError | None = None
        self.followers: dict[str, Follower] = {}
        self._backlog = backlog
        self._rng = rng
        self._links: dict[int, Link] = {}
        self._primary: int | None = None
        self._calls: list[Call] = []
        self._early: dict[str, list[tuple[Json, Weight]]] = {}
        self._open_at: float | None = None
        self._attempt = 0
        self._tickets_refused = 0
        self._hello_refused = False
        self._numbers = 0
        self._handles = 0
        self._me_head = 0
        for stream, position in positions.items():
            self._follower(stream).restore(position)

    # what the shell tells

    def start(self, now: float) -> list[Action]:
        """Begin: the first connection is asked for at once."""
        self._open_at = now
        return self.tick(now)

    def opened(self, link: int, ticket: str, now: float) -> list[Action]:
        """The socket of `link` is open: greet."""
        one = self._links.get(link)
        if one is None:
            return [Shut(link)]
        one.phase, one.heard = LinkPhase.GREETING, now
        resume = {} if self._hello_refused else self._resume()
        return [Write(link, encode("hello", {"id": HELLO_ID, "ticket": ticket, "resume": resume or None}))]

    def received(self, link: int, frame: str, now: float) -> list[Action]:
        """Take one frame of `link`. A frame that breaks the protocol closes the link."""
        one = self._links.get(link)
        if one is None or one.shut:
            return []
        one.heard = now
        out: list[Action] = []
        try:
            for body, size in decode(frame):
                out += self._object(one, body, Weight(link, size), now)
        except ProtocolBroken:
            one.shut = True
            return [*out, Shut(link)]
        return out + self._onward(now)

    def failed(self, link: int, error: HearthError, now: float) -> list[Action]:
        """No socket came of `link`: a door refused, or nothing answered."""
        self._links.pop(link, None)
        if isinstance(error, DoorRefused) and error.retry_after_s is None and 400 <= error.status < 500:
            return self._stop(error)
        at_least = error.retry_after_s or 0.0 if isinstance(error, DoorRefused) else 0.0
        return self._again(closes.Plan.BACK_OFF, 0, at_least, now)

    def closed(self, link: int, code: int, now: float) -> list[Action]:
        """The socket of `link` is gone."""
        one = self._links.pop(link, None)
        if one is None:
            return []
        if self._primary == link:
            self._primary = None
        out: list[Action] = []
        for pending in one.in_flight.values():
            out += self._orphan(pending)
        if self._links or self.stopped is not None:
            return out + self._onward(now)
        at_least = 0.0
        if one.bye is not None:
            code, at_least = one.bye  # said in band, since some servers drop the close code
        if one.phase is LinkPhase.LIVE and now - one.live_since >= STEADY_S:
            self._attempt = 0
        what = closes.plan(code, tickets_refused=self._tickets_refused)
        if code == closes.BAD_TICKET:
            self._tickets_refused += 1
        if what is closes.Plan.STOP:
            return out + self._stop(Closed(code))
        return out + self._again(what, code, at_least, now)

    def taken(self, weight: Weight | None, now: float) -> list[Action]:
        """The application has taken an item; tells the server when enough has gathered."""
        if weight is None:
            return []
        self._take(weight, now)
        return self._acks(now)

    def tick(self, now: float) -> list[Action]:
        """Do what time alone makes due."""
        out: list[Action] = []
        if self._open_at is not None and self._open_at <= now:
            self._open_at = None
            if not any(one.phase is not LinkPhase.LIVE for one in self._links.values()):
                self._numbers += 1
                self._links[self._numbers] = Link(self._numbers)
                out.append(Open(self._numbers))
        for one in self._links.values():
            dead = one.dead_at()
            if dead is not None and dead <= now:
                one.shut = True
                out.append(Shut(one.number, dead=True))
        return out + self._onward(now)

    def deadline(self) -> float | None:
        """Return when `tick` is to be called next; None if nothing waits for time."""
        times: list[float | None] = [self._open_at]
        for one in self._links.values():
            times += [one.dead_at(), one.flow.deadline() if one.flow and not one.shut else None]
            times.append(None if one.shut else one.drain_by)
        if self._primary is not None:
            times.append(self.outbox.deadline())
            times += [call.not_before for call in self._calls if call.not_before]
        return first(times)

    # what the application asks

    def call(
        self,
        word: str,
        fields: dict[str, Any],
        now: float,
        *,
        repeatable: bool = True,
        patience_s: float = 30.0,
        ephemeral: bool = False,
    ) -> tuple[int, list[Action]]:
        """Send a command, or keep it until a session stands. Returns its handle; `Settled` names it later.

        A refusal worth a retry is retried for `patience_s`. What is not `repeatable` fails with Disconnected
        where the connection goes before the answer.
        """
        self._handles += 1
        call = Call(self._handles, word, fields, repeatable, now + patience_s, ephemeral)
        if self.stopped is not None:
            return call.handle, [Settled(call.handle, self.stopped)]
        if ephemeral and self._primary is None:
            return call.handle, [Settled(call.handle, Disconnected("no session stands"))]
        self._calls.append(call)
        return call.handle, self._onward(now)

    def cancel(self, handle: int) -> None:
        """Nobody waits for this command any more."""
        self._calls = [call for call in self._calls if call.handle != handle]

    def send(self, entry: Entry, now: float) -> list[Action]:
        """Put a message in the outbox; `Sent` names it once it is answered."""
        self.outbox.add(entry)
        return self._onward(now)

    @property
    def live(self) -> bool:
        """Whether a session stands."""
        return self._primary is not None

    # one object from the server

    def _object(self, one: Link, body: Json, weight: Weight, now: float) -> list[Action]:
        match body["type"]:
            case "event":
                return self._event(one, body, weight, now)
            case "ok" | "error":
                return self._reply(one, body, now)
            case "ping":
                return [Write(one.number, encode("pong", {}))]
            case "signal":
                return [Heard(Signal(str(body.get("stream")), str(body.get("kind")), body))]
            case "welcome" if one.phase is LinkPhase.GREETING:
                return self._welcome(one, welcome_of(body), now)
            case "drain":
                within = float(body.get("within_ms", 0)) / 1000
                one.drain_by = now + within
                self._open_at = now + self._rng.uniform(0.0, min(DRAIN_SPREAD_S, within / 4))
            case "bye":
                one.bye = int(body.get("code", 1006)), float(body.get("retry_after_ms") or 0) / 1000
        return []

    def _welcome(self, one: Link, welcome: Welcome, now: float) -> list[Action]:
        one.greeted(welcome, now)
        self._primary = one.number
        self._tickets_refused, self._hello_refused = 0, False
        self._early.clear()
        out: list[Action] = [Live(welcome)]
        named = {state.stream: state for state in welcome.streams}
        for stream in [stream for stream in self.followers if stream not in named]:
            out += self._end(stream, "left", now)
        for state in welcome.streams:
            follower = self._follower(state.stream)
            follower.abandon()
            out.append(Began(state.stream, state.room, state.member))
            if state.status == "resumed":
                follower.resumed()
                continue
            if state.status == "reset":
                out.append(Deliver(state.stream, Reset(state.stream), None))
            out += self._begin(follower, state.epoch, state.head, now)
        self._me_head = named[ME].head if ME in named else 0
        return out

    def _event(self, one: Link, body: Json, weight: Weight, now: float) -> list[Action]:
        event = event_of(body)
        follower = self.followers.get(event.stream)
        if one.number != self._primary:  # a drained link: the new one gives the same events
            self._take(weight, now)
            return []
        if follower is None:  # a push may overtake the answer that names its stream
            self._early.setdefault(event.stream, []).append((body, weight))
            return []
        handed, repeats = follower.push(event, weight)
        for repeat in repeats:
            self._take(repeat, now)
        return self._hand(follower, handed, now)

    def _hand(self, follower: Follower, handed: Iterable[Handed], now: float) -> list[Action]:
        out: list[Action] = []
        for event, weight in handed:
            out.append(Deliver(event.stream, event, weight))
            if event.stream != ME or event.seq <= self._me_head:  # older ones are in `welcome` already
                continue
            room = event.data.get("room_stream")
            if event.kind in ("joined", "matched") and isinstance(room, str):
                data = event.data
                slug = str(data.get("room", "")) or None
                out += self._adopt(room, str(data["epoch"]), int(data["head"]), slug, member_of(data), now)
            elif event.kind == "left" and isinstance(room, str):
                out += self._end(room, str(event.data.get("reason", "left")), now)
        return out

    def _reply(self, one: Link, body: Json, now: float) -> list[Action]:
        number = body.get("id")
        if number == HELLO_ID and one.phase is LinkPhase.GREETING and body["type"] == "error":
            if self._hello_refused:
                return self._stop(from_wire(body))
            self._hello_refused, one.shut = True, True  # once more, without our positions
            return [Shut(one.number)]
        pending = one.in_flight.pop(number, None) if isinstance(number, int) else None
        if pending is None:
            return []
        if body["type"] == "ok":
            return self._ok(pending, body, now)
        return self._refused(pending, from_wire(body), now)

    def _ok(self, pending: Pending, body: Json, now: float) -> list[Action]:
        if isinstance(pending, Entry):
            self.outbox.settle(pending)
            return [Sent(pending, receipt_of(pending.client_id, body))]
        if isinstance(pending, Fill):
            follower = self.followers.get(pending.stream)
            if follower is None:
                return []
            handed, repeats = follower.page(page_of(body, pending.stream))
            for repeat in repeats:
                self._take(repeat, now)
            return (self._placed(follower) if not handed else []) + self._hand(follower, handed, now)
        out: list[Action] = []
        if pending.word == "join":
            joined = joined_of(body)
            slug = str(pending.fields["room"])
            out += self._adopt(joined.stream, joined.epoch, joined.head, slug, joined.member, now)
        elif pending.word == "leave":
            out += self._end(str(pending.fields["stream"]), "left", now)
        return [*out, Settled(pending.handle, body)]

    def _refused(self, pending: Pending, error: CommandError, now: float) -> list[Action]:
        again = now + max(MIN_RETRY_S, error.retry_after_s)
        if isinstance(pending, Entry):
            if error.retryable:
                self.outbox.postpone(pending, again)
                return []
            self.outbox.settle(pending)
            return [Sent(pending, error)]
        if isinstance(pending, Fill):
            if error.retryable and pending.stream in self.followers:
                self._calls.append(later_fill(pending.stream, again))
                return []
            return self._end(pending.stream, error.wire_code, now)
        if error.retryable and not pending.ephemeral and again <= pending.deadline:
            pending.not_before = again
            self._calls.append(pending)
            return []
        return [Settled(pending.handle, error)]

    # streams

    def _follower(self, stream: str) -> Follower:
        return self.followers.setdefault(stream, Follower(stream, backlog=self._backlog))

    def _resume(self) -> dict[str, dict[str, Any]]:
        found = {stream: follower.position() for stream, follower in self.followers.items()}
        return {
            stream: {"epoch": at.epoch, "seq": at.seq, "event_id": at.event_id}
            for stream, at in found.items()
            if at is not None
        }

    def _adopt(self, stream: str, epoch: str, head: int, *room: Any) -> list[Action]:
        slug, member, now = room
        known = self.followers.get(stream)
        if known is not None and known.epoch == epoch:
            return [Began(stream, slug, member)]
        follower = self._follower(stream)
        out: list[Action] = [Began(stream, slug, member)]
        out += self._begin(follower, epoch, head, now)
        for body, weight in self._early.pop(stream, []):
            handed, repeats = follower.push(event_of(body), weight)
            for repeat in repeats:
                self._take(repeat, now)
            out += self._hand(follower, handed, now)
        return out

    def _begin(self, follower: Follower, epoch: str, head: int, now: float) -> list[Action]:
        handed = follower.begin(epoch, head)
        placed: list[Action] = [] if head else [Placed(follower.stream, Position(epoch, 0, ""))]
        return placed + self._hand(follower, handed, now)

    def _placed(self, follower: Follower) -> list[Action]:
        position = follower.position()
        return [] if position is None else [Placed(follower.stream, position)]

    def _end(self, stream: str, reason: str, now: float) -> list[Action]:
        follower = self.followers.pop(stream, None)
        if follower is None:
            return []
        for weight in follower.abandon():
            self._take(weight, now)
        return [Ended(stream, reason)]

    def _take(self, weight: Weight, now: float) -> None:
        one = self._links.get(weight.link)
        if one is not None and one.flow is not None:
            one.flow.take(weight.size, now)

    # connections

    def _again(self, what: closes.Plan, code: int, at_least_s: float, now: float) -> list[Action]:
        wait = closes.wait(what, attempt=self._attempt, rng=self._rng, at_least_s=at_least_s)
        self._attempt += 1
        self._open_at = now + wait
        return [Lost(code, wait)] if self._primary is None else []

    def _stop(self, error: HearthError) -> list[Action]:
        self.stopped = error
        self._open_at = None
        out: list[Action] = [Settled(call.handle, error) for call in self._calls if call.handle]
        self._calls.clear()
        for one in self._links.values():
            one.shut = True
            out.append(Shut(one.number))
            for pending in one.in_flight.values():
                out += self._orphan(pending)
            one.in_flight.clear()
        return [*out, Stopped(error)]

    def stop(self, error: HearthError) -> list[Action]:
        """The application is done."""
        return [] if self.stopped is not None else self._stop(error)

    def _orphan(self, pending: Pending) -> list[Action]:
        if isinstance(pending, Entry):
            self.outbox.lost(pending)
            return []
        if isinstance(pending, Fill):
            if pending.stream in self.followers:
                self.followers[pending.stream].ask_again()
            return []
        if pending.repeatable and self.stopped is None:
            self._calls.insert(0, pending)
            return []
        return [
            Settled(
                pending.handle, self.stopped or Disconnected("the connection went before the answer came")
            )
        ]

    def _onward(self, now: float) -> list[Action]:
        """Send what can be sent, and put away links that have served."""
        out = self._acks(now)
        one = self._links.get(self._primary) if self._primary is not None else None
        if one is not None and not one.shut:
            for follower in self.followers.values():
                wanted = follower.wanted()
                if wanted is not None:
                    out.append(self._write(one, Fill(follower.stream), "history", wanted))
            for entry in self.outbox.due(now):
                fields = {
                    "stream": entry.stream,
                    "client_id": entry.client_id,
                    "text": entry.text,
                    "reply_to": entry.reply_to,
                }
                out.append(self._write(one, entry, "send", fields))
            out += self._flush(one, now)
        for other in self._links.values():
            if other.phase is LinkPhase.LIVE and other.number != self._primary and not other.shut:
                if not other.in_flight or (other.drain_by or 0.0) <= now:
                    other.shut = True
                    out.append(Shut(other.number))
            elif other.drain_by is not None and other.drain_by <= now:
                other.drain_by = None  # the next one is not there yet: the server will close us
        return out

    def _flush(self, one: Link, now: float) -> list[Action]:
        out: list[Action] = []
        waiting, self._calls = self._calls, []
        for call in waiting:
            if call.not_before > now or len(one.in_flight) >= MOST_IN_FLIGHT:
                self._calls.append(call)
            elif call.handle == 0:
                if (follower := self.followers.get(call.word)) is not None:
                    follower.ask_again()
                    wanted = follower.wanted()
                    if wanted is not None:
                        out.append(self._write(one, Fill(call.word), "history", wanted))
            else:
                out.append(self._write(one, call, call.word, call.fields))
        return out

    def _write(self, one: Link, pending: Pending, word: str, fields: Mapping[str, Any]) -> Action:
        number = one.next_id()
        one.in_flight[number] = pending
        return Write(one.number, encode(word, {"id": number, **fields}))

    def _acks(self, now: float) -> list[Action]:
        out: list[Action] = []
        for one in self._links.values():
            n = one.flow.due(now) if one.flow is not None and not one.shut else None
            if n is not None:
                out.append(Write(one.number, encode("ack", {"n": n})))
        return out
