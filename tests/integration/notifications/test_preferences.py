"""What one wants to be told of, by which channels and browsers, and when one is reminded."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from accounts.audit.models import Entry
from accounts.models import User
from notifications import reminding
from notifications.models import Delivery, Preferences, PushSubscription, Reminder
from runtime import clock
from tests.integration.notifications.conftest import Person, seen
from tests.providers import Browser

pytestmark = pytest.mark.django_db(transaction=True)

ENDPOINT = "https://push.example.org/abc"
NINE = {"category": "sleep", "at": "09:00", "days": None, "tell_circle": False}
EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


# --- preferences ---


def test_who_never_chose_is_shown_the_houses_own_choice(alice: Person) -> None:
    answer = alice.get("preferences/")
    assert answer.status_code == 200
    assert answer.json()["channels"]["activity.logged"] == ["in_app"]
    assert answer.json()["channels"]["alarm"] == ["in_app", "email", "web_push"]
    assert answer.json()["reminders"] == []
    assert answer["ETag"]


def test_a_change_names_what_it_changes_and_the_event_is_the_new_state(alice: Person) -> None:
    first = alice.put("preferences/", {"channels": {"reminder": ["email", "email"]}, "more": 1})
    assert first.status_code == 200
    second = alice.put("preferences/", {"reminders": [NINE]})
    shown = alice.get("preferences/").json()
    assert shown == second.json()
    assert shown["channels"]["reminder"] == ["email"]
    assert shown["reminders"] == [NINE | {"days": EVERY_DAY}]
    told = seen(alice, "preferences.changed")
    assert len(told) == 2
    assert {name: told[-1][name] for name in shown} == shown
    assert Entry.objects.filter(kind="preferences.changed").count() == 2


def test_nothing_changed_tells_nobody(alice: Person) -> None:
    alice.put("preferences/", {"reminders": [NINE]})
    alice.put("preferences/", {"reminders": [NINE]})
    assert len(seen(alice, "preferences.changed")) == 1


def test_an_alarm_always_stands_in_the_stream(alice: Person) -> None:
    shown = alice.put("preferences/", {"channels": {"alarm": []}}).json()
    assert shown["channels"]["alarm"] == ["in_app"]


def test_nobody_overwrites_what_they_have_not_seen(alice: Person) -> None:
    tag = alice.get("preferences/")["ETag"]
    assert alice.put("preferences/", {"reminders": [NINE]}, **{"If-Match": tag}).status_code == 200
    stale = alice.put("preferences/", {"reminders": []}, **{"If-Match": tag})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert Reminder.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"channels": {"alarm": ["pigeon"]}}, "channels.alarm.0"),
        ({"channels": []}, "channels"),
        ({"channels": None}, "channels"),
        ({"reminders": [NINE, {"category": "sleep"}]}, "reminders.1.at"),
        ({"reminders": [NINE | {"at": "25:00"}]}, "reminders.0.at"),
        ({"reminders": [NINE | {"category": "safety"}]}, "reminders.0.category"),
        ({"reminders": [NINE | {"days": ["someday"]}]}, "reminders.0.days.0"),
        ({"reminders": [NINE | {"days": []}]}, "reminders.0.days"),
        ({"reminders": [NINE] * 51}, "reminders"),
    ],
)
def test_what_is_wrong_is_named(alice: Person, body: Any, field: str) -> None:
    answer = alice.put("preferences/", body)
    assert answer.status_code == 422, answer.content
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not Preferences.objects.exists()
    assert not Reminder.objects.exists()


# --- browsers ---


def test_a_browser_is_kept_once_shown_and_forgotten(alice: Person, bob: Person) -> None:
    key = alice.get("push/key/").json()["public_key"]
    assert len(key) == 87  # 65 bytes: an uncompressed point
    given = Browser().subscription(ENDPOINT) | {"expirationTime": 4_102_444_800_000}
    made = alice.post("push/subscriptions/", given)
    assert made.status_code == 201, made.content
    assert made.json()["expires_at"] == "2100-01-01T00:00:00.000Z"
    assert "push.example.org" not in made.content.decode()
    again = alice.post("push/subscriptions/", given)
    assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])
    path = f"push/subscriptions/{made.json()['id']}/"
    assert bob.delete(path).status_code == 404
    assert alice.delete(path).status_code == 204
    assert alice.delete(path).status_code == 404
    kinds = list(Entry.objects.order_by("id").values_list("kind", flat=True))
    assert [kind for kind in kinds if kind.startswith("subscription")] == [
        "subscription.made",
        "subscription.changed",
        "subscription.ended",
    ]


def test_a_browser_wakes_whoever_signed_in_last(alice: Person, bob: Person) -> None:
    given = Browser().subscription(ENDPOINT)
    assert alice.post("push/subscriptions/", given).status_code == 201
    assert bob.post("push/subscriptions/", given).status_code == 201
    assert PushSubscription.objects.get().user_id == bob.id


def test_an_endpoint_of_ones_own_network_and_keys_of_no_browser_are_refused(alice: Person) -> None:
    good = Browser().subscription(ENDPOINT)
    for body, field in (
        (good | {"endpoint": "https://10.1.2.3/x"}, "endpoint"),
        (good | {"endpoint": "http://push.example.org/x"}, "endpoint"),
        (good | {"keys": {"p256dh": "AA", "auth": "AA"}}, "keys"),
        ({"endpoint": ENDPOINT}, "keys"),
    ):
        answer = alice.post("push/subscriptions/", body)
        assert answer.status_code == 422, answer.content
        assert answer.json()["errors"][0]["field"].split(".")[0] == field
    assert not PushSubscription.objects.exists()


def test_one_person_has_so_many_browsers_and_no_more(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifications.subscriptions.BROWSERS_PER_PERSON", 1)
    assert alice.post("push/subscriptions/", Browser().subscription(ENDPOINT)).status_code == 201
    assert alice.post("push/subscriptions/", Browser().subscription(ENDPOINT + "d")).status_code == 409


# --- reminders ---


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
        self.now = now
        monkeypatch.setattr(clock, "now", lambda: self.now)

    def to(self, *when: int) -> int:
        """Move on and let every worker look twice; return how many reminders were told."""
        self.now = datetime(*when, tzinfo=UTC)  # type: ignore[misc, arg-type]
        return reminding.remind(self.now) + reminding.remind(self.now)


@pytest.fixture
def watch(alice: Person, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Alice lives in Berlin; it is the eve of a change of the clocks there, in sight of her token's end."""
    User.objects.filter(pk=alice.id).update(time_zone="Europe/Berlin")
    assert alice.put("preferences/", {"reminders": [NINE]}).status_code == 200
    made = Clock(monkeypatch, datetime(2026, 3, 28, 10, tzinfo=UTC))
    Reminder.objects.update(due_at=datetime(2026, 3, 29, 7, tzinfo=UTC))
    return made


def test_it_is_told_once_a_day_also_when_the_clocks_change(alice: Person, watch: Clock) -> None:
    assert watch.to(2026, 3, 29, 6, 59) == 0
    assert watch.to(2026, 3, 29, 7, 0) == 1
    assert watch.to(2026, 3, 29, 8, 0) == 0
    assert watch.to(2026, 3, 30, 7, 1) == 1
    assert [(event["category"], event["at"]) for event in seen(alice, "reminder")] == [("sleep", "09:00")] * 2


def test_after_a_night_down_it_is_not_told_late(alice: Person, watch: Clock) -> None:
    assert watch.to(2026, 3, 29, 12, 0) == 0
    assert watch.to(2026, 3, 30, 8, 30) == 1


def test_who_moves_is_reminded_by_the_new_clock_and_not_twice_a_day(alice: Person, watch: Clock) -> None:
    assert watch.to(2026, 3, 29, 7, 0) == 1
    User.objects.filter(pk=alice.id).update(time_zone="America/New_York")
    assert watch.to(2026, 3, 29, 13, 0) == 0  # nine o'clock there, of a day that was told
    assert watch.to(2026, 3, 30, 7, 0) == 0
    assert watch.to(2026, 3, 30, 13, 0) == 1


def test_the_circle_is_told_by_whoever_waits_for_the_log(
    alice: Person, watch: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[UUID, str, datetime, datetime]] = []
    monkeypatch.setattr(reminding, "_expect", [lambda *given: told.append(given)])
    assert watch.to(2026, 3, 29, 7, 0) == 1
    assert told == []
    row = Reminder.objects.get()
    row.wish = NINE | {"days": EVERY_DAY, "tell_circle": True}
    row.save()
    assert watch.to(2026, 3, 30, 7, 5) == 1
    due, now = datetime(2026, 3, 30, 7, tzinfo=UTC), datetime(2026, 3, 30, 7, 5, tzinfo=UTC)
    assert told == [(alice.id, "sleep", due, now)]


def test_a_browser_is_woken_by_it(alice: Person, watch: Clock) -> None:
    PushSubscription.objects.create(
        user=alice.user, endpoint_hash="h", details=Browser().subscription(ENDPOINT), created_at=watch.now
    )
    assert watch.to(2026, 3, 29, 7, 0) == 1
    row = Delivery.objects.get()
    assert (row.channel, row.basis, row.recipient_id) == ("web_push", "own", alice.id)


def test_a_person_who_is_gone_is_not_reminded(alice: Person, watch: Clock) -> None:
    User.objects.filter(pk=alice.id).update(deleted_at=watch.now - timedelta(days=1))
    assert watch.to(2026, 3, 29, 7, 0) == 0
    assert seen(alice, "reminder") == []


def test_a_reminder_that_stays_on_the_list_keeps_the_day_it_was_told(alice: Person, watch: Clock) -> None:
    assert watch.to(2026, 3, 29, 7, 0) == 1
    from notifications import preferences

    wish = NINE | {"days": EVERY_DAY}
    other = wish | {"at": "10:00"}
    preferences.change(alice.id, {"reminders": [other, wish]}, lambda stored: None)
    rows = list(Reminder.objects.all())
    assert [row.wish["at"] for row in rows] == ["10:00", "09:00"]
    assert [row.day and row.day.isoformat() for row in rows] == [None, "2026-03-29"]
