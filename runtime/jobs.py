"""Work that is done after the transaction that asked for it: `enqueue`, `@job`, `@every`.

Handlers live in an app's `jobs.py`, take ids and not objects, and are idempotent: a worker that dies leaves
its job to another one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import ParamSpec, TypeVar

from django.db import transaction

from runtime import clock
from runtime.models import OutboxJob
from runtime.waking import ring

P = ParamSpec("P")
R = TypeVar("R")
Handler = Callable[..., object]

MAX_ATTEMPTS = 12  # with the pauses below, about nine hours


class PermanentFailure(Exception):
    """Raised by a handler for what no repetition can mend."""


class Postponed(Exception):
    """Raised by a handler that stops half-way, because its process is leaving: it goes on elsewhere."""


@dataclass(frozen=True)
class Job:
    """A registered handler. A `slow` one takes minutes, and never the place of those that take moments."""

    name: str
    run: Handler
    attempts: int
    every_s: float | None = None
    slow: bool = False


registered: dict[str, Job] = {}


def job(
    name: str, *, attempts: int = MAX_ATTEMPTS, slow: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register the decorated function under `name`; it is called with the ids given to `enqueue`."""

    def register(run: Callable[P, R]) -> Callable[P, R]:
        registered[name] = Job(name, run, attempts, slow=slow)
        return run

    return register


def every(*, seconds: float, name: str | None = None) -> Callable[[Callable[[], R]], Callable[[], R]]:
    """Register a function to be run once per `seconds` over all processes together."""

    def register(run: Callable[[], R]) -> Callable[[], R]:
        word = name or f"{run.__module__}.{run.__name__}"
        registered[word] = Job(word, run, attempts=3, every_s=seconds)
        return run

    return register


def enqueue(name: str, *, key: str | None = None, delay_s: float = 0, **ids: str | int | None) -> None:
    """Write a job in the caller's transaction; it is done soon after the commit, or not at all.

    `key` makes it unique: a second job with the same key is not written. Raises `KeyError` for a name
    that nobody registered.
    """
    known = registered[name]
    row = OutboxJob(name=known.name, key=key, ids=ids, due_at=clock.now() + timedelta(seconds=delay_s))
    OutboxJob.objects.bulk_create([row], ignore_conflicts=key is not None)
    transaction.on_commit(ring)


def slow_ones() -> frozenset[str]:
    """Return the names of the slow jobs."""
    return frozenset(one.name for one in registered.values() if one.slow)


def pause_s(attempts: int) -> float:
    """Return the seconds before the next try after `attempts` failures: 2, 4, 8 … at most an hour."""
    return min(3_600.0, 2.0**attempts)
