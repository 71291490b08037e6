"""Nights out of the many pieces that a watch and a phone write of them. Pure."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby
from typing import Final, NamedTuple

APART: Final = 90 * 60  # seconds awake that still belong to one night
PIECES: Final = 250_000  # some twenty years of a watch; more are no health export
AWAKENINGS: Final = 50  # as many as a night may have


class Kind(IntEnum):
    """What a piece says: asleep counts; in bed counts where nothing else is known; awake is counted."""

    ASLEEP = 0
    IN_BED = 1
    AWAKE = 2


class Piece(NamedTuple):
    """One piece: who wrote it, what it says, and from when to when, in seconds since 1970."""

    source: int
    kind: int
    start: int
    end: int
    line: int


@dataclass(frozen=True)
class Night:
    """One night or nap. `awakenings` is None where nobody measured them."""

    source: int
    start: int
    end: int
    line: int
    asleep: bool
    awakenings: int | None = None

    @property
    def seconds(self) -> int:
        """How long it was."""
        return self.end - self.start


class Pieces:
    """Pieces as they come, in 40 bytes each: an export has a hundred thousand."""

    def __init__(self) -> None:
        self._held = array("q")

    def add(self, piece: Piece) -> None:
        """Keep one. Raises OverflowError where there are too many."""
        if len(self._held) >= PIECES * len(piece):
            raise OverflowError
        self._held.extend(piece)

    def __iter__(self) -> Iterator[Piece]:
        """Return all, as they came."""
        width = len(Piece._fields)
        for place in range(0, len(self._held), width):
            yield Piece(*self._held[place : place + width])


def nights(pieces: Pieces) -> list[Night]:
    """Return the nights in order of time, of which no two overlap.

    Where two sources tell of the same night, the one that measured sleep counts, then the longer one.
    """
    found: list[Night] = []
    ordered = sorted(pieces)
    for source, own in groupby(ordered, key=lambda piece: piece.source):
        mine = list(own)
        awake = [piece for piece in mine if piece.kind == Kind.AWAKE]
        for kind in (Kind.ASLEEP, Kind.IN_BED):
            joined = _joined(source, [piece for piece in mine if piece.kind == kind])
            found.extend(_counted(joined, awake) if kind is Kind.ASLEEP else joined)
    return _chosen(found)


def _joined(source: int, pieces: list[Piece]) -> list[Night]:
    found: list[Night] = []
    for piece in sorted(pieces, key=lambda one: (one.start, one.end)):
        if piece.start == piece.end:
            continue
        last = found[-1] if found else None
        if last and piece.start - last.end <= APART:
            end = max(last.end, piece.end)
            found[-1] = Night(source, last.start, end, last.line, last.asleep)
        else:
            found.append(Night(source, piece.start, piece.end, piece.line, piece.kind == Kind.ASLEEP))
    return found


def _counted(slept: list[Night], awake: list[Piece]) -> list[Night]:
    """Return the nights with how often somebody woke in them, if their source tells that of any night."""
    if not awake:
        return slept
    woken = sorted({piece.start for piece in awake})
    found, place = [], 0
    for night in slept:
        count = 0
        while place < len(woken) and woken[place] < night.end:
            count += night.start < woken[place]
            place += 1
        found.append(
            Night(night.source, night.start, night.end, night.line, night.asleep, min(count, AWAKENINGS))
        )
    return found


def _chosen(found: list[Night]) -> list[Night]:
    """Return those of which no better one tells the same night."""
    kept: list[Night] = []  # in order of time, so that only two neighbours need to be asked
    for night in sorted(found, key=lambda one: (not one.asleep, -one.seconds, one.start, one.source)):
        place = bisect_left(kept, night.start, key=lambda one: one.start)
        free_before = place == 0 or kept[place - 1].end <= night.start
        if free_before and (place == len(kept) or night.end <= kept[place].start):
            kept.insert(place, night)
    return kept
