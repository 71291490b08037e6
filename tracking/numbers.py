"""The numbers of tracking, in one place; those marked † are for clinical owners to change.

Ranges are plausibility bounds that catch typing errors. They are not clinical advice.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final, NamedTuple


class Range(NamedTuple):
    """What is plausible, both ends included."""

    low: float
    high: float


RANGES: Final[Mapping[str, Range]] = MappingProxyType(
    {
        "sleep.quality": Range(1, 5),
        "sleep.awakenings": Range(0, 50),
        "exercise.duration_min": Range(1, 1_440),
        "exercise.steps": Range(0, 100_000),
        "exercise.distance_m": Range(0, 500_000),
        "meals.calories": Range(0, 10_000),  # kcal
        "meals.grams": Range(0, 1_000),  # protein, carbohydrates and fat, each
        "meals.water_ml": Range(0, 10_000),
        "meetings.positivity": Range(1, 5),
        "seizures.duration_s": Range(0, 86_400),
        "mood.score": Range(1, 10),
        "mood.energy": Range(1, 10),
        "mood.sleep_quality": Range(1, 5),
        # Measures, each in its first unit.
        "health-metrics.heart_rate": Range(20, 300),  # bpm
        "health-metrics.resting_heart_rate": Range(20, 300),  # bpm
        "health-metrics.sleep_hours": Range(0, 24),
        "health-metrics.steps": Range(0, 200_000),
        "health-metrics.weight": Range(1, 700),  # kg
        "health-metrics.glucose": Range(0.5, 60),  # mmol/L
        "health-metrics.temperature": Range(25, 45),  # °C
        "health-metrics.systolic": Range(40, 300),  # mmHg
        "health-metrics.diastolic": Range(20, 200),  # mmHg
        "health-insights.rank": Range(1, 5),
    }
)

SLEEP_AT_MOST: Final = timedelta(hours=24)
EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)  # nobody alive logged a day before
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)  # far from the calendar's end, where zones overflow

LINE_LENGTH: Final = 200  # characters of a name, a kind, a dose
TEXT_LENGTH: Final = 20_000  # characters of a journal's text, a note
WORDS: Final = 50  # entries of a list of tags, features or activities …
WORD_LENGTH: Final = 64  # … and the characters of one

BULK_AT_MOST: Final = 1_000
BULK_BYTES: Final = 8 * 1_048_576

LONG_SEIZURE: Final = timedelta(minutes=5)  # † one this long raises the family's alarm …
SEIZURES_RAISING: Final = 2  # † … and so do this many
SEIZURES_WITHIN: Final = timedelta(hours=24)  # † … in this time
SEIZURE_FREE: Final = timedelta(hours=24)  # † so long after the last one was told, the alarm is over
SEIZURE_NEWS: Final = timedelta(days=7)  # † one that began longer ago is history, and alarms nobody

SUMS_KEPT_S: Final = 300  # of a person's days; one who looks at a page twice looks within minutes
IMPORT_BYTES: Final = 2 * 1_073_741_824  # of one file, as the HTTP contract has it
IMPORT_ENVELOPE: Final = 65_536  # bytes of a multipart body around its file
IMPORTS_WAITING: Final = 3  # of one person at once: each holds up to IMPORT_BYTES of disk
IMPORT_BATCH: Final = 1_000  # entries stored in one transaction …
IMPORT_LOOK: Final = 20_000  # … which ends after so many lines in any case, so that progress is seen
IMPORT_ERRORS: Final = 200  # kept and told; all are counted
IMPORT_KEPT: Final = timedelta(days=30)  # what became of it; the file goes as soon as it is read
IMPORT_PATIENCE: Final = timedelta(hours=24)  # after which one that did not end has failed
UNPACKED_BYTES: Final = 4 * IMPORT_BYTES  # of a file in an archive
UNPACKED_TIMES: Final = 100  # a health export shrinks 20 to 40 times; a bomb, a thousand
DIRECTORY_BYTES: Final = 2 * 1_048_576  # of an archive's list of files: some 20,000 names
LINE_BYTES: Final = 1_048_576  # of a line, a record or a tag: our own longest text has 80,000
