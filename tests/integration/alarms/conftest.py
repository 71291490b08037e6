"""Alice has seizures; Bob may see them, then Dana; Charlie is in the circle and may not."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from notifications.alarms import changing, walking
from notifications.alarms.machine import fold
from notifications.alarms.models import Alarm
from runtime import clock
from tests.integration.circles.conftest import (  # noqa: F401 - fixtures
    Circle,
    Person,
    alice,
    bob,
    charlie,
    circle,
    person,
)
from tests.integration.notifications.conftest import seen, work


@pytest.fixture
def dana(person: Callable[[str], Person]) -> Person:  # noqa: F811
    return person("dana")


class Family:
    """The circle, and the clock on its wall."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, home: Circle, bob: Person, dana: Person) -> None:  # noqa: F811
        self.circle = home
        self.now = datetime.now(UTC)
        monkeypatch.setattr(clock, "now", lambda: self.now)
        self.members = {"bob": home.bring(bob, "Bo")}
        self.now += timedelta(seconds=1)  # who joined first is called first
        self.members["dana"] = home.bring(dana, "Dan")
        for member in self.members.values():
            home.grant(member, "seizures", access="contribute")

    def revoke(self, name: str, category: str = "seizures") -> None:
        """Take a grant back."""
        path = f"{self.circle.path}grants/{self.members[name]}/{category}/"
        assert self.circle.owner.delete(path).status_code == 204

    def later(self, **time: float) -> int:
        """Move on and let two workers look; return how many alarms changed."""
        self.now += timedelta(**time)
        changed = walking.walk(self.now) + walking.walk(self.now)
        work()
        return changed

    def seizure(self, ago_min: float = 10, lasted_s: int | None = 360) -> dict[str, Any]:
        """What one logs of a seizure."""
        start = clock.rfc3339(self.now - timedelta(minutes=ago_min))
        return {"start": start, "duration_s": lasted_s, "seizure_class": "focal"}

    def log(self, who: Person | None = None, **given: Any) -> dict[str, Any]:
        """Log a seizure of Alice's, and let the house tell of it."""
        owner = self.circle.owner
        path = "seizures/" if who is None else f"seizures/?user_id={owner.id}"
        made = (who or owner).post(path, self.seizure(**given))
        assert made.status_code == 201, made.content
        work()
        answer: dict[str, Any] = made.json()
        return answer


@pytest.fixture
def family(
    monkeypatch: pytest.MonkeyPatch,
    circle: Circle,  # noqa: F811
    bob: Person,  # noqa: F811
    dana: Person,
    charlie: Person,  # noqa: F811
) -> Family:
    made = Family(monkeypatch, circle, bob, dana)
    circle.bring(charlie, "Lie")
    return made


def alarms(who: Person) -> list[dict[str, Any]]:
    return seen(who, "alarm")


def states(who: Person) -> list[str]:
    return [one["state"] for one in alarms(who)]


def the_alarm() -> Alarm:
    """The one alarm there is; its log folded is its row."""
    row = Alarm.objects.get()
    assert fold(changing.logged(row.pk)) == changing.standing(row)
    return row
