"""How long text is kept."""

from datetime import UTC, datetime, timedelta

from chat.models import Room
from chat.retention import KEPT_FOR, cutoff

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_hours_are_a_day_and_days_are_thirty() -> None:
    assert cutoff("hours", NOON) == NOON - timedelta(hours=24)
    assert cutoff("days", NOON) == NOON - timedelta(days=30)


def test_what_is_kept_never_expires() -> None:
    assert cutoff("kept", NOON) is None


def test_every_class_of_a_room_has_its_number() -> None:
    assert set(KEPT_FOR) == set(Room.Retention.values)
