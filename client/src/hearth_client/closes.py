"""What to do once a connection is gone, by the class of its close code."""

from enum import Enum
from random import Random

FIRST_BACKOFF_S = 2.0  # the protocol's bounds are 1–30 s; the first try draws from 1–2
MIN_BACKOFF_S = 1.0
MAX_BACKOFF_S = 30.0
SMALL_JITTER_S = 0.5  # enough to spread a drained server's people over its successor
BAD_TICKET = 4002


class Plan(Enum):
    """What follows a close."""

    STOP = "stop"
    NOW = "now"
    BACK_OFF = "back off"


def plan(code: int, *, tickets_refused: int = 0) -> Plan:
    """Return what the protocol asks for; `tickets_refused` counts the 4002s in a row before this one."""
    if code == BAD_TICKET:
        return Plan.NOW if tickets_refused == 0 else Plan.STOP
    if 4000 <= code <= 4099:
        return Plan.STOP
    if 4200 <= code <= 4299:
        return Plan.NOW
    return Plan.BACK_OFF


def wait(what: Plan, *, attempt: int, rng: Random, at_least_s: float = 0.0) -> float:
    """Return the seconds to wait before the next attempt; `attempt` counts the failures in a row before it.

    A server that asks for "now" again and again is backed off from as well: only the first two are quick.
    """
    if what is Plan.NOW and attempt < 2:
        return at_least_s + rng.uniform(0.0, SMALL_JITTER_S)
    ceiling = min(MAX_BACKOFF_S, FIRST_BACKOFF_S * 2 ** min(attempt, 10))
    return max(at_least_s, rng.uniform(MIN_BACKOFF_S, ceiling))
