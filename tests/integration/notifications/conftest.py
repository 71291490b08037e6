"""Circles' people, and jobs done on demand."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from notifications.announce import Happening, announce
from runtime import clock
from runtime.worker import claim_next, perform
from tests.integration.circles.conftest import (  # noqa: F401 - fixtures
    Circle,
    Person,
    alice,
    bob,
    charlie,
    circle,
    person,
)


def work(limit: int = 200, ahead: float = 0.0) -> int:
    """Do every job that is due, or will be `ahead` seconds from now; return how many there were."""
    count = 0
    while count < limit and (claim := claim_next(clock.now() + timedelta(seconds=ahead), 60.0)):
        perform(claim)
        count += 1
    return count


def kinds(who: Person) -> list[str]:
    return [event["kind"] for event in who.told()]


def seen(who: Person, kind: str = "activity.logged") -> list[dict[str, Any]]:
    return [event for event in who.told() if event["kind"] == kind]


@pytest.fixture
def happen() -> Callable[..., None]:
    """Announce something of somebody's days."""

    def announce_it(whose: Person, key: str = "one", **given: Any) -> None:
        told = {"kind": "activity.logged", "category": "sleep", "fields": {"entry": "e1"}} | given
        announce(Happening(person=whose.id, key=key, **told))

    return announce_it
