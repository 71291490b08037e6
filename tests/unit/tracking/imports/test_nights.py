"""Nights out of pieces: none lost, none twice."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tracking.imports.nights import APART, AWAKENINGS, Kind, Night, Piece, Pieces, nights

HOUR = 3_600


def of(*pieces: tuple[int, Kind, float, float]) -> list[Night]:
    held = Pieces()
    for line, (source, kind, start, end) in enumerate(pieces, 1):
        held.add(Piece(source, kind, int(start * HOUR), int(end * HOUR), line))
    return nights(held)


def spans(found: list[Night]) -> list[tuple[float, float, int | None]]:
    return [(night.start / HOUR, night.end / HOUR, night.awakenings) for night in found]


def test_pieces_of_one_night_are_one_night() -> None:
    found = of((0, Kind.ASLEEP, 22, 24), (0, Kind.ASLEEP, 24, 26.5), (0, Kind.ASLEEP, 27, 30))
    assert spans(found) == [(22, 30, None)]
    assert found[0].line == 1


def test_a_nap_is_not_the_night() -> None:
    assert spans(of((0, Kind.ASLEEP, 22, 30), (0, Kind.ASLEEP, 38, 39))) == [(22, 30, None), (38, 39, None)]


def test_waking_is_counted_where_it_is_measured() -> None:
    found = of(
        (0, Kind.ASLEEP, 22, 24), (0, Kind.AWAKE, 24, 24.2), (0, Kind.ASLEEP, 24.2, 26),
        (0, Kind.AWAKE, 26, 26.1), (0, Kind.AWAKE, 26, 26.1), (0, Kind.ASLEEP, 26.1, 30),
        (0, Kind.AWAKE, 30, 31), (0, Kind.ASLEEP, 46, 48),
    )  # fmt: skip
    assert spans(found) == [(22, 30, 2), (46, 48, 0)]


def test_of_two_sources_the_one_that_measured_sleep_counts() -> None:
    found = of((0, Kind.IN_BED, 21, 31), (1, Kind.ASLEEP, 22, 30), (2, Kind.ASLEEP, 22.5, 29))
    assert [(night.source, night.start / HOUR) for night in found] == [(1, 22)]


def test_in_bed_counts_where_nothing_else_is_known() -> None:
    found = of((0, Kind.IN_BED, 22, 30), (0, Kind.ASLEEP, 46, 54))
    assert [night.asleep for night in found] == [False, True]


def test_no_more_awakenings_than_a_night_may_have() -> None:
    awake = [(0, Kind.AWAKE, 22 + n / 20, 22 + n / 20 + 0.01) for n in range(1, 100)]
    assert of((0, Kind.ASLEEP, 22, 30), *awake)[0].awakenings == AWAKENINGS


def _of(source: int, pieces: list[tuple[int, Kind, int, int]]) -> list[tuple[int, Kind, int, int]]:
    return [piece for piece in pieces if piece[0] == source]


PIECES = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(Kind), st.integers(0, 60), st.integers(0, 12)).map(
        lambda one: (one[0], one[1], one[2], one[2] + one[3])
    ),
    max_size=25,
)


@given(PIECES)
def test_nights_never_overlap_and_leave_nothing_of_one_source_out(
    pieces: list[tuple[int, Kind, int, int]],
) -> None:
    found = of(*pieces)
    assert all(first.end <= second.start for first, second in pairwise(found))
    for source, kind, start, end in pieces:
        if kind is Kind.ASLEEP and end > start and source == 0:
            assert any(night.start < end * HOUR and start * HOUR < night.end for night in of(*_of(0, pieces)))
    assert spans(of(*reversed(pieces))) == spans(found)


def test_what_lies_further_apart_than_an_evening_awake_is_two() -> None:
    apart = APART / HOUR
    assert len(of((0, Kind.ASLEEP, 0, 1), (0, Kind.ASLEEP, 1 + apart, 3))) == 1
    assert len(of((0, Kind.ASLEEP, 0, 1), (0, Kind.ASLEEP, 1.1 + apart, 3))) == 2
