"""The alarm's state machine under a fake clock: what it does for a family, and what it never does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.alarms import machine
from notifications.alarms.machine import ANSWERED, MAY, SOUNDING, Alarm, Change, State, fold, step
from notifications.alarms.numbers import CALM, SAME_SNOOZE, URGENT, Pace
from protocol.errors import Conflict

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
BOB, DANA = UUID(int=1), UUID(int=2)
MIN = timedelta(minutes=1)


def raised(at: datetime = NOON) -> Alarm:
    return fold([Change(State.RAISED, at)])


def played(
    alarm: Alarm, until: datetime, contacts: int = 0, ends_at: datetime | None = None, pace: Pace = URGENT
) -> list[Change]:
    """All the clock does until a moment, looked at every minute, with so many contacts not called yet."""
    now, made = alarm.sounded_at, list[Change]()
    while now < until:
        now += MIN
        change = machine.tick(alarm, pace, ends_at, contacts > 0, now)
        if change:
            contacts -= change.state is State.ESCALATED
            alarm = step(alarm, change)
            made.append(change)
    return made


def test_it_sounds_again_and_again_until_somebody_answers() -> None:
    made = played(raised(), NOON + timedelta(hours=4))
    assert {one.state for one in made} == {State.RAISED}
    gaps = [b.at - a.at for a, b in pairwise(made)]
    assert [made[0].at - NOON, *gaps][: len(URGENT.repeats)] == list(URGENT.repeats)
    assert set(gaps[len(URGENT.repeats) :]) <= {URGENT.repeats[-1]}


def test_the_next_contact_is_called_as_long_as_there_is_one_and_nobody_answers() -> None:
    made = played(raised(), NOON + timedelta(hours=2), contacts=2)
    calls = [one.at for one in made if one.state is State.ESCALATED]
    assert calls == [NOON + URGENT.escalates, NOON + 2 * URGENT.escalates]


def test_what_is_no_emergency_sounds_once_a_day() -> None:
    made = played(raised(), NOON + timedelta(days=3), contacts=1, pace=CALM)
    assert [one.state for one in made] == [State.ESCALATED, State.RAISED, State.RAISED]
    assert [one.at - NOON for one in made] == [timedelta(days=n) for n in (1, 2, 3)]


def test_who_acknowledges_ends_the_noise_until_the_cause_ends() -> None:
    alarm = raised()
    taken = machine.acknowledge(alarm, BOB, NOON + MIN)
    assert taken == Change(State.ACKNOWLEDGED, NOON + MIN, BOB)
    alarm = step(alarm, taken)
    end = NOON + timedelta(hours=24)
    assert [one.state for one in played(alarm, end + MIN, contacts=3, ends_at=end)] == [State.CLEARED]
    assert machine.acknowledge(alarm, DANA, NOON + 2 * MIN) is None
    with pytest.raises(Conflict):
        machine.snooze(alarm, DANA, NOON + timedelta(hours=1), NOON + 2 * MIN)


def test_a_snooze_is_quiet_for_everyone_and_then_all_begins_anew() -> None:
    alarm = raised()
    quiet = machine.snooze(alarm, BOB, NOON + timedelta(hours=1), NOON)
    assert quiet
    alarm = step(alarm, quiet)
    made = played(alarm, NOON + timedelta(hours=1) + URGENT.escalates, contacts=1)
    assert made[0] == Change(State.RAISED, NOON + timedelta(hours=1))
    assert made[-1] == Change(State.ESCALATED, NOON + timedelta(hours=1) + URGENT.escalates)
    assert step(alarm, made[0]).actor is None


def test_a_snooze_is_never_made_shorter_and_sent_twice_it_is_one() -> None:
    hour = NOON + timedelta(hours=1)
    alarm = step(raised(), Change(State.SNOOZED, NOON, BOB, hour))
    assert machine.snooze(alarm, DANA, NOON + 10 * MIN, NOON) is None
    assert machine.snooze(alarm, BOB, hour + SAME_SNOOZE, NOON) is None
    longer = machine.snooze(alarm, DANA, hour + timedelta(hours=1), NOON)
    assert longer == Change(State.SNOOZED, NOON, DANA, hour + timedelta(hours=1))
    assert machine.acknowledge(alarm, DANA, NOON) == Change(State.ACKNOWLEDGED, NOON, DANA)


def test_what_is_over_moves_no_more() -> None:
    over = step(raised(), Change(State.CLEARED, NOON))
    assert machine.due(over, URGENT, NOON, True) is None
    assert machine.tick(over, URGENT, NOON, True, NOON + timedelta(days=9)) is None
    assert machine.acknowledge(over, BOB, NOON) is machine.end(over, NOON) is None
    with pytest.raises(Conflict, match="conflict"):
        machine.snooze(over, BOB, NOON + MIN, NOON)


def test_a_wrong_log_is_found() -> None:
    for changes in ([], [Change(State.ACKNOWLEDGED, NOON, BOB)]):
        with pytest.raises(ValueError, match="begins by being raised"):
            fold(changes)
    with pytest.raises(ValueError, match="cannot follow"):
        fold([Change(State.RAISED, NOON), Change(State.CLEARED, NOON), Change(State.RAISED, NOON)])


def test_the_table_names_every_state() -> None:
    assert MAY.keys() == set(State)
    assert not MAY[State.CLEARED]
    assert {State.CLEARED} == MAY[State.ACKNOWLEDGED]


ACTS = st.sampled_from(["look", "acknowledge", "snooze", "new reading", "call"])
STEPS = st.lists(st.tuples(ACTS, st.integers(0, 90), st.integers(1, 600)), max_size=40)
ENDS = st.none() | st.integers(1, 3_000)


@given(STEPS, ENDS, st.integers(0, 4), st.sampled_from([URGENT, CALM]))
def test_whatever_happens_the_promises_hold(
    steps: list[tuple[str, int, int]], ends: int | None, contacts: int, pace: Pace
) -> None:
    now, log = NOON, [Change(State.RAISED, NOON)]
    alarm, ends_at, called = raised(), NOON + ends * MIN if ends else None, 0
    for act, minutes, length in steps:
        now += minutes * MIN
        before, change = alarm, None
        someone_left = called < contacts
        if act == "acknowledge":
            change = machine.acknowledge(alarm, uuid4(), now)
        elif act == "snooze":
            if State.SNOOZED in MAY[alarm.state]:
                change = machine.snooze(alarm, uuid4(), now + length * MIN, now)
        elif act == "new reading":
            ends_at = now + length * MIN if ends_at and alarm.state is not State.CLEARED else ends_at
        else:
            change = machine.tick(alarm, pace, ends_at, someone_left, now)
            # The clock does something exactly when it said that it would.
            due = machine.due(alarm, pace, ends_at, someone_left)
            assert (change is not None) == (due is not None and now >= due)
        if change is None:
            continue
        alarm = step(alarm, change)
        log.append(change)
        called += change.state is State.ESCALATED
        assert called <= contacts
        if before.state is State.ACKNOWLEDGED:
            assert alarm.state is State.CLEARED
        if before.state is State.SNOOZED and alarm.state in SOUNDING:
            assert before.until is not None
            assert now >= before.until
        assert (alarm.actor is not None) == (alarm.state in ANSWERED)
        assert (alarm.until is not None) == (alarm.state is State.SNOOZED)
    assert fold(log) == alarm
    assert alarm.changes == len(log)


@given(st.integers(1, 2_000), st.integers(0, 3))
def test_looked_at_late_it_does_one_thing_and_no_storm(minutes: int, contacts: int) -> None:
    late = NOON + minutes * MIN
    alarm = raised()
    change = machine.tick(alarm, URGENT, None, contacts > 0, late)
    assert (change is not None) == (late >= NOON + URGENT.repeats[0])
    if change:
        assert machine.tick(step(alarm, change), URGENT, None, False, late) is None


def test_an_end_comes_before_any_noise() -> None:
    alarm = replace(raised(), sounded=9)
    assert machine.tick(alarm, URGENT, NOON, True, NOON) == Change(State.CLEARED, NOON)
