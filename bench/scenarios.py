"""What is measured."""

from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["fanout", "idle", "connects"]


@dataclass(frozen=True)
class Figure:
    """One number of a scenario: its key among what a dialect reads, its words, and which way is better."""

    key: str
    title: str
    more_is_better: bool = True


@dataclass(frozen=True)
class Scenario:
    """One load. `inflight` is a closed loop of so many messages in all, `rate` an open one in messages/s."""

    key: str
    title: str
    kind: Kind
    n: int
    rooms: int
    figures: tuple[Figure, ...]
    inflight: int = 0
    rate: float = 0.0
    seconds: float = 5.0
    warm_s: float = 1.0

    def shorter(self, seconds: float) -> "Scenario":
        """Return the same load for less time."""
        return replace(self, seconds=seconds, warm_s=min(self.warm_s, 0.5))


DELIVERIES = Figure("deliveries_per_s", "deliveries/s")
MESSAGES = Figure("messages_per_s", "messages/s")

ALL = (
    Scenario("fanout-100", "100 in a room, closed loop", "fanout", 100, 1, (DELIVERIES,), inflight=20),
    Scenario("fanout-1000", "1,000 in a room, closed loop", "fanout", 1000, 1, (DELIVERIES,), inflight=20),
    Scenario(
        "latency",
        "100 in a room, 40 messages/s",
        "fanout",
        100,
        1,
        (Figure("p50_ms", "ms p50", False), Figure("p99_ms", "ms p99", False)),
        rate=40.0,
    ),
    Scenario("rooms-200", "200 rooms of 5, closed loop", "fanout", 1000, 200, (MESSAGES,), inflight=200),
    Scenario(
        "idle",
        "1,000 idle sockets",
        "idle",
        1000,
        200,
        (Figure("kb_per_socket", "kB a socket", False),),
        seconds=5,
    ),
    Scenario(
        "connects",
        "1,000 people connect and join",
        "connects",
        1000,
        200,
        (Figure("connects_per_s", "connects/s"),),
    ),
)
SMOKE = tuple(one.shorter(2.0) for one in ALL if one.key in ("fanout-100", "rooms-200"))
