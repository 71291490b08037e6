"""Who is told what by which channel and when, as a pure decision."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.circles.state import Access, Grant, QuietHours
from notifications.recipients import Candidate, Channel, Event, channels, quiet_until, recipients

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
ALL = frozenset(Channel)
LOGGED = Event("activity.logged", "sleep")
LOUD: Mapping[str, tuple[Channel, ...]] = {"activity.logged": (Channel.IN_APP, Channel.EMAIL)}


def someone(
    category: str = "sleep", chosen: Any = LOUD, reach: frozenset[Channel] = ALL, **grant: Any
) -> Candidate:
    member = uuid4()
    return Candidate(member, uuid4(), uuid4(), Grant(member, category, Access.VIEW, **grant), chosen, reach)


def told(event: Event, *candidates: Candidate, zone: ZoneInfo = BERLIN) -> list[tuple[UUID, str]]:
    return [(one.user, one.channel) for one in recipients(event, candidates, zone, NOW)]


def test_bob_is_told_by_what_he_chose_and_charlie_not_at_all() -> None:
    bob, charlie = someone(), someone("mood")
    assert told(LOGGED, bob, charlie) == [(bob.user, "in_app"), (bob.user, "email")]


def test_nobody_is_told_by_a_channel_that_does_not_reach_them() -> None:
    bob = someone(reach=frozenset({Channel.IN_APP}))
    assert told(LOGGED, bob) == [(bob.user, "in_app")]


def test_an_expired_grant_tells_nothing() -> None:
    assert told(LOGGED, someone(expires_at=NOW)) == []
    assert len(told(LOGGED, someone(expires_at=NOW + timedelta(seconds=1)))) == 2


def test_an_author_is_not_told_of_their_own_doing() -> None:
    bob = someone()
    assert told(Event("activity.logged", "sleep", author=bob.user), bob) == []


def test_a_happening_for_some_is_for_nobody_else() -> None:
    bob, charlie = someone(), someone()
    event = Event("activity.logged", "sleep", only=frozenset({bob.user}))
    assert {user for user, _ in told(event, bob, charlie)} == {bob.user}


def test_what_may_not_ring_at_somebody_is_in_their_stream_alone() -> None:
    bob, dana = someone("seizures", {}), someone("seizures", {})
    event = Event("alarm", "seizures", urgent=True, loud=frozenset({bob.user}))
    assert told(event, bob, dana) == [
        (bob.user, "in_app"),
        (bob.user, "email"),
        (bob.user, "web_push"),
        (dana.user, "in_app"),
    ]
    assert told(Event("alarm", "seizures", loud=frozenset()), dana) == [(dana.user, "in_app")]


def test_the_first_of_two_memberships_counts() -> None:
    first = someone()
    second = Candidate(uuid4(), uuid4(), first.user, first.grant, LOUD, ALL)
    assert len({one.circle for one in recipients(LOGGED, [first, second], BERLIN, NOW)}) == 1


def test_quiet_hours_hold_what_rings_and_not_the_stream() -> None:
    quiet = QuietHours(time(12), time(14))  # 13:00 in Berlin
    found = recipients(LOGGED, [someone(quiet_hours=quiet)], BERLIN, NOW)
    assert {one.channel: one.due for one in found} == {
        "in_app": NOW,
        "email": datetime(2026, 11, 25, 13, 0, tzinfo=UTC),
    }


def test_quiet_hours_are_the_owners_own() -> None:
    quiet = QuietHours(time(12), time(14))  # 07:00 in New York
    found = recipients(LOGGED, [someone(quiet_hours=quiet)], NEW_YORK, NOW)
    assert {one.due for one in found} == {NOW}


def test_an_urgent_event_waits_for_nothing() -> None:
    event = Event("activity.logged", "sleep", urgent=True)
    quiet = QuietHours(time(0), time(23, 59))
    assert {one.due for one in recipients(event, [someone(quiet_hours=quiet)], BERLIN, NOW)} == {NOW}


def test_an_alarm_is_always_in_the_stream_too() -> None:
    assert channels("alarm", {"alarm": (Channel.SMS,)}) == (Channel.IN_APP, Channel.SMS)
    assert channels("activity.logged", {"activity.logged": ()}) == ()


@pytest.mark.parametrize(
    ("now", "end", "at"),
    [
        ("2026-03-29T00:30:00Z", time(2, 30), "2026-03-29T01:30:00Z"),  # skipped: 03:30 CEST
        ("2026-10-25T00:10:00Z", time(2, 30), "2026-10-25T00:30:00Z"),  # 02:10 CEST: the first 02:30
        ("2026-10-25T01:10:00Z", time(2, 30), "2026-10-25T01:30:00Z"),  # 02:10 CET: the second
        ("2026-11-25T22:30:00Z", time(7), "2026-11-26T06:00:00Z"),  # over midnight
    ],
)
def test_the_end_of_the_quiet_when_clocks_change(now: str, end: time, at: str) -> None:
    quiet = QuietHours(time(22), end)
    assert quiet_until(quiet, BERLIN, datetime.fromisoformat(now)) == datetime.fromisoformat(at)


ZONES = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
MOMENTS = st.integers(1_577_000_000, 1_893_000_000).map(lambda s: datetime.fromtimestamp(s, UTC))
TIMES = st.times().map(lambda t: t.replace(second=0, microsecond=0))


@given(ZONES, MOMENTS, TIMES, TIMES)
def test_nothing_is_held_for_longer_than_a_day_or_sent_into_the_past(
    zone: ZoneInfo, now: datetime, start: time, end: time
) -> None:
    until = quiet_until(QuietHours(start, end), zone, now)
    assert now <= until <= now + timedelta(hours=26)
    if not QuietHours(start, end).hold(now.astimezone(zone).time()):
        assert until == now
