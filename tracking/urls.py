"""The doors of tracking, under `/api/v1/`."""

from django.urls import URLPattern, path

from tracking.doors import EntriesOf, EntryDoor
from tracking.export_door import TrackingExport
from tracking.figures_door import FiguresDoor
from tracking.imports.doors import Imports, OneImport
from tracking.resources import (
    exercise,
    health_goals,
    health_insights,
    health_metrics,
    journal,
    meals,
    medication,
    meetings,
    mood,
    seizures,
    sleep,
)
from tracking.summary_door import Summary


def doors(
    word: str,
    many: type[EntryDoor],
    one: type[EntryDoor],
    bulk: type[EntryDoor],
    of: type[EntriesOf] | None = None,
) -> list[URLPattern]:
    """Return the doors of one resource; `of` is the one that has a person in its path."""
    root = f"api/v1/{word}/"
    found = [
        path(root, many.as_view(), name=word),
        path(root + "bulk/", bulk.as_view(), name=f"{word}-bulk"),
        path(root + "<uuid:entry_id>/", one.as_view(), name=f"{word}-entry"),
    ]
    return [*found, path(root + "user/<str:user_id>/", of.as_view(), name=f"{word}-of")] if of else found


urlpatterns = [
    path("api/v1/export/", TrackingExport.as_view(), name="tracking-export"),
    path("api/v1/figures/", FiguresDoor.as_view(), name="figures"),
    path("api/v1/imports/", Imports.as_view(), name="imports"),
    path("api/v1/imports/<uuid:import_id>/", OneImport.as_view(), name="import"),
    path("api/v1/summary/", Summary.as_view(), name="summary"),
    *doors("sleep", sleep.SleepEntries, sleep.SleepEntry, sleep.SleepBulk),
    *doors("exercise", exercise.ExerciseEntries, exercise.ExerciseEntry, exercise.ExerciseBulk),
    *doors("meals", meals.Meals, meals.MealEntry, meals.MealBulk),
    *doors("nutrition-logs", meals.Meals, meals.MealEntry, meals.MealBulk, meals.MealsOf),
    *doors("meetings", meetings.Meetings, meetings.MeetingEntry, meetings.MeetingBulk),
    *doors("seizures", seizures.Seizures, seizures.SeizureEntry, seizures.SeizureBulk),
    *doors("mood", mood.Moods, mood.MoodEntry, mood.MoodBulk),
    *doors("journal", journal.JournalEntries, journal.JournalEntry, journal.JournalBulk),
    *doors("medication", medication.Medications, medication.MedicationEntry, medication.MedicationBulk),
    *doors(
        "health-metrics",
        health_metrics.HealthMetrics,
        health_metrics.HealthMetricEntry,
        health_metrics.HealthMetricBulk,
        health_metrics.HealthMetricsOf,
    ),
    *doors(
        "health-goals",
        health_goals.HealthGoals,
        health_goals.HealthGoalEntry,
        health_goals.HealthGoalBulk,
        health_goals.HealthGoalsOf,
    ),
    *doors(
        "health-insights",
        health_insights.HealthInsights,
        health_insights.HealthInsightEntry,
        health_insights.HealthInsightBulk,
        health_insights.HealthInsightsOf,
    ),
]
