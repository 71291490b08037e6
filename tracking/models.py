"""What is logged, each its own table. Numbers and times are plain, to be summed; words are sealed."""

from django.db import models

from tracking.days import minutes_between
from tracking.entries import Detail, Entry, found_by, imported_once


class Sleep(Entry):
    """A night, or a nap; it belongs to the day of waking."""

    WHEN = "end"

    start = models.DateTimeField()
    end = models.DateTimeField()
    duration_min = models.PositiveIntegerField()
    quality = models.PositiveSmallIntegerField(null=True, blank=True)
    awakenings = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        indexes = found_by("sleep", "end")
        constraints = imported_once("sleep")

    def settle(self) -> None:
        """Set the day of waking and the minutes that passed, whatever the clocks did meanwhile."""
        super().settle()
        self.duration_min = minutes_between(self.start, self.end)


class Exercise(Entry):
    """A walk, a run, a swim."""

    WHEN = "start"

    class Intensity(models.TextChoices):
        """How hard it was."""

        LOW = "low"
        MEDIUM = "medium"
        HIGH = "high"

    start = models.DateTimeField()
    duration_min = models.FloatField()
    intensity = models.CharField(max_length=8, choices=Intensity.choices)
    steps = models.PositiveIntegerField(null=True, blank=True)
    distance_m = models.FloatField(null=True, blank=True)

    kind = Detail[str]()

    class Meta:
        indexes = found_by("exercise", "start")
        constraints = imported_once("exercise")


class Meal(Entry):
    """Something eaten or drunk."""

    class Type(models.TextChoices):
        """Which meal of the day."""

        BREAKFAST = "breakfast"
        LUNCH = "lunch"
        DINNER = "dinner"
        SNACK = "snack"

    at = models.DateTimeField()
    meal_type = models.CharField(max_length=16, choices=Type.choices)
    calories = models.FloatField(null=True, blank=True)
    protein = models.FloatField(null=True, blank=True)
    carbs = models.FloatField(null=True, blank=True)
    fat = models.FloatField(null=True, blank=True)
    water_ml = models.FloatField(null=True, blank=True)

    class Meta:
        indexes = found_by("meal")
        constraints = imported_once("meal")


class Meeting(Entry):
    """Time spent with people."""

    class Who(models.TextChoices):
        """With whom."""

        FAMILY = "family"
        FRIENDS = "friends"
        WORK = "work"
        OTHER = "other"

    at = models.DateTimeField()
    who = models.CharField(max_length=8, choices=Who.choices)
    positivity = models.PositiveSmallIntegerField()

    class Meta:
        indexes = found_by("meeting")
        constraints = imported_once("meeting")


class Seizure(Entry):
    """A seizure. What it was like is sealed; when, and for how long, is not: alarms are raised by it."""

    WHEN = "start"

    class Class(models.TextChoices):
        """The main classes of the ILAE's classification of 2025."""

        FOCAL = "focal"
        GENERALIZED = "generalized"
        UNKNOWN = "unknown"
        UNCLASSIFIED = "unclassified"

    class Consciousness(models.TextChoices):
        """The classifier of the ILAE's classification of 2025."""

        PRESERVED = "preserved"
        IMPAIRED = "impaired"
        UNDETERMINED = "undetermined"

    start = models.DateTimeField()
    end = models.DateTimeField(null=True, blank=True)
    duration_s = models.PositiveIntegerField(null=True, blank=True)

    seizure_class = Detail[str]()
    consciousness = Detail[str]()
    features = Detail[list[str]]()
    trigger = Detail[str]()
    rescue_medication = Detail[str]()
    witness = Detail[str]()

    class Meta:
        indexes = found_by("seizure", "start")
        constraints = imported_once("seizure")


class Mood(Entry):
    """How somebody felt; several a day."""

    at = models.DateTimeField()
    score = models.PositiveSmallIntegerField()
    energy = models.PositiveSmallIntegerField(null=True, blank=True)
    sleep_quality = models.PositiveSmallIntegerField(null=True, blank=True)

    activities = Detail[list[str]]()

    class Meta:
        indexes = found_by("mood")
        constraints = imported_once("mood")
