"""Where a delivery stands and what may follow: a pure table. An absent cell is a step that is not taken."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class State(StrEnum):
    """Where a delivery stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


class Step(StrEnum):
    """What can happen to one."""

    CLAIMED = "claimed"  # a worker takes it, or takes it over from one that is gone
    WITHDRAWN = "withdrawn"  # consent ended before it was sent
    ACCEPTED = "accepted"  # the provider took it
    PUT_OFF = "put_off"  # the provider or the way to it failed for now
    REFUSED = "refused"  # it never will go
    ARRIVED = "arrived"  # the provider says that it arrived
    BOUNCED = "bounced"  # the provider says that it did not


TABLE: Final[Mapping[State, Mapping[Step, State]]] = MappingProxyType(
    {
        State.QUEUED: {Step.CLAIMED: State.SENDING, Step.WITHDRAWN: State.FAILED, Step.REFUSED: State.FAILED},
        State.SENDING: {
            Step.CLAIMED: State.SENDING,
            Step.WITHDRAWN: State.FAILED,
            Step.ACCEPTED: State.SENT,
            Step.PUT_OFF: State.QUEUED,
            Step.REFUSED: State.FAILED,
            # A provider may tell of it before its answer is written down here.
            Step.ARRIVED: State.DELIVERED,
            Step.BOUNCED: State.FAILED,
        },
        State.SENT: {Step.ARRIVED: State.DELIVERED, Step.BOUNCED: State.FAILED},
        State.DELIVERED: {},
        State.FAILED: {},
    }
)


def after(state: State, step: Step) -> State | None:
    """Return the state after a step, or None where the step is not taken from there."""
    return TABLE[state].get(step)


def before(step: Step) -> tuple[State, ...]:
    """Return the states from which a step is taken."""
    return tuple(state for state, steps in TABLE.items() if step in steps)
