"""What can be measured: units, conversions and plausible ranges, in one typed registry. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from tracking.numbers import RANGES, Range

KG_PER_LB: Final = 0.45359237  # exact: the international pound of 1959
MG_PER_DL_PER_MMOL_PER_L: Final = 18.0156  # glucose, C6H12O6: 180.156 g/mol (PubChem CID 5793)
DECIMALS: Final = 6  # kept of what was converted: far below what any device measures


@dataclass(frozen=True)
class Unit:
    """A unit by its relation to the measure's first one: `first = value × factor + offset`."""

    factor: float = 1.0
    offset: float = 0.0

    def to_first(self, value: float) -> float:
        """Return a value of this unit in the measure's first unit."""
        return round(value * self.factor + self.offset, DECIMALS)

    def from_first(self, value: float) -> float:
        """Return a value of the measure's first unit in this one."""
        return round((value - self.offset) / self.factor, DECIMALS)


@dataclass(frozen=True)
class Measure:
    """One thing to measure. `parts` are the fields that hold it; `units` its units, the stored one first."""

    units: Mapping[str, Unit]
    parts: tuple[str, ...] = ("value",)

    @property
    def unit(self) -> str | None:
        """The name of the unit that is stored and answered; None for a bare count."""
        return next(iter(self.units), None)


def _one(unit: str) -> Measure:
    return Measure({unit: Unit()})


MEASURES: Final[Mapping[str, Measure]] = MappingProxyType(
    {
        "heart_rate": _one("bpm"),
        "resting_heart_rate": _one("bpm"),
        "sleep_hours": _one("h"),
        "steps": Measure({}),
        "weight": Measure({"kg": Unit(), "lb": Unit(KG_PER_LB)}),
        "glucose": Measure({"mmol/L": Unit(), "mg/dL": Unit(1 / MG_PER_DL_PER_MMOL_PER_L)}),
        "temperature": Measure({"°C": Unit(), "°F": Unit(5 / 9, -32 * 5 / 9)}),
        "blood_pressure": Measure({"mmHg": Unit()}, ("systolic", "diastolic")),
    }
)
PARTS: Final = ("value", "systolic", "diastolic")


def range_name(metric_type: str, part: str) -> str:
    """Return under which name the table of ranges has a part of a measure."""
    return f"health-metrics.{metric_type if part == 'value' else part}"


def plausible(metric_type: str, part: str, ranges: Mapping[str, Range] = RANGES) -> Range:
    """Return the plausible range of a part of a measure, in the measure's first unit."""
    return ranges[range_name(metric_type, part)]


def progress(start: float, target: float, current: float | None) -> float | None:
    """Return how far `current` is on the way from start to target, clamped to 0–1; None where unknown.

    A goal that is to stay where one is has been reached there, and nowhere else.
    """
    if current is None:
        return None
    # Halved first: the difference of two large numbers must not overflow.
    whole = target / 2 - start / 2
    if not whole:
        return 1.0 if current == target else 0.0
    return min(1.0, max(0.0, (current / 2 - start / 2) / whole))
