"""Units, ranges and progress. By hypothesis."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.measures import MEASURES, PARTS, Unit, plausible, progress
from tracking.numbers import RANGES

finite = st.floats(allow_nan=False, allow_infinity=False)
units = st.sampled_from([unit for measure in MEASURES.values() for unit in measure.units.values()])


@given(units, st.floats(-1_000, 10_000))
def test_there_and_back_is_the_same(unit: Unit, value: float) -> None:
    assert unit.from_first(unit.to_first(value)) == pytest.approx(value, abs=5e-5)


@given(units, st.floats(-1_000, 10_000), st.floats(-1_000, 10_000))
def test_a_conversion_keeps_the_order(unit: Unit, one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert unit.to_first(less) <= unit.to_first(more)


def test_known_conversions() -> None:
    assert MEASURES["weight"].units["lb"].to_first(1) == pytest.approx(0.453592)
    assert MEASURES["glucose"].units["mg/dL"].to_first(180.156) == 10
    assert [MEASURES["temperature"].units["°F"].to_first(value) for value in (32, 212)] == [0, 100]


def test_every_part_of_every_measure_has_a_range() -> None:
    for name, measure in MEASURES.items():
        assert set(measure.parts) <= set(PARTS)
        for part in measure.parts:
            low, high = plausible(name, part)
            assert low < high
            for unit in measure.units.values():  # the bounds themselves pass in every unit
                assert low <= unit.to_first(unit.from_first(low))
                assert unit.to_first(unit.from_first(high)) <= high
    assert all(low < high for low, high in RANGES.values())


@given(finite, finite, finite)
def test_progress_is_from_nothing_to_all(start: float, target: float, current: float) -> None:
    way = progress(start, target, current)
    assert way is not None
    assert 0 <= way <= 1
    assert not math.isnan(way)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0, 1))
def test_progress_is_the_part_of_the_way(start: float, target: float, part: float) -> None:
    if abs(start - target) < 1e-3:
        return
    current = start + part * (target - start)
    assert progress(start, target, current) == pytest.approx(part, abs=1e-6)


def test_progress_at_the_edges() -> None:
    assert progress(80, 70, None) is None
    assert progress(80, 70, 80) == 0
    assert progress(80, 70, 70) == 1
    assert progress(80, 70, 65) == 1
    assert progress(80, 70, 90) == 0
    assert progress(70, 70, 70) == 1
    assert progress(70, 70, 71) == 0
    assert progress(5e-324, 0, 1) == 0
    assert progress(-1e308, 1e308, 0) == 0.5
