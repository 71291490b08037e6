"""Apple Health exports of any size, shaped as a watch's: a quarter heart rates, and much that is skipped."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 12 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary)*)>
<!ATTLIST HealthData locale CDATA #REQUIRED>
<!ELEMENT Record ((MetadataEntry|HeartRateVariabilityMetadataList)*)>
<!ATTLIST Record type CDATA #REQUIRED unit CDATA #IMPLIED value CDATA #IMPLIED>
]>
<HealthData locale="en_US">
 <ExportDate value="2026-11-20 10:00:00 +0100"/>
 <Me HKCharacteristicTypeIdentifierDateOfBirth="1990-02-02"/>
"""
FOOT = "</HealthData>\n"
DEVICE = (
    "&lt;&lt;HKDevice: 0x282a45810&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, "
    "hardware:Watch6,7, software:10.1&gt;"
)
FIRST = datetime(2015, 3, 1, 6, tzinfo=UTC)


def written(path: Path, size: int) -> int:
    """Write an export of about `size` bytes, and return how many records it has."""
    count = done = 0
    with path.open("w", encoding="utf-8") as file:
        done += file.write(HEAD)
        for text in records():
            done += file.write(text)
            count += 1
            if done >= size:
                break
        file.write(FOOT)
    return count


def records() -> Iterator[str]:
    """Return records without end, always the same ones."""
    chance = Random(1)
    at = FIRST
    while True:
        at += timedelta(seconds=chance.randrange(60, 240))
        drawn = chance.random()
        if drawn < 0.25:
            yield heart_rate(at, chance.randrange(48, 150), chance.randrange(3))
        elif drawn < 0.60:
            yield record("ActiveEnergyBurned", "Cal", at, round(3 * chance.random(), 3), "Apple Watch")
        elif drawn < 0.77:
            yield record("BasalEnergyBurned", "Cal", at, round(9 * chance.random(), 3), "Apple Watch")
        elif drawn < 0.87:
            yield record("StepCount", "count", at, chance.randrange(5, 300), "iPhone")
        elif drawn < 0.97:
            yield record("DistanceWalkingRunning", "km", at, round(chance.random(), 4), "iPhone")
        elif drawn < 0.99:
            yield sleep(at, chance.choice(("Core", "Deep", "REM")))
        else:
            yield record("BodyMass", "kg", at, round(70 + 4 * chance.random(), 1), "Scale")


def told(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S +0000")


def heart_rate(at: datetime, value: int, motion: int) -> str:
    return (
        f' <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Apple Watch" sourceVersion="10.1" '
        f'device="{DEVICE}" unit="count/min" creationDate="{told(at)}" startDate="{told(at)}" '
        f'endDate="{told(at)}" value="{value}">\n'
        f'  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="{motion}"/>\n </Record>\n'
    )


def record(kind: str, unit: str, at: datetime, value: float, source: str, minutes: int = 2) -> str:
    end = at + timedelta(minutes=minutes)
    return (
        f' <Record type="HKQuantityTypeIdentifier{kind}" sourceName="{source}" sourceVersion="17.1" '
        f'unit="{unit}" creationDate="{told(end)}" startDate="{told(at)}" endDate="{told(end)}" '
        f'value="{value}"/>\n'
    )


def sleep(at: datetime, stage: str, minutes: int = 30, source: str = "Apple Watch") -> str:
    end = at + timedelta(minutes=minutes)
    stage = stage if stage in ("InBed", "Awake") else f"Asleep{stage}"
    return (
        f' <Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="{source}" '
        f'creationDate="{told(end)}" startDate="{told(at)}" endDate="{told(end)}" '
        f'value="HKCategoryValueSleepAnalysis{stage}"/>\n'
    )
