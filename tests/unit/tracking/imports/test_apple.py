"""Apple Health exports: the real samples, each kind of record, and what is made of them."""

import io
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.imports.exports import FOOT, HEAD, heart_rate, record, sleep, written
from tracking.imports import apple, apple_units
from tracking.imports.items import Found, Item, Measured, Refused, Skipped, Unreadable
from tracking.measures import MEASURES
from tracking.numbers import RANGES

SAMPLES = Path(__file__).resolve().parents[3] / "data" / "health" / "apple-health"
AT = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


def found_in(*records: str, zone: str = "Europe/Berlin") -> list[Item]:
    return list(apple.read(io.BytesIO((HEAD + "".join(records) + FOOT).encode()), zone, RANGES))


def values(*records: str) -> list[dict[str, Any]]:
    found = found_in(*records)
    assert all(isinstance(one, Measured) for one in found), found
    return [dict(one.values) for one in found if isinstance(one, Measured)]


@pytest.mark.parametrize("name", ["export.xml", "export_with_workouts.xml"])
def test_the_samples(name: str) -> None:
    with (SAMPLES / name).open("rb") as file:
        found = list(apple.read(file, "America/Los_Angeles", RANGES))
    skipped, rate, workout = found
    assert isinstance(skipped, Skipped)
    assert isinstance(rate, Measured)
    assert isinstance(workout, Found)
    assert (skipped.line, rate.line) == (4, 11)
    assert rate.values == {
        "metric_type": "heart_rate",
        "value": 72.0,
        "recorded_at": datetime(2018, 9, 10, 9, 28, 55, tzinfo=UTC),
    }
    assert workout.category == "exercise"
    assert workout.given == {
        "start": "2016-11-14T14:25:41+00:00",
        "kind": "running",
        "duration_min": 5.194123,
        "intensity": "high",
        "distance_m": 800.1,
        "time_zone": "America/Los_Angeles",
    }


@pytest.mark.parametrize(
    ("kind", "unit", "value", "metric", "expected"),
    [
        ("HeartRate", "count/min", 61, "heart_rate", 61),
        ("HeartRate", "count/s", 1.5, "heart_rate", 90),
        ("RestingHeartRate", "count/min", 55, "resting_heart_rate", 55),
        ("BodyMass", "kg", 71.2, "weight", 71.2),
        ("BodyMass", "lb", 150, "weight", 68.038855),
        ("BodyMass", "st", 11, "weight", 69.853225),
        ("BloodGlucose", "mg/dL", 90, "glucose", 4.99567),
        ("BloodGlucose", "mmol&lt;180.1558800000541&gt;/L", 5.5, "glucose", 5.5),
        ("BodyTemperature", "degC", 36.6, "temperature", 36.6),
        ("BodyTemperature", "degF", 98.6, "temperature", 37.0),
    ],
)
def test_a_measure_is_in_its_first_unit(
    kind: str, unit: str, value: float, metric: str, expected: float
) -> None:
    assert values(record(kind, unit, AT, value, "Phone")) == [
        {"metric_type": metric, "value": expected, "recorded_at": AT}
    ]


def test_every_measure_that_is_named_is_one_of_ours() -> None:
    assert {metric for metric, _ in apple_units.MEASURED.values()} <= set(MEASURES)


def test_what_was_done_during_a_heart_rate_is_its_context() -> None:
    found = values(*(heart_rate(AT + timedelta(minutes=n), 60, n) for n in range(3)))
    assert [one.get("context") for one in found] == [None, "sedentary", "active"]


@pytest.mark.parametrize(
    ("text", "field", "code"),
    [
        (record("HeartRate", "count/min", AT, 900, "Watch"), "value", "out_of_range"),
        (record("BodyMass", "grains", AT, 70, "Scale"), "unit", "invalid_choice"),
        (record("BodyMass", "kg", AT, 70, "Scale").replace("value=", "worth="), "value", "invalid"),
        (record("BodyMass", "kg", AT, 70, "Scale").replace('"70"', '"nan"'), "value", "invalid"),
        (record("BodyMass", "kg", AT, 70, "Scale").replace("2026-", "26-"), "start", "invalid"),
        (record("BodyMass", "kg", AT, 70, "Scale").replace(" +0000", ""), "start", "invalid"),
        (record("BodyMass", "kg", AT, 70, "Scale").replace("2026-", "0001-"), "start", "invalid"),
        (sleep(AT, "Core", minutes=-5), "end", "out_of_range"),
    ],
)
def test_a_bad_record_is_told_and_the_next_one_taken(text: str, field: str, code: str) -> None:
    refused, taken = found_in(text, heart_rate(AT, 60, 0))
    assert isinstance(refused, Refused)
    assert (refused.field, refused.code) == (field, code)
    assert refused.line == HEAD.count("\n") + 1
    assert isinstance(taken, Measured)


def test_steps_are_a_days_and_of_one_device() -> None:
    found = values(
        record("StepCount", "count", AT, 1_000, "Phone"),
        record("StepCount", "count", AT + timedelta(hours=2), 500, "Phone"),
        record("StepCount", "count", AT, 1_200, "Watch"),
        record("StepCount", "count", AT + timedelta(days=-1), 30, "Watch"),
        record("StepCount", "count", AT + timedelta(days=2), 9_000, "Watch"),  # the day of the export
    )
    assert [(one["value"], one["recorded_at"]) for one in found] == [
        (30, datetime(2026, 11, 17, 11, tzinfo=UTC)),
        (1_500, datetime(2026, 11, 18, 11, tzinfo=UTC)),
    ]


def test_a_day_of_steps_is_local() -> None:
    late = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)  # half past midnight in Berlin
    (found,) = values(record("StepCount", "count", late, 10, "Phone"))
    assert found["recorded_at"] == datetime(2026, 11, 19, 11, tzinfo=UTC)


def test_pieces_of_sleep_are_nights() -> None:
    start = datetime(2026, 11, 17, 22, tzinfo=UTC)
    pieces = [sleep(start + timedelta(minutes=30 * n), "REM" if n % 2 else "Deep") for n in range(16)]
    (night,) = found_in(*pieces, sleep(start, "InBed", minutes=540, source="Phone"))
    assert isinstance(night, Found)
    assert night.given == {
        "start": "2026-11-17T22:00:00+00:00",
        "end": "2026-11-18T06:00:00+00:00",
        "time_zone": "Europe/Berlin",
    }


def test_a_blood_pressure_is_a_pair_however_it_is_told() -> None:
    halves = [
        record("BloodPressureSystolic", "mmHg", AT, 120, "Cuff"),
        record("BloodPressureDiastolic", "mmHg", AT, 80, "Cuff"),
    ]
    when = 'startDate="2026-11-18 09:30:00 +0000" endDate="2026-11-18 09:30:00 +0000"'
    told = f'type="HKCorrelationTypeIdentifierBloodPressure" sourceName="Cuff" {when}'
    together = f"<Correlation {told}>{''.join(halves)}</Correlation>"
    found = found_in(*halves, together)
    assert all(isinstance(one, Measured) for one in found)
    first, second = found
    assert isinstance(first, Measured)
    assert isinstance(second, Measured)
    assert first.source == second.source
    assert dict(first.values) == {
        "metric_type": "blood_pressure", "systolic": 120, "diastolic": 80, "recorded_at": AT,
    }  # fmt: skip
    assert [type(one) for one in found_in(together)] == [Measured]
    assert found_in(halves[0]) == [Refused(HEAD.count("\n") + 1, "diastolic", "required")]


@pytest.mark.parametrize(
    ("kind", "mets", "intensity"),
    [("Yoga", "", "low"), ("Running", "", "high"), ("Cycling", "", "medium"), ("Cycling", "2.9", "low"),
     ("Yoga", "3.0", "medium"), ("Walking", "6.1", "high")],
)  # fmt: skip
def test_how_hard_a_workout_was(kind: str, mets: str, intensity: str) -> None:
    told = f'<MetadataEntry key="HKAverageMETs" value="{mets} kcal/hr·kg"/>' if mets else ""
    (found,) = found_in(
        f'<Workout workoutActivityType="HKWorkoutActivityType{kind}" duration="0.5" durationUnit="hr" '
        f'sourceName="Watch" startDate="2026-11-18 09:30:00 +0000" endDate="2026-11-18 10:00:00 +0000">{told}'
        '<MetadataEntry key="HKTimeZone" value="Asia/Tokyo"/>'
        '<WorkoutStatistics type="HKQuantityTypeIdentifierDistanceCycling" sum="7.5" unit="km"/></Workout>'
    )
    assert isinstance(found, Found)
    assert (found.given["intensity"], found.given["duration_min"]) == (intensity, 30)
    assert (found.given["distance_m"], found.given["time_zone"]) == (7_500, "Asia/Tokyo")


def test_what_nobody_knows_is_skipped_and_no_fault() -> None:
    found = found_in(
        record("VO2Max", "mL/min·kg", AT, 41, "Watch"),
        '<Record type="HKCategoryTypeIdentifierMindfulSession" sourceName="x"/>',
        '<ClinicalRecord type="x"/><Audiogram/>',
        '<Correlation type="HKCorrelationTypeIdentifierFood"></Correlation>',
    )
    assert [type(one) for one in found] == [Skipped] * 3


def test_a_large_export_is_what_it_says(tmp_path: Path) -> None:
    count = written(tmp_path / "export.xml", 1_000_000)
    with (tmp_path / "export.xml").open("rb") as file:
        kinds = Counter(type(one) for one in apple.read(file, "UTC", RANGES))
    assert kinds[Measured] > count / 5
    assert kinds[Refused] == 0
    assert kinds[Found] >= 1


def test_another_document_is_refused_as_such() -> None:
    with pytest.raises(Unreadable) as found:
        list(apple.read(io.BytesIO(b"<html><body/></html>"), "UTC", RANGES))
    assert found.value.code == "format"


def test_what_came_before_a_break_stays_found() -> None:
    text = HEAD + heart_rate(AT, 60, 0) * 3_000 + "<Record"
    found: list[Item] = []
    with pytest.raises(Unreadable) as broken:
        found.extend(apple.read(io.BytesIO(text.encode()), "UTC", RANGES))
    assert broken.value.code == "malformed"
    reader = apple.read(io.BytesIO(text.encode()), "UTC", RANGES)
    assert isinstance(next(reader), Measured)
