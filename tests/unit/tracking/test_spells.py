"""Which seizures call for the family's alarm."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tracking.numbers import LONG_SEIZURE, SEIZURE_NEWS, SEIZURES_WITHIN
from tracking.spells import Spell, alarming

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def spell(number: int, ago: timedelta, lasted: timedelta | None = None) -> Spell:
    start = NOW - ago
    return UUID(int=number), start, start + lasted if lasted is not None else None


def told(*spells: Spell) -> list[int]:
    return [key.int for key in alarming(spells, NOW)]


def test_a_long_one_calls_and_a_short_one_or_one_of_unknown_length_does_not() -> None:
    assert told(spell(1, HOUR, LONG_SEIZURE)) == [1]
    assert told(spell(1, HOUR, LONG_SEIZURE - SECOND)) == told(spell(1, HOUR)) == []


def test_two_in_a_day_call_and_two_further_apart_do_not() -> None:
    assert told(spell(1, HOUR), spell(2, HOUR + SEIZURES_WITHIN)) == [2, 1]
    assert told(spell(1, HOUR), spell(2, HOUR + SEIZURES_WITHIN + SECOND)) == []


def test_a_third_further_apart_is_not_one_of_them() -> None:
    assert told(spell(1, HOUR), spell(2, 2 * HOUR), spell(3, 40 * HOUR)) == [2, 1]


def test_history_calls_for_nothing_but_counts() -> None:
    assert told(spell(1, SEIZURE_NEWS, LONG_SEIZURE)) == []
    assert told(spell(1, SEIZURE_NEWS + HOUR), spell(2, SEIZURE_NEWS - HOUR)) == [2]


SPELLS = st.lists(st.tuples(st.integers(0, 9 * 24 * 60), st.none() | st.integers(0, 20)), max_size=12).map(
    lambda given: [
        spell(n, timedelta(minutes=ago), None if lasted is None else timedelta(minutes=lasted))
        for n, (ago, lasted) in enumerate(given)
    ]
)


@given(SPELLS)
def test_it_is_what_a_plain_reading_of_the_rule_says(spells: list[Spell]) -> None:
    plain = {
        key
        for key, start, end in spells
        if start > NOW - SEIZURE_NEWS
        and (
            (end is not None and end - start >= LONG_SEIZURE)
            or any(key != other and abs(start - then) <= SEIZURES_WITHIN for other, then, _ in spells)
        )
    }
    assert set(alarming(spells, NOW)) == plain
    assert len(alarming(spells, NOW)) == len(plain)
