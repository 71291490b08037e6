"""The summary is what plain counting over the lists comes to, and shows no more than the lists would."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from statistics import fmean
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.audit.models import Entry as AuditRow
from accounts.audit.record import open_entry
from tests.integration.circles.conftest import Person
from tests.integration.tracking.conftest import Grants

pytestmark = pytest.mark.django_db

COLUMNS = ("sleep_min", "steps", "calories", "water_ml", "taken", "missed", "seizures", "mood", "positivity")
ZONES = ("America/New_York", "Asia/Tokyo", "Europe/Berlin")
FIRST = datetime(2026, 10, 20, tzinfo=UTC)  # the clocks of Berlin and New York go back in these weeks

Body = dict[str, Any]


def told(moment: datetime) -> str:
    return moment.isoformat()


def entries_of(chance: random.Random) -> dict[str, list[Body]]:
    """Some weeks of days with gaps: what is posted, by path."""
    found: dict[str, list[Body]] = {}

    def add(path: str, when: str, body: Body) -> None:
        moment = FIRST + timedelta(minutes=chance.randrange(21 * 1_440))
        kept = {name: value for name, value in body.items() if value is not None}
        zone = chance.choice(ZONES)
        found.setdefault(path, []).append({**kept, when: told(moment), "time_zone": zone})

    def maybe(low: int, high: int) -> int | None:
        return chance.randint(low, high) if chance.random() < 0.6 else None

    for _ in range(30):
        add("mood", "at", {"score": chance.randint(1, 10)})
        add("meetings", "at", {"who": "work", "positivity": chance.randint(1, 5)})
        add("meals", "at", {"meal_type": "lunch", "calories": maybe(0, 900), "water_ml": maybe(0, 500)})
        add("medication", "at", {"name": "a", "status": chance.choice(("taken", "missed"))})
        steps = {"kind": "walk", "duration_min": 30, "intensity": "low", "steps": maybe(0, 9_000)}
        add("exercise", "start", steps)
    for _ in range(8):
        add("health-metrics", "recorded_at", {"metric_type": "steps", "value": chance.randint(0, 9_000)})
        add("health-metrics", "recorded_at", {"metric_type": "weight", "value": 70})
        add("seizures", "start", {"seizure_class": "focal"})
        add("sleep", "end", {})
    for night in found["sleep"]:
        end = datetime.fromisoformat(night["end"])
        night["start"] = told(end - timedelta(minutes=chance.randint(30, 600)))
    return found


def oracle(logged: dict[str, list[Body]], weekly: bool, holds: Callable[[date], bool]) -> list[Body]:
    """The same by hand, from what was posted."""
    values: dict[date, dict[str, list[float]]] = {}

    def take(entry: Body, when: str, column: str, value: float | None) -> None:
        day = datetime.fromisoformat(entry[when]).astimezone(ZoneInfo(entry["time_zone"])).date()
        if value is not None and holds(day):
            name = day - timedelta(days=day.weekday()) if weekly else day
            values.setdefault(name, {}).setdefault(column, []).append(value)

    for one in logged["sleep"]:
        slept = datetime.fromisoformat(one["end"]) - datetime.fromisoformat(one["start"])
        take(one, "end", "sleep_min", slept / timedelta(minutes=1))
    for one in logged["exercise"]:
        take(one, "start", "steps", one.get("steps"))
    for one in logged["health-metrics"]:
        take(one, "recorded_at", "steps", one["value"] if one["metric_type"] == "steps" else None)
    for one in logged["meals"]:
        take(one, "at", "calories", one.get("calories"))
        take(one, "at", "water_ml", one.get("water_ml"))
    for one in logged["medication"]:
        for status in ("taken", "missed"):
            take(one, "at", status, one["status"] == status)
    for one in logged["seizures"]:
        take(one, "start", "seizures", 1)
    for one in logged["mood"]:
        take(one, "at", "mood", one["score"])
    for one in logged["meetings"]:
        take(one, "at", "positivity", one["positivity"])
    return [
        {"date": day.isoformat(), **{column: _come_to(column, values[day].get(column)) for column in COLUMNS}}
        for day in sorted(values, reverse=True)
    ]


def _come_to(column: str, found: list[float] | None) -> Any:
    if found is None:
        return None
    return pytest.approx(fmean(found)) if column in ("mood", "positivity") else pytest.approx(sum(found))


def summary(who: Person, query: str = "") -> list[Body]:
    answer = who.get(f"summary/?{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_equals_counting_by_hand(alice: Person, seed: int) -> None:
    logged = entries_of(random.Random(seed))
    for path, bodies in logged.items():
        assert alice.post(f"{path}/bulk/", {"entries": bodies}).json()["refused"] == 0
    wide = "from=2026-10-01&to=2026-12-01"
    assert summary(alice, wide) == oracle(logged, False, lambda day: True)
    assert summary(alice, wide + "&period=week") == oracle(logged, True, lambda day: True)
    start, end = date(2026, 10, 25), date(2026, 11, 4)
    inside = summary(alice, f"from={start}&to={end}&period=day")
    assert inside == oracle(logged, False, lambda day: start <= day < end)


def test_nothing_logged_is_no_line(alice: Person) -> None:
    assert summary(alice) == []


def test_bob_sees_the_columns_of_what_he_may_see(
    alice: Person, bob: Person, charlie: Person, clara: Person, grant: Grants
) -> None:
    at = "2026-11-20T10:00:00Z"
    alice.post("mood/", {"at": at, "score": 4})
    alice.post("seizures/", {"start": at, "seizure_class": "focal"})
    path = f"summary/?user_id={alice.id}&from=2026-11-01&to=2026-12-01"
    assert bob.get(path).status_code == 404
    grant("mood")
    (line,) = bob.get(path).json()["results"]
    assert line == {"date": "2026-11-20", **dict.fromkeys(COLUMNS), "mood": 4}
    (row,) = (open_entry(row) for row in AuditRow.objects.filter(kind="summary.read"))
    assert (row.actor, row.subject, row.detail["as"]) == (bob.id, alice.id, "family")
    assert (row.detail["mood"], "seizures" in row.detail) == (True, False)
    assert clara.get(path).json()["results"] == [{**line, "seizures": 1}]
    assert charlie.get(path).status_code == 404


def test_what_is_asked_must_make_sense(alice: Person) -> None:
    for query, field in (
        ("period=month", "period"),
        ("from=x", "from"),
        ("from=2000-01-01&to=2026-01-01", "from"),
        ("user_id=x", "user_id"),
    ):
        answer = alice.get(f"summary/?{query}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field), query


def test_it_asks_the_database_as_often_for_many_as_for_one(alice: Person) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            summary(alice, "from=2026-10-01&to=2026-12-01")
        return len(asked)

    alice.post("mood/", {"at": told(FIRST), "score": 4})
    summary(alice)  # what is cached of a session, is
    one = queries()
    for path, bodies in entries_of(random.Random(4)).items():
        alice.post(f"{path}/bulk/", {"entries": bodies})
    assert queries() == one
