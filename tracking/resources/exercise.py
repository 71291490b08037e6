"""`/api/v1/exercise/`: walks, runs, swims."""

from rest_framework import serializers

from tracking.doors import Bulk, Entries, OneEntry
from tracking.fields import Line, Number, When, Whole
from tracking.models import Exercise
from tracking.resource import EntryFields, Resource


class ExerciseFields(EntryFields):
    """Something done with one's body."""

    start = When()
    kind = Line()
    duration_min = Number("exercise.duration_min")
    intensity = serializers.ChoiceField(choices=Exercise.Intensity.choices)
    steps = Whole("exercise.steps", required=False, allow_null=True)
    distance_m = Number("exercise.distance_m", required=False, allow_null=True)


EXERCISE = Resource(
    "exercise",
    "exercise",
    Exercise,
    ExerciseFields,
    ("start", "duration_min", "intensity", "steps", "distance_m"),
)


class ExerciseEntries(Entries):
    """All exercise."""

    resource = EXERCISE


class ExerciseEntry(OneEntry):
    """One exercise."""

    resource = EXERCISE


class ExerciseBulk(Bulk):
    """Many exercises at once."""

    resource = EXERCISE
