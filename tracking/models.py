"""What is logged, each its own table. Numbers and times are plain, to be summed; words are sealed."""

import uuid

from django.conf import settings
from django.db import models

from runtime.fields import EncryptedJSONField, EncryptedTextField
from tracking.days import minutes_between
from tracking.entries import Detail, Entry, found_by, imported_once
from tracking.measures import MEASURES, progress


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


class Journal(Entry):
    """What somebody wrote about a day."""

    at = models.DateTimeField()

    text = Detail[str]()
    tags = Detail[list[str]]()

    class Meta:
        verbose_name_plural = "journal"
        indexes = found_by("journal")
        constraints = imported_once("journal")


class Medication(Entry):
    """A dose that was taken or missed; which one is sealed."""

    class Status(models.TextChoices):
        """What became of it."""

        TAKEN = "taken"
        MISSED = "missed"

    at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=Status.choices)

    name = Detail[str]()
    dose = Detail[str]()

    class Meta:
        indexes = found_by("medication")
        constraints = imported_once("medication")


class HealthMetric(Entry):
    """One measure, in its first unit; a blood pressure is a pair and has no `value`."""

    WHEN = "recorded_at"

    metric_type = models.CharField(max_length=24, choices=[(name, name) for name in MEASURES])
    value = models.FloatField(null=True, blank=True)
    systolic = models.FloatField(null=True, blank=True)
    diastolic = models.FloatField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    context = Detail[str]()

    class Meta:
        indexes = [
            *found_by("metric", "recorded_at"),
            models.Index(fields=["user", "metric_type", "-recorded_at"], name="metric_by_type"),
        ]
        constraints = imported_once("metric")

    @property
    def unit(self) -> str | None:
        """The unit that the row's numbers are in."""
        return MEASURES[self.metric_type].unit


class HealthGoal(Entry):
    """Something somebody wants to reach."""

    WHEN = "created_at"

    class Type(models.TextChoices):
        """What it is about."""

        WEIGHT_LOSS = "weight_loss"
        BETTER_SLEEP = "better_sleep"
        MORE_EXERCISE = "more_exercise"
        STRESS_REDUCTION = "stress_reduction"
        BETTER_NUTRITION = "better_nutrition"
        OTHER = "other"

    class Status(models.TextChoices):
        """Where it stands."""

        ACTIVE = "active"
        COMPLETED = "completed"
        ABANDONED = "abandoned"

    class Priority(models.TextChoices):
        """How much it matters."""

        LOW = "low"
        MEDIUM = "medium"
        HIGH = "high"

    goal_type = models.CharField(max_length=24, choices=Type.choices)
    start_value = models.FloatField()
    target_value = models.FloatField()
    current_value = models.FloatField(null=True, blank=True)
    target_date = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.ACTIVE)
    priority = models.CharField(max_length=8, choices=Priority.choices, default=Priority.MEDIUM)

    description = Detail[str]()

    class Meta:
        indexes = found_by("goal", "created_at")
        constraints = imported_once("goal")

    @property
    def progress(self) -> float | None:
        """How far it is on the way, from 0 to 1; None where nobody said where it stands."""
        return progress(self.start_value, self.target_value, self.current_value)


class GoalStep(models.Model):
    """Where a goal stood from a time on: one row for each value that somebody said."""

    goal = models.ForeignKey(HealthGoal, on_delete=models.CASCADE, related_name="steps", db_index=False)
    at = models.DateTimeField()
    value = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["goal", "at"], name="goal_steps")]

    def __str__(self) -> str:
        """Return the key alone."""
        return str(self.pk)


class HealthInsight(Entry):
    """Something worth knowing about somebody's days: written by somebody, or computed, and then nobody's."""

    WHEN = "created_at"

    class Severity(models.TextChoices):
        """How much it matters."""

        LOW = "low"
        MEDIUM = "medium"
        HIGH = "high"

    severity = models.CharField(max_length=8, choices=Severity.choices)
    rank = models.PositiveSmallIntegerField()
    read_at = models.DateTimeField(null=True, blank=True)
    sources = models.CharField(
        max_length=64, blank=True, default="", help_text="The categories it was computed of, joined by +."
    )

    title = Detail[str]()
    body = Detail[str]()
    related_metrics = Detail[list[str]]()

    class Meta:
        indexes = found_by("insight", "created_at")
        constraints = imported_once("insight")

    @property
    def is_read(self) -> bool:
        """Whether its person has read it."""
        return self.read_at is not None


class Edition(models.Model):
    """Which edition of a person's days this is: another one after every change; see `tracking.editions`."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    current = models.UUIDField(default=uuid.uuid4)
    waiting_since = models.DateTimeField(
        null=True, blank=True, db_index=True, help_text="Since when something changed that no figures are of."
    )

    def __str__(self) -> str:
        """Return the key alone."""
        return str(self.pk)


class Figures(models.Model):
    """What a person's days come to, computed by a job; `edition` is the one it is of."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    edition = models.UUIDField()
    made_at = models.DateTimeField()
    body = EncryptedJSONField()

    class Meta:
        verbose_name_plural = "figures"

    def __str__(self) -> str:
        """Return the key alone."""
        return str(self.pk)


class Import(models.Model):
    """A file that somebody brought, and what became of it; the file itself goes when it was read."""

    class Format(models.TextChoices):
        """What kind of file."""

        CSV = "csv"
        DAYLIO = "daylio"
        APPLE_HEALTH = "apple_health"
        HEARTH = "hearth"

    class Status(models.TextChoices):
        """Where it stands."""

        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    format = models.CharField(max_length=16, choices=Format.choices)
    category = models.CharField(max_length=24, blank=True, default="")
    dry_run = models.BooleanField(default=False)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.QUEUED)
    size = models.PositiveBigIntegerField(help_text="Bytes of the file.")
    key = EncryptedTextField(null=True, blank=True, help_text="The key of the file, gone with it.")
    run = models.PositiveIntegerField(default=0, help_text="Who reads it now: a later run has taken it over.")
    seen = models.PositiveBigIntegerField(default=0, help_text="What was found in the file and dealt with.")
    progress = models.FloatField(default=0.0)
    added = models.PositiveBigIntegerField(default=0)
    skipped = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    errors = EncryptedJSONField(default=list)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-created_at", "-id"], name="import_listed")]

    def __str__(self) -> str:
        """Return the key alone: what is printed may end in a log."""
        return str(self.pk)
