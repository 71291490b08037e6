"""What days and weeks come to. By hypothesis, against the plainest way to count."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.periods import AT_MOST, COLUMNS, DAY, MEANS, SUMS, WEEK, Day, first_day, folded, span

days = st.dates(date(2026, 1, 1), date(2026, 3, 1))
entries = st.lists(st.tuples(st.sampled_from((*SUMS, *MEANS)), days, st.integers(0, 100)), max_size=60)


def by_day(logged: list[tuple[str, date, int]]) -> list[Day]:
    found = []
    for day in {day for _, day, _ in logged}:
        values = {
            column: [value for name, when, value in logged if (name, when) == (column, day)]
            for column in COLUMNS
        }
        totals = tuple(float(sum(values[column])) if values[column] else None for column in COLUMNS)
        found.append(Day(day, totals, tuple(len(values[mean]) for mean in MEANS)))
    return found


def of(day: date, **totals: float | None) -> Day:
    return Day(day, tuple(totals.get(column) for column in COLUMNS), tuple(1 for _ in MEANS))


@given(entries, st.sampled_from((DAY, WEEK)))
def test_a_period_comes_to_what_its_entries_come_to(logged: list[tuple[str, date, int]], period: str) -> None:
    lines = folded(by_day(logged), period)
    named = [line["date"] for line in lines]
    assert named == sorted({first_day(day, period) for _, day, _ in logged}, reverse=True)
    for line in lines:
        for column in (*SUMS, *MEANS):
            values = [
                value
                for name, day, value in logged
                if name == column and first_day(day, period) == line["date"]
            ]
            if not values:
                assert line[column] is None  # and never 0
            elif column in MEANS:
                assert line[column] == pytest.approx(sum(values) / len(values))
            else:
                assert line[column] == sum(values)


@given(days)
def test_a_week_is_named_by_its_monday(day: date) -> None:
    monday = first_day(day, WEEK)
    assert monday.isocalendar()[:2] == day.isocalendar()[:2]
    assert monday.weekday() == 0


def test_nothing_is_not_zero() -> None:
    day = date(2026, 11, 20)
    assert folded([of(day, calories=None)], DAY) == []
    (line,) = folded([of(day, missed=0, calories=None)], DAY)
    assert (line["missed"], line["calories"]) == (0, None)


def test_what_is_not_named_of_a_span_is_chosen() -> None:
    today = date(2026, 11, 20)
    assert span(None, None, today) == (date(2025, 11, 21), date(2026, 11, 22))
    assert span(date(2020, 1, 1), None, today)[1] == date(2020, 1, 1) + AT_MOST
    moment = datetime(2026, 1, 2, 3, tzinfo=UTC)
    assert span(None, moment, today) == (date(2025, 1, 1), moment)
    assert span(moment, date(2026, 1, 4), today) == (moment, date(2026, 1, 4))


def test_a_span_has_an_end() -> None:
    start = date(2000, 1, 1)
    assert span(start, start + AT_MOST, start) == (start, start + AT_MOST)
    with pytest.raises(ValueError, match="long"):
        span(start, start + AT_MOST + timedelta(days=1), start)
