"""What was awaited and did not come is told once; logging it late ends all that came of it."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from notifications import reminding
from notifications.alarms import expecting, walking
from notifications.alarms.models import Alarm, Awaited
from notifications.models import Reminder
from runtime import clock
from tests.integration.alarms.conftest import Person, alarms, the_alarm
from tests.integration.alarms.test_raising import at_once
from tests.integration.circles.conftest import Circle
from tests.integration.notifications.conftest import seen, work

pytestmark = pytest.mark.django_db(transaction=True)

EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
NINE = {"category": "mood", "at": "09:00", "days": EVERY_DAY, "tell_circle": True}


class Wall:
    """The clock of a house in Berlin, where the clocks are about to change."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = datetime(2026, 3, 28, 6, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda: self.now)

    def at(self, day: int, hour: int, minute: int = 0) -> int:
        """Move to a time, let every worker look twice, and return how many misses were told."""
        self.now = datetime(2026, 3, day, hour, minute, tzinfo=UTC)
        reminding.remind(self.now)
        missed = expecting.look(self.now) + expecting.look(self.now)
        work()
        return missed


@pytest.fixture
def wall(
    alice: Person, bob: Person, charlie: Person, circle: Circle, monkeypatch: pytest.MonkeyPatch
) -> Wall:
    User.objects.filter(pk=alice.id).update(time_zone="Europe/Berlin")
    circle.grant(circle.bring(bob, "Bo"), "mood")
    circle.bring(charlie, "Lie")
    assert alice.put("preferences/", {"reminders": [NINE]}).status_code == 200
    Reminder.objects.update(due_at=datetime(2026, 3, 28, 8, tzinfo=UTC), day=None)
    return Wall(monkeypatch)


def mood(alice: Person, wall: Wall) -> None:
    """Log something, as the door does; the fake clock is past any token's life."""
    from accounts.principals import Principal
    from tracking import logbook
    from tracking.resources.mood import MOOD

    principal = Principal(alice.id, None, frozenset(), False, "en")
    logbook.add(MOOD, principal, alice.id, {"at": clock.rfc3339(wall.now), "score": 5}, wall.now)
    work()


def test_bob_is_told_once_after_the_grace_and_charlie_and_alice_never(
    wall: Wall, alice: Person, bob: Person, charlie: Person
) -> None:
    assert wall.at(28, 8) == wall.at(28, 9, 59) == 0
    assert wall.at(28, 10) == 1
    assert wall.at(28, 12) == 0
    (event,) = seen(bob, "activity.missed")
    assert (event["category"], event["person"]["name"]) == ("mood", "Ali")
    assert (event["due_at"], event["expected_by"]) == ("2026-03-28T08:00:00.000Z", "2026-03-28T10:00:00.000Z")
    assert seen(charlie, "activity.missed") == seen(alice, "activity.missed") == []
    assert not Alarm.objects.exists()


def test_two_workers_at_once_tell_of_it_once(wall: Wall, bob: Person) -> None:
    wall.at(28, 8)
    wall.now = datetime(2026, 3, 28, 10, tzinfo=UTC)
    at_once(2, lambda: expecting.look(wall.now))
    work()
    assert len(seen(bob, "activity.missed")) == 1


def test_across_the_change_of_the_clocks_it_is_told_at_their_time(wall: Wall, bob: Person) -> None:
    wall.at(28, 8)
    wall.at(28, 10)
    assert wall.at(29, 7) == wall.at(29, 8, 59) == 0  # nine o'clock in summer time
    assert wall.at(29, 9) == 1
    assert [one["due_at"] for one in seen(bob, "activity.missed")] == [
        "2026-03-28T08:00:00.000Z",
        "2026-03-29T07:00:00.000Z",
    ]


@pytest.mark.parametrize("when", [(28, 7), (28, 8), (28, 9, 30)])
def test_what_is_logged_about_that_time_is_not_missed(
    wall: Wall, alice: Person, bob: Person, when: tuple[int, ...]
) -> None:
    for moment in ((28, 7), (28, 8), (28, 9, 30)):
        wall.at(*moment)
        if moment == when:
            mood(alice, wall)
    assert wall.at(28, 10) == 0
    assert seen(bob, "activity.missed") == []
    assert not Awaited.objects.exists()


def test_two_misses_in_a_row_raise_an_alarm_and_logging_it_late_clears_it(
    wall: Wall, alice: Person, bob: Person
) -> None:
    for day, hour in ((28, 8), (28, 10), (29, 7), (29, 9)):
        wall.at(day, hour)
    (event,) = alarms(bob)
    assert (event["state"], event["cause"], event["category"]) == ("raised", "stale", "mood")
    wall.at(29, 11)
    assert walking.walk(wall.now) == 0  # no emergency: it sounds once a day
    mood(alice, wall)
    assert [one["state"] for one in alarms(bob)] == ["raised", "cleared"]
    assert not Awaited.objects.exists()
    assert the_alarm().cleared_at
    wall.at(30, 7)
    assert wall.at(30, 9) == 1  # the count begins anew
    assert [one["state"] for one in alarms(bob)] == ["raised", "cleared"]


@pytest.mark.parametrize("end", ["wish", "person"])
def test_who_wishes_it_no_more_is_not_told_on(wall: Wall, alice: Person, bob: Person, end: str) -> None:
    wall.at(28, 8)
    if end == "wish":
        row = Reminder.objects.get()
        row.wish = NINE | {"tell_circle": False}
        row.save()
    else:
        User.objects.filter(pk=alice.id).update(deleted_at=wall.now - timedelta(hours=1))
    assert wall.at(28, 10) == 0
    assert seen(bob, "activity.missed") == []
    assert not Awaited.objects.exists()


def test_a_missed_log_can_be_acknowledged(wall: Wall, bob: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from notifications import notices

    wall.at(28, 8)
    wall.at(28, 10)
    (event,) = seen(bob, "activity.missed")
    first = notices.acknowledge(bob.id, event["event_id"])
    wall.at(28, 11)
    assert notices.acknowledge(bob.id, event["event_id"]) == first
    assert seen(bob, "activity.missed")[0]["acknowledged_at"] == "2026-03-28T10:00:00.000Z"
