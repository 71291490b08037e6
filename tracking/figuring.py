"""Figuring out what somebody's days come to: reading them, keeping the figures, telling what is worth it."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Avg, QuerySet, Sum

from accounts.models import User
from tracking import editions
from tracking.days import earliest, local_day
from tracking.entries import Entry
from tracking.figures.findings import findings
from tracking.figures.journal import JournalEntry
from tracking.figures.measures import GoalFigures, goal_steps
from tracking.figures.mood import MoodEntry
from tracking.figures.numbers import DAYS, ENTRIES_AT_MOST, GOALS_AT_MOST
from tracking.figures.series import Point
from tracking.figures.told import as_json
from tracking.figures.whole import Logged, figured
from tracking.insights import Told, tell
from tracking.models import (
    Edition,
    Exercise,
    Figures,
    GoalStep,
    HealthGoal,
    HealthMetric,
    Journal,
    Mood,
    Sleep,
)

SUMMED = frozenset({"steps"})  # measures whose values of one day add up


def figure_out(person_id: UUID, now: datetime) -> bool:
    """Compute a person's figures anew and keep them; return whether they are of the days as they are now.

    Nothing is computed for who is gone. Days that change meanwhile wait for the next time.
    """
    edition, person = editions.of(person_id), _present(person_id)
    if edition is None or person is None:
        return False
    logged = logged_of(person, now)
    figures = figured(logged)
    with transaction.atomic():
        # Whoever erases somebody marks them as gone first, and waits here if we were before.
        if _present(person_id, locked=True) is None:
            return False
        kept = Figures.objects.filter(pk=person_id).first()
        before = Told.of(kept.body if kept else {})
        told = tell(person, findings(figures, logged), logged.until, before, now)
        Figures.objects.update_or_create(
            user_id=person_id,
            defaults={
                "edition": edition,
                "made_at": now,
                "body": {**as_json(figures), "told": told.as_json()},
            },
        )
        # Last, as with every change of the days: whoever is at them holds nothing that we wait for.
        rows = Edition.objects.filter(pk=person_id, current=edition)
        return bool(rows.update(waiting_since=None))


def _present(person_id: UUID, *, locked: bool = False) -> User | None:
    people = User.objects.select_for_update(no_key=True) if locked else User.objects.all()
    return people.filter(pk=person_id, deleted_at=None).first()


def logged_of(person: User, now: datetime) -> Logged:
    """Return what a person logged in the days that figures look back on."""
    until = local_day(now, person.time_zone)
    since = until - timedelta(days=DAYS - 1)

    def within(model: type[Entry]) -> QuerySet[Any]:
        rows = model._default_manager.filter(user_id=person.pk, day__gte=since, day__lte=until)
        return rows.filter(**{f"{model.WHEN}__gte": earliest(since)})

    return Logged(
        until=until,
        locale=person.locale,
        moods=[_mood(row) for row in _newest(within(Mood).only("day", "score", "details"))],
        sleep=_minutes(within(Sleep)),
        exercise=_minutes(within(Exercise)),
        journal=[_text(row) for row in _newest(within(Journal).only("day", "at", "time_zone", "details"))],
        measures=_measures(within(HealthMetric)),
        goals=list(_goals(person.pk)),
    )


def _newest(rows: QuerySet[Any]) -> list[Any]:
    return list(rows.order_by("-at", "-id")[:ENTRIES_AT_MOST])


def _mood(row: Mood) -> MoodEntry:
    return MoodEntry(row.day, float(row.score), tuple(row.activities or ()))


def _text(row: Journal) -> JournalEntry:
    hour = row.at.astimezone(ZoneInfo(row.time_zone)).hour
    return JournalEntry(row.day, hour, row.text or "", tuple(row.tags or ()))


def _minutes(rows: QuerySet[Any]) -> list[Point]:
    summed = rows.values("day").order_by("day").annotate(total=Sum("duration_min"))
    return [Point(row["day"], float(row["total"])) for row in summed]


def _measures(rows: QuerySet[Any]) -> Mapping[str, list[Point]]:
    found: dict[str, list[Point]] = {}
    asked = rows.values("metric_type", "day").order_by("metric_type", "day")
    for row in asked.annotate(
        mean=Avg("value"), total=Sum("value"), systolic=Avg("systolic"), diastolic=Avg("diastolic")
    ):
        kind = row["metric_type"]
        parts = {
            kind: row["total" if kind in SUMMED else "mean"],
            "systolic": row["systolic"],
            "diastolic": row["diastolic"],
        }
        for name, value in parts.items():
            if value is not None:
                found.setdefault(name, []).append(Point(row["day"], float(value)))
    return found


def _goals(person_id: UUID) -> Iterator[GoalFigures]:
    goals = list(HealthGoal.objects.filter(user_id=person_id).order_by("-created_at", "-id")[:GOALS_AT_MOST])
    steps: dict[UUID, list[tuple[datetime, float]]] = {}
    rows = GoalStep.objects.filter(goal__in=goals).order_by("at", "pk")
    for goal_id, at, value in rows.values_list("goal", "at", "value"):
        steps.setdefault(goal_id, []).append((at, value))
    for goal in goals:
        told = goal_steps(goal.start_value, goal.target_value, steps.get(goal.pk, ()))
        yield GoalFigures(str(goal.pk), goal.goal_type, goal.status, goal.progress, told)
