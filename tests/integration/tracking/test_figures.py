"""Figures are computed of what was logged, told as insights, and shown to whoever may see all they are of."""

import json
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.audit.models import Entry as AuditRow
from accounts.audit.record import open_entry
from accounts.registries import erase_person, export_person
from runtime import clock, worker
from runtime.models import OutboxJob
from tests.integration.circles.conftest import Person
from tests.integration.tracking.conftest import Grants
from tracking import editions, figuring, jobs
from tracking.days import local_day
from tracking.figures.numbers import SETTLES
from tracking.figuring import figure_out, logged_of
from tracking.models import Edition, Figures, GoalStep, HealthInsight

pytestmark = pytest.mark.django_db

SECTIONS = {"mood", "mood_and_sleep", "mood_and_exercise", "journal", "measures", "goals"}
NOTHING = {"mood", "mood_and_sleep", "mood_and_exercise", "journal"}


def told(moment: datetime) -> str:
    return moment.isoformat()


def noon(days_ago: int) -> datetime:
    """Noon in New York, give or take an hour, so many days before yesterday: past, wherever it is now."""
    return clock.now().replace(hour=17, minute=0) - timedelta(days=days_ago + 1)


def bulk(who: Person, path: str, entries: list[dict[str, Any]]) -> None:
    answer = who.post(f"{path}/bulk/", {"entries": entries})
    assert answer.json()["refused"] == 0, answer.content


def falling_moods(who: Person, days: int = 40) -> None:
    """Moods from 9 down to 2, and nights that grow shorter with them."""
    bulk(
        who,
        "mood",
        [
            {"at": told(noon(days - day)), "score": 9 - day * 7 // days, "activities": ["reading"]}
            for day in range(days)
        ],
    )
    bulk(
        who,
        "sleep",
        [
            {
                "start": told(noon(days - day) - timedelta(hours=12)),
                "end": told(noon(days - day) - timedelta(hours=12) + timedelta(minutes=560 - day * 5)),
            }
            for day in range(days)
        ],
    )


def figures(who: Person, whose: Person | None = None) -> dict[str, Any]:
    answer = who.get("figures/" + (f"?user_id={whose.id}" if whose else ""))
    assert answer.status_code == 200, answer.content
    return answer.json()


def insights(who: Person, whose: Person | None = None) -> list[dict[str, Any]]:
    answer = who.get("health-insights/" + (f"?user_id={whose.id}" if whose else ""))
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_nothing_computed_is_null_and_never_zero(alice: Person) -> None:
    assert figures(alice) == {"made_at": None, "days": 180, **dict.fromkeys(SECTIONS)}


def test_figures_follow_what_was_logged(alice: Person) -> None:
    falling_moods(alice)
    assert figure_out(alice.id, clock.now())
    found = figures(alice)
    assert found["mood"]["entries"] == found["mood"]["days"] == 40
    assert found["mood"]["trend"]["clear"]
    assert found["mood"]["trend"]["per_week"] == pytest.approx(-7 * 7 / 40, abs=0.1)
    assert found["mood_and_sleep"]["rho"] > 0.9
    assert (found["mood_and_exercise"], found["journal"], found["measures"]) == (None, None, [])
    (fall,) = [one for one in insights(alice) if one["related_metrics"] == ["mood"]]
    assert (fall["author"], fall["severity"], fall["is_read"]) == (None, "medium", False)
    assert "falling" in fall["title"]


def test_a_night_when_the_clocks_change_has_the_minutes_that_passed(alice: Person) -> None:
    """Berlin, 25 October 2026: from 23:00 to 7:00 are nine hours, and the evening is of the same day."""
    night = {"start": "2026-10-24T23:00:00+02:00", "end": "2026-10-25T07:00:00+01:00"}
    alice.post("sleep/", {**night, "time_zone": "Europe/Berlin"})
    alice.post("mood/", {"at": "2026-10-25T23:30:00+01:00", "score": 6, "time_zone": "Europe/Berlin"})
    logged = logged_of(alice.user, datetime(2026, 11, 20, 12, tzinfo=UTC))
    assert logged.sleep == [(date(2026, 10, 25), 540.0)]
    assert [mood.day for mood in logged.moods] == [date(2026, 10, 25)]


def test_steps_of_a_day_add_up_and_weights_do_not(alice: Person) -> None:
    for kind, value in (("steps", 4_000), ("steps", 2_000), ("weight", 70), ("weight", 72)):
        alice.post("health-metrics/", {"metric_type": kind, "value": value, "recorded_at": told(noon(1))})
    pressure = {"metric_type": "blood_pressure", "systolic": 120, "diastolic": 80}
    alice.post("health-metrics/", {**pressure, "recorded_at": told(noon(1))})
    figure_out(alice.id, clock.now())
    latest = {one["name"]: one["latest"]["value"] for one in figures(alice)["measures"]}
    assert latest == {"steps": 6_000, "weight": 71, "systolic": 120, "diastolic": 80}


def test_a_goal_keeps_where_it_stood(alice: Person) -> None:
    body = {"goal_type": "weight_loss", "start_value": 80, "target_value": 70, "current_value": 80}
    goal = alice.post("health-goals/", body).json()
    for current in (78, 78, 75, None):
        assert alice.put(f"health-goals/{goal['id']}/", {"current_value": current}).status_code == 200
    bulk(alice, "health-goals", [{**body, "current_value": None}, {**body, "current_value": 70}])
    assert list(GoalStep.objects.order_by("pk").values_list("value", flat=True)) == [80, 78, 75, 70]
    figure_out(alice.id, clock.now())
    found = {one["id"]: one for one in figures(alice)["goals"]}
    assert [step["progress"] for step in found[goal["id"]]["steps"]] == [0, 0.2, 0.5]
    assert found[goal["id"]]["progress"] is None
    assert any("goal" in one["title"] for one in insights(alice))
    assert alice.delete(f"health-goals/{goal['id']}/").status_code == 204
    assert GoalStep.objects.count() == 1


def test_bob_sees_the_sections_whose_every_category_he_may_see(
    alice: Person, bob: Person, charlie: Person, clara: Person, grant: Grants
) -> None:
    falling_moods(alice)
    alice.post("journal/", {"at": told(noon(1)), "text": "A sad day, and a quiet one."})
    figure_out(alice.id, clock.now())
    path = f"figures/?user_id={alice.id}"
    assert bob.get(path).status_code == charlie.get(path).status_code == 404
    grant("mood")
    seen = figures(bob, alice)
    assert {name for name in SECTIONS if seen[name]} == {"mood"}
    (row,) = (open_entry(row) for row in AuditRow.objects.filter(kind="figures.read"))
    assert (row.actor, row.subject, row.detail["as"]) == (bob.id, alice.id, "family")
    grant("sleep")
    assert {name for name in SECTIONS if figures(bob, alice)[name]} == {"mood", "mood_and_sleep"}
    assert figures(clara, alice) == figures(alice)
    assert charlie.get(path).status_code == 404


def test_an_insight_shows_no_more_than_its_sources(
    alice: Person, bob: Person, clara: Person, grant: Grants
) -> None:
    falling_moods(alice)
    figure_out(alice.id, clock.now())
    by_hand = {"title": "Mine", "body": "Written by me.", "severity": "low", "rank": 5}
    mine = alice.post("health-insights/", by_hand).json()
    hers = insights(alice)
    fall = next(one for one in hers if one["related_metrics"] == ["mood"])
    both = next(one for one in hers if "sleep_min" in one["related_metrics"])
    grant("health-insights")
    assert insights(bob, alice) == [mine]
    assert bob.get(f"health-insights/{fall['id']}/").status_code == 404
    assert bob.put(f"health-insights/{fall['id']}/", {"rank": 1}).status_code == 404
    grant("mood")
    assert {one["id"] for one in insights(bob, alice)} == {mine["id"], fall["id"]}
    assert bob.get(f"health-insights/{fall['id']}/").status_code == 200
    assert bob.get(f"health-insights/{both['id']}/").status_code == 404
    assert {one["id"] for one in insights(clara, alice)} == {one["id"] for one in hers}
    grant("health-insights", "contribute")
    assert bob.put(f"health-insights/{fall['id']}/", {"rank": 1}).status_code == 403


def test_an_unread_insight_follows_and_a_read_one_stays(alice: Person) -> None:
    falling_moods(alice)
    figure_out(alice.id, clock.now())
    first = {one["id"]: one for one in insights(alice)}
    assert len(first) == 2
    fall = next(one for one in first.values() if one["related_metrics"] == ["mood"])
    figure_out(alice.id, clock.now())
    assert {one["id"]: one for one in insights(alice)} == first  # again is nothing new
    alice.ask("PATCH", f"health-insights/{fall['id']}/", {})
    for mood in alice.get("mood/?limit=100").json()["results"]:
        alice.delete(f"mood/{mood['id']}/")
    figure_out(alice.id, clock.now())
    (left,) = insights(alice)
    assert (left["id"], left["body"], left["is_read"]) == (fall["id"], fall["body"], True)


def test_what_she_took_away_does_not_come_back_this_month(alice: Person) -> None:
    falling_moods(alice)
    now = clock.now()
    figure_out(alice.id, now)
    for one in insights(alice):
        assert alice.delete(f"health-insights/{one['id']}/").status_code == 204
    figure_out(alice.id, now)
    assert insights(alice) == []
    figure_out(alice.id, now + timedelta(days=31))
    assert len(insights(alice)) == 2


def test_insights_are_in_the_persons_language(alice: Person) -> None:
    alice.ask("PATCH", "users/me/", {"profile": {"locale": "es"}})
    falling_moods(alice)
    figure_out(alice.id, clock.now())
    assert any(one["title"] == "Tu estado de ánimo ha ido bajando" for one in insights(alice))


def test_the_job_waits_until_a_person_is_done_and_runs_once(alice: Person, monkeypatch: Any) -> None:
    alice.post("mood/", {"at": told(noon(1)), "score": 4})
    since = Edition.objects.get().waiting_since
    alice.post("mood/", {"at": told(noon(0)), "score": 5})
    assert Edition.objects.get().waiting_since == since  # since the first change
    due = OutboxJob.objects.filter(name="tracking.figure_out")
    jobs.hand_out()
    assert not due.exists()
    later = clock.now() + SETTLES
    monkeypatch.setattr(clock, "now", lambda: later)
    jobs.hand_out()
    jobs.hand_out()
    (asked,) = due
    assert asked.ids == {"person": str(alice.id)}
    claim = worker.claim_next(later, 60)
    while claim is not None:
        worker.perform(claim)
        claim = worker.claim_next(later, 60)
    assert Figures.objects.get().edition == editions.of(alice.id)
    assert Edition.objects.get().waiting_since is None
    jobs.hand_out()
    assert due.filter(state=OutboxJob.State.QUEUED).count() == 0


def test_days_that_change_meanwhile_wait_for_the_next_time(alice: Person, monkeypatch: Any) -> None:
    alice.post("mood/", {"at": told(noon(1)), "score": 4})
    real = figuring.logged_of

    def logged_meanwhile(person: Any, now: datetime) -> Any:
        found = real(person, now)
        alice.post("mood/", {"at": told(noon(0)), "score": 8})
        return found

    monkeypatch.setattr(figuring, "logged_of", logged_meanwhile)
    assert not figure_out(alice.id, clock.now())
    assert Edition.objects.get().waiting_since is not None
    assert figures(alice)["mood"]["mean"] == 4
    monkeypatch.setattr(figuring, "logged_of", real)
    assert figure_out(alice.id, clock.now())
    assert figures(alice)["mood"]["mean"] == 6


def test_insights_of_the_job_change_no_edition(alice: Person) -> None:
    falling_moods(alice)
    before = editions.of(alice.id)
    figure_out(alice.id, clock.now())
    assert HealthInsight.objects.exists()
    assert editions.of(alice.id) == before


def test_figures_are_sealed_exported_and_erased(alice: Person) -> None:
    alice.post("journal/", {"at": told(noon(1)), "text": "A sad day by the river.", "tags": ["river"]})
    goal = {"goal_type": "other", "start_value": 0, "target_value": 1, "current_value": 1}
    alice.post("health-goals/", goal)
    figure_out(alice.id, clock.now())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT body FROM {Figures._meta.db_table}")
        assert b"river" not in bytes(cursor.fetchone()[0])
    exported = export_person(alice.id)["figures"]
    json.dumps(exported)
    assert exported["figures"]["journal"]["tags"] == [{"name": "river", "entries": 1}]
    assert [step["value"] for step in exported["goal_steps"]] == [1]
    erase_person(alice.id)
    assert not Figures.objects.exists()
    assert not GoalStep.objects.exists()
    assert not figure_out(alice.id, clock.now())
    assert not Figures.objects.exists()


def test_nothing_is_computed_for_who_is_gone_or_never_logged(alice: Person, bob: Person) -> None:
    alice.post("mood/", {"at": told(noon(1)), "score": 4})
    alice.delete("users/me/")
    assert not figure_out(alice.id, clock.now())
    assert not figure_out(bob.id, clock.now())
    assert not figure_out(uuid.uuid4(), clock.now())
    assert not Figures.objects.exists()


def test_only_the_last_half_year_counts(alice: Person) -> None:
    for days in (0, 178, 182, 400):
        alice.post("mood/", {"at": told(noon(days)), "score": 5})
    logged = logged_of(alice.user, clock.now().replace(hour=20))
    assert len(logged.moods) == 2
    assert max(mood.day for mood in logged.moods) <= local_day(clock.now(), "America/New_York")


def test_computing_asks_the_database_as_often_for_many_as_for_one(alice: Person) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            figure_out(alice.id, clock.now())
        return len(asked)

    alice.post("mood/", {"at": told(noon(1)), "score": 4})
    queries()
    few = queries()
    bulk(alice, "mood", [{"at": told(noon(day % 10)), "score": 4} for day in range(100)])
    bulk(alice, "journal", [{"at": told(noon(day % 10)), "text": "x"} for day in range(100)])
    assert queries() == few
