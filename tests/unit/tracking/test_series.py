"""What may be said of values over days, held against plain counting and against scipy's figures."""

from datetime import date, timedelta
from itertools import combinations
from math import isclose, sqrt
from statistics import fmean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.figures.series import (
    Point,
    daily,
    gaps,
    paired,
    rolling,
    together,
    trend,
    volatility,
)

FIRST = date(2026, 3, 1)
WHOLE = st.integers(min_value=1, max_value=10).map(float)
DAYS = st.dictionaries(st.integers(0, 120), WHOLE, min_size=1, max_size=60)


def points(values: dict[int, float]) -> list[Point]:
    return [Point(FIRST + timedelta(days=day), values[day]) for day in sorted(values)]


def line(*values: float) -> list[Point]:
    return points(dict(enumerate(values)))


@given(st.lists(st.tuples(st.integers(0, 40), WHOLE)))
def test_a_day_is_the_mean_of_its_values_and_no_day_is_filled_in(logged: list[tuple[int, float]]) -> None:
    found = daily((FIRST + timedelta(days=day), value) for day, value in logged)
    assert [point.day for point in found] == sorted({FIRST + timedelta(days=day) for day, _ in logged})
    for point in found:
        values = [value for day, value in logged if FIRST + timedelta(days=day) == point.day]
        assert point.value == pytest.approx(fmean(values))


@given(DAYS)
def test_volatility_is_of_neighbouring_days_alone(values: dict[int, float]) -> None:
    steps = [values[day + 1] - values[day] for day in values if day + 1 in values]
    found = volatility(points(values), 1)
    if steps:
        assert found == pytest.approx(sqrt(sum(step**2 for step in steps) / len(steps)))
    else:
        assert found is None


def test_volatility_tells_ups_and_downs_from_a_slow_rise() -> None:
    rise, swing = line(1, 2, 3, 4, 5, 6, 7, 8), line(1, 8, 1, 8, 1, 8, 1, 8)
    assert volatility(rise, 7) == 1
    assert volatility(swing, 7) == 7
    assert volatility(rise, 8) is None  # seven steps are not eight


@given(DAYS)
def test_a_trend_is_the_median_of_all_slopes(values: dict[int, float]) -> None:
    found = trend(points(values), 3)
    if len(values) < 3:
        assert found is None
        return
    slopes = [(values[b] - values[a]) / (b - a) for a, b in combinations(sorted(values), 2)]
    assert found is not None
    assert isclose(found.value, median(slopes), abs_tol=1e-12)
    assert found.low <= found.value <= found.high
    assert found.n == len(values)


@given(DAYS)
def test_a_trend_upside_down_is_the_opposite(values: dict[int, float]) -> None:
    one = trend(points(values), 3)
    other = trend(points({day: -value for day, value in values.items()}), 3)
    assert (one is None) == (other is None)
    if one and other:
        assert isclose(one.value, -other.value, abs_tol=1e-12)


def test_a_trend_equals_scipys() -> None:
    """scipy 1.17: `theilslopes(y, x, 0.95)`, which takes ties into account too."""
    days = (0, 1, 2, 4, 5, 7, 8, 9, 11, 12, 13, 16, 17, 18, 20, 21)
    values = (5, 6, 5, 7, 6, 6, 8, 7, 7, 9, 6, 8, 9, 8, 7, 10)
    found = trend(points(dict(zip(days, map(float, values), strict=True))), 14)
    assert found is not None
    assert found.value == pytest.approx(0.1715686274509804)
    assert found.low == pytest.approx(0.07692307692307693)
    assert found.high == pytest.approx(0.25)
    assert found.clear


def test_one_wild_day_moves_a_trend_little() -> None:
    calm = {day: day * 0.1 for day in range(40)}
    assert trend(points(calm), 14).value == pytest.approx(0.1)  # type: ignore[union-attr]
    assert trend(points({**calm, 20: 900.0}), 14).value == pytest.approx(0.1, abs=0.01)  # type: ignore[union-attr]


def test_what_never_changes_has_no_clear_trend() -> None:
    flat = trend(line(*[5.0] * 30), 14)
    assert flat is not None
    assert (flat.value, flat.clear) == (0, False)


def test_too_few_days_have_no_trend() -> None:
    assert trend(line(*range(13)), 14) is None
    assert trend(line(*range(14)), 14) is not None


@given(st.permutations(range(1, 25)))
def test_ranks_without_ties_follow_the_schoolbook(order: list[int]) -> None:
    pairs = [(float(place), float(rank)) for place, rank in enumerate(order, start=1)]
    n = len(pairs)
    schoolbook = 1 - 6 * sum((a - b) ** 2 for a, b in pairs) / (n * (n * n - 1))
    found = together(pairs, 20)
    assert found is not None
    assert found.value == pytest.approx(schoolbook)
    assert -1 <= found.low <= found.high <= 1
    assert found.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.high


@given(st.lists(st.tuples(WHOLE, WHOLE), min_size=20, max_size=60))
def test_going_together_asks_for_order_alone(pairs: list[tuple[float, float]]) -> None:
    found = together(pairs, 20)
    bent = together([(a**3, b * 10 - 4) for a, b in pairs], 20)
    turned = together([(b, a) for a, b in pairs], 20)
    one_sided = 1 in (len({a for a, _ in pairs}), len({b for _, b in pairs}))
    assert (found is None) == (bent is None) == (turned is None) == one_sided
    if found and bent and turned:
        assert found.value == pytest.approx(bent.value) == pytest.approx(turned.value)


def test_going_together_equals_scipys_where_values_are_tied() -> None:
    """scipy 1.17: `spearmanr(a, b)`."""
    one = (7, 6.5, 8, 5, 7.5, 6, 8.5, 9, 7, 6, 5.5, 8, 7, 6.5, 9, 4, 7.2, 6.8, 8.1, 7.7, 6)
    other = (6, 5, 7, 4, 6, 5, 8, 8, 7, 5, 4, 7, 6, 7, 9, 3, 6, 5, 7, 8, 6)
    found = together([(float(a), float(b)) for a, b in zip(one, other, strict=True)], 20)
    assert found is not None
    assert found.value == pytest.approx(0.8849649095725001)
    assert found.clear


def test_too_few_pairs_claim_nothing() -> None:
    perfect = [(float(one), float(one)) for one in range(20)]
    assert together(perfect[:19], 20) is None
    assert together(perfect, 20).clear  # type: ignore[union-attr]


def test_more_confidence_is_a_wider_interval() -> None:
    pairs = [(float(one), float(one % 7)) for one in range(40)]
    plain, sure = together(pairs, 20), together(pairs, 20, 0.999)
    assert plain is not None
    assert sure is not None
    assert sure.low < plain.low <= plain.high < sure.high


@given(DAYS, DAYS)
def test_only_days_that_have_both_are_paired(one: dict[int, float], other: dict[int, float]) -> None:
    shared = sorted(set(one) & set(other))
    assert paired(points(one), points(other)) == [(one[day], other[day]) for day in shared]


@given(DAYS, st.integers(1, 10), st.integers(1, 4))
def test_a_rolling_mean_is_of_the_days_that_end_with_it(
    values: dict[int, float], days: int, least: int
) -> None:
    expected = []
    for day in sorted(values):
        held = [values[other] for other in values if day - days < other <= day]
        if len(held) >= least:
            expected.append((FIRST + timedelta(days=day), pytest.approx(fmean(held))))
    assert rolling(points(values), days, least) == expected


@given(st.sets(st.integers(0, 60), max_size=30), st.integers(0, 70), st.integers(1, 5))
def test_gaps_are_the_days_that_lack(known: set[int], until: int, least: int) -> None:
    found = gaps((FIRST + timedelta(days=day) for day in known), FIRST + timedelta(days=until), least)
    lacking = {
        FIRST + timedelta(days=day)
        for day in range(min(known, default=until), until + 1)
        if day not in known and any(other < day for other in known)
    }
    covered = [gap.first + timedelta(days=place) for gap in found for place in range(gap.days)]
    assert len(covered) == len(set(covered))
    assert set(covered) <= lacking
    assert all(gap.days >= least for gap in found)
    if least == 1:
        assert set(covered) == lacking
