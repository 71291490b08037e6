"""Alarms as they stand, the log of what happened to each, and what is awaited."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from notifications.alarms.machine import State
from runtime.fields import EncryptedJSONField

STATES = [(state.value, state.value) for state in State]


class Alarm(models.Model):
    """An alarm about one person, as the fold of its changes stands. What it is about is sealed in `body`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    cause_hash = models.CharField(max_length=64)
    body = EncryptedJSONField()
    state = models.CharField(max_length=12, choices=STATES)
    raised_at = models.DateTimeField()
    sounded_at = models.DateTimeField()
    called_at = models.DateTimeField()
    sounded = models.PositiveIntegerField(default=1)
    actor = models.UUIDField(null=True, blank=True, help_text="Who answered: a member of a circle.")
    until = models.DateTimeField(null=True, blank=True)
    changes = models.PositiveIntegerField(default=1)
    ends_at = models.DateTimeField(null=True, blank=True, help_text="When its cause ends by itself.")
    due_at = models.DateTimeField(null=True, blank=True, help_text="When the clock does something next.")
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cause_hash"], condition=Q(cleared_at__isnull=True), name="alarm_open_once"
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(cleared_at__isnull=True), name="alarm_due"),
            models.Index(fields=["cause_hash", "cleared_at"], name="alarm_of_cause"),
        ]

    def __str__(self) -> str:
        """Return the key: what is printed may end in a log."""
        return str(self.pk)


class AlarmChange(models.Model):
    """One line of an alarm's log. Append-only: ids and words, and nobody's name."""

    id = models.BigAutoField(primary_key=True)
    alarm = models.UUIDField()
    n = models.PositiveIntegerField()
    at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=STATES)
    actor = models.UUIDField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alarm", "n"], name="alarm_change_n")]

    def __str__(self) -> str:
        """Return the state and the place."""
        return f"{self.state}#{self.n}"


class Awaited(models.Model):
    """Something a person asked their circle to be told of if it is not logged. Gone once it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    category_hash = models.CharField(max_length=64)
    body = EncryptedJSONField()
    due_at = models.DateTimeField(help_text="When the person was reminded.")
    look_at = models.DateTimeField()
    missed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "awaited"
        constraints = [models.UniqueConstraint(fields=["category_hash", "due_at"], name="awaited_once")]
        indexes = [
            models.Index(fields=["look_at"], condition=Q(missed_at__isnull=True), name="awaited_look"),
        ]

    def __str__(self) -> str:
        """Return the key."""
        return str(self.pk)
