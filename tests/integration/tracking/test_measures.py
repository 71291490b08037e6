"""Measures, goals and insights: what is theirs alone."""

from typing import Any

import pytest

from tests.integration.circles.conftest import Person
from tests.integration.tracking.conftest import Grants
from tests.integration.tracking.more_samples import GOALS, INSIGHTS
from tests.integration.tracking.samples import at

pytestmark = pytest.mark.django_db


def post(who: Person, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = who.post(path, body)
    assert answer.status_code == 201, answer.content
    return answer.json()


def refused(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 422, answer.content
    (error,) = answer.json()["errors"]
    return error


def patch(who: Person, path: str, body: dict[str, Any]) -> Any:
    return who.ask("PATCH", path, body)


def measured(who: Person, metric_type: str, **fields: Any) -> dict[str, Any]:
    return post(who, "health-metrics/", {"metric_type": metric_type, "recorded_at": at(), **fields})


def test_a_measure_is_answered_in_its_first_unit(alice: Person) -> None:
    for kind, value, unit, answered, first in (
        ("weight", 150, "lb", 68.038856, "kg"),
        ("glucose", 90, "mg/dL", 4.995670, "mmol/L"),
        ("temperature", 98.6, "°F", 37, "°C"),
        ("heart_rate", 60, None, 60, "bpm"),
        ("sleep_hours", 7.5, "h", 7.5, "h"),
        ("steps", 0, None, 0, None),
    ):
        made = measured(alice, kind, value=value, unit=unit)
        assert (made["value"], made["unit"]) == (pytest.approx(answered, abs=1e-6), first)
        assert alice.get(f"health-metrics/{made['id']}/").json() == made


def test_a_range_is_told_in_the_unit_that_was_asked(alice: Person) -> None:
    body = {"metric_type": "weight", "recorded_at": at(), "value": 1_600, "unit": "lb"}
    error = refused(alice.post("health-metrics/", body))
    assert (error["field"], error["code"]) == ("value", "out_of_range")
    assert (error["min"], error["max"]) == (pytest.approx(2.204623), pytest.approx(1_543.235835))
    assert alice.post("health-metrics/", {**body, "value": error["max"]}).status_code == 201


def test_a_unit_belongs_to_its_measure(alice: Person) -> None:
    for kind, unit in (("weight", "mmHg"), ("weight", ""), ("steps", "kg"), ("temperature", "K")):
        body = {"metric_type": kind, "recorded_at": at(), "value": 37, "unit": unit}
        assert refused(alice.post("health-metrics/", body))["field"] == "unit"


def test_a_blood_pressure_is_a_pair(alice: Person) -> None:
    made = measured(alice, "blood_pressure", systolic=120, diastolic=80)
    assert (made["systolic"], made["diastolic"], made["value"], made["unit"]) == (120, 80, None, "mmHg")
    path = f"health-metrics/{made['id']}/"
    assert patch(alice, path, {"systolic": 118}).json() == {**made, "systolic": 118}
    least = {"metric_type": "blood_pressure", "recorded_at": at()}
    for fields, field, code in (
        ({"systolic": 120}, "diastolic", "required"),
        ({"systolic": 301, "diastolic": 80}, "systolic", "out_of_range"),
        ({"systolic": 120, "diastolic": 19}, "diastolic", "out_of_range"),
        ({"systolic": 120, "diastolic": 80, "value": 100}, "value", "invalid"),
    ):
        error = refused(alice.post("health-metrics/", {**least, **fields}))
        assert (error["field"], error["code"]) == (field, code)
    assert refused(alice.post("health-metrics/", {**least, "metric_type": "weight"}))["field"] == "value"


def test_what_is_no_number_is_refused(alice: Person) -> None:
    for value in (True, "x", [], "NaN", "1e999"):
        body = {"metric_type": "steps", "recorded_at": at(), "value": value}
        assert refused(alice.post("health-metrics/", body))["field"] == "value"


def test_a_change_of_a_measure_keeps_its_unit(alice: Person) -> None:
    made = measured(alice, "weight", value=70)
    path = f"health-metrics/{made['id']}/"
    assert patch(alice, path, {"value": 100, "unit": "lb"}).json()["value"] == pytest.approx(45.359237)
    assert patch(alice, path, {"note": "after lunch"}).json()["value"] == pytest.approx(45.359237)
    assert refused(patch(alice, path, {"metric_type": "glucose"}))["field"] == "value"
    assert patch(alice, path, {"metric_type": "glucose", "value": 5}).json()["unit"] == "mmol/L"


def test_lists_of_measures_of_one_kind(alice: Person, bob: Person, grant: Grants) -> None:
    weight, steps = measured(alice, "weight", value=70), measured(alice, "steps", value=1)
    grant("health-metrics")
    for who, path in ((alice, "health-metrics/"), (bob, f"health-metrics/user/{alice.id}/")):
        assert who.get(f"{path}?metric_type=weight").json()["results"] == [weight]
        assert who.get(f"{path}?metric_type=steps").json()["results"] == [steps]
        assert refused(who.get(f"{path}?metric_type=x"))["field"] == "metric_type"


def test_a_goal_changes_in_four_things_and_nothing_else(alice: Person) -> None:
    made = post(alice, "health-goals/", GOALS.full)
    fixed = {"goal_type": "other", "start_value": 1, "target_value": "x", "target_date": None, "note": "x"}
    wanted = {"description": "slower", "current_value": 90, "status": "abandoned", "priority": "low"}
    changed = alice.put(f"health-goals/{made['id']}/", {**fixed, **wanted})
    assert changed.status_code == 200, changed.content
    assert changed.json() == {**made, **wanted, "progress": 0}  # clamped: it went the wrong way


def test_goals_by_where_they_stand(alice: Person, bob: Person, grant: Grants) -> None:
    made = {
        status: post(alice, "health-goals/", {**GOALS.least, "status": status})
        for status in ("active", "completed", "abandoned")
    }
    grant("health-goals")
    for who, path in ((alice, "health-goals/"), (bob, f"health-goals/user/{alice.id}/")):
        for status, goal in made.items():
            assert who.get(f"{path}?status_filter={status}").json()["results"] == [goal]
        assert len(who.get(path).json()["results"]) == 3
        assert refused(who.get(f"{path}?status_filter=x"))["field"] == "status_filter"


def test_an_insight_is_read_once(alice: Person, bob: Person, grant: Grants) -> None:
    made = post(alice, "health-insights/", INSIGHTS.full)
    assert (made["is_read"], made["read_at"]) == (False, None)
    path = f"health-insights/{made['id']}/"
    grant("health-insights")
    assert patch(bob, path, {}).status_code == 403  # it is hers to read
    first = patch(alice, path, {}).json()
    assert first == {**made, "is_read": True, "read_at": first["read_at"]}
    assert first["read_at"] is not None
    assert patch(alice, path, {"title": "ignored"}).json() == first
    assert alice.put(path, {"title": "Sleep and steps"}).json() == {**first, "title": "Sleep and steps"}


def test_a_seizures_end_and_duration_say_the_same(alice: Person) -> None:
    least = {"start": at(10), "seizure_class": "focal"}
    by_duration = post(alice, "seizures/", {**least, "duration_s": 90})
    by_end = post(alice, "seizures/", {**least, "end": "2026-11-20T10:01:30Z"})
    same = {name: by_duration[name] for name in ("end", "duration_s")}
    assert same == {"end": "2026-11-20T10:01:30.000Z", "duration_s": 90}
    assert by_end.items() >= same.items()
    path = f"seizures/{by_end['id']}/"
    assert patch(alice, path, {"duration_s": 30}).json()["end"] == "2026-11-20T10:00:30.000Z"
    assert patch(alice, path, {"end": None}).json()["duration_s"] is None
    assert patch(alice, path, {"note": "x"}).json()["end"] is None
    both = {**least, "end": "2026-11-20T10:01:30Z", "duration_s": 91}
    assert refused(alice.post("seizures/", both))["field"] == "duration_s"
    assert refused(alice.post("seizures/", {**least, "end": at(9)}))["field"] == "end"


def test_a_change_cannot_turn_a_night_round(alice: Person) -> None:
    made = post(alice, "sleep/", {"start": at(22, 19), "end": at(6, 20)})
    path = f"sleep/{made['id']}/"
    assert refused(patch(alice, path, {"end": at(22, 19)}))["field"] == "end"
    assert refused(patch(alice, path, {"start": at(5, 19)}))["field"] == "end"
    changed = patch(alice, path, {"end": at(6, 20, 30), "time_zone": "Asia/Tokyo"}).json()
    assert (changed["duration_min"], changed["date"]) == (510, "2026-11-20")
    assert patch(alice, path, {"start": at(23, 20), "end": at(23, 20, 59)}).json()["date"] == "2026-11-21"
