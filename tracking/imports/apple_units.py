"""What Apple Health calls things, and what they are here. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from tracking.imports.nights import Kind
from tracking.measures import KG_PER_LB, MG_PER_DL_PER_MMOL_PER_L

QUANTITY: Final = "HKQuantityTypeIdentifier"
SLEEP: Final = "HKCategoryTypeIdentifierSleepAnalysis"
SLEPT: Final = "HKCategoryValueSleepAnalysis"
STEPS: Final = f"{QUANTITY}StepCount"
SYSTOLIC: Final = f"{QUANTITY}BloodPressureSystolic"
DIASTOLIC: Final = f"{QUANTITY}BloodPressureDiastolic"
PRESSURE: Final = "HKCorrelationTypeIdentifierBloodPressure"
WORKOUT: Final = "HKWorkoutActivityType"


class Scale(NamedTuple):
    """How a unit becomes the first unit of its measure: `value × factor + offset`."""

    factor: float = 1.0
    offset: float = 0.0


def _units(**named: Scale) -> Mapping[str, Scale]:
    return MappingProxyType(named)


_BEATS: Final = MappingProxyType({"count/min": Scale(), "count/s": Scale(60)})
# Type → our measure, and the units that its values may be in.
MEASURED: Final[Mapping[str, tuple[str, Mapping[str, Scale]]]] = MappingProxyType(
    {
        f"{QUANTITY}HeartRate": ("heart_rate", _BEATS),
        f"{QUANTITY}RestingHeartRate": ("resting_heart_rate", _BEATS),
        f"{QUANTITY}BodyMass": (
            "weight",
            _units(kg=Scale(), lb=Scale(KG_PER_LB), st=Scale(14 * KG_PER_LB), g=Scale(0.001)),
        ),
        f"{QUANTITY}BodyTemperature": (
            "temperature",
            _units(degC=Scale(), degF=Scale(5 / 9, -32 * 5 / 9), K=Scale(1, -273.15)),
        ),
        f"{QUANTITY}BloodGlucose": (
            "glucose",
            # A mole of it stands in the unit itself: `mmol<180.1558800000541>/L`.
            MappingProxyType({"mmol/L": Scale(), "mg/dL": Scale(1 / MG_PER_DL_PER_MMOL_PER_L)}),
        ),
    }
)
PRESSURES: Final = _units(mmHg=Scale(), kPa=Scale(7.50062), cmH2O=Scale(0.735559))
METRES: Final = _units(m=Scale(), km=Scale(1_000), mi=Scale(1_609.344), yd=Scale(0.9144), ft=Scale(0.3048))
MINUTES: Final = MappingProxyType({"min": Scale(), "hr": Scale(60), "s": Scale(1 / 60), "sec": Scale(1 / 60)})

# What a piece of sleep says. `Asleep` is what exports before iOS 16 say.
PIECES: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        **{f"{SLEPT}Asleep{stage}": Kind.ASLEEP for stage in ("", "Unspecified", "Core", "Deep", "REM")},
        f"{SLEPT}InBed": Kind.IN_BED,
        f"{SLEPT}Awake": Kind.AWAKE,
    }
)
MOTION: Final = "HKMetadataKeyHeartRateMotionContext"
CONTEXTS: Final[Mapping[str, str]] = MappingProxyType({"1": "sedentary", "2": "active"})
ZONE: Final = "HKTimeZone"
METS: Final = "HKAverageMETs"  # "8.3 kcal/hr·kg"
DISTANCES: Final = f"{QUANTITY}Distance"  # …WalkingRunning, …Cycling, …Swimming
WANTED: Final = frozenset({MOTION, ZONE, METS})  # of what a record carries besides

# Below 3 METs is light and from 6 vigorous: Garber et al., ACSM position stand, 2011, table 3.
MODERATE_METS: Final = 3.0
VIGOROUS_METS: Final = 6.0
# Without METs, by the kind; the rest is moderate. Mean METs of the Compendium of Physical Activities, 2011.
LIGHT: Final = frozenset(
    {"Cooldown", "Flexibility", "Golf", "MindAndBody", "PreparationAndRecovery", "TaiChi", "Yoga"}
)
HARD: Final = frozenset(
    {
        "Boxing", "CrossCountrySkiing", "HighIntensityIntervalTraining", "Handball", "Hockey", "JumpRope",
        "Kickboxing", "MartialArts", "Racquetball", "Rowing", "Rugby", "Running", "Soccer", "Squash",
        "StairClimbing", "Stairs", "Swimming", "WaterPolo",
    }
)  # fmt: skip
