"""The outbox of jobs, answers kept for idempotency keys, and the keys of append-only records."""

import uuid

from django.db import models

from runtime.fields import SealedColumn


class OutboxJob(models.Model):
    """One piece of work, written in the transaction that made it necessary."""

    class State(models.TextChoices):
        """Where a job stands."""

        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=64)
    key = models.CharField(max_length=128, unique=True, null=True, blank=True)
    ids = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    fence = models.PositiveBigIntegerField(default=0)
    error = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "due_at"], name="outbox_due"),
            models.Index(fields=["state", "lease_until"], name="outbox_lease"),
        ]

    def __str__(self) -> str:
        """Return the job's name and number."""
        return f"{self.name}#{self.pk}"


class PeriodicRun(models.Model):
    """When a periodic job was last begun, over all processes."""

    name = models.CharField(primary_key=True, max_length=64)
    due_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the job's name."""
        return self.name


class KeptAnswer(models.Model):
    """The first good answer to an `Idempotency-Key`, encrypted; or a mark that one is being made."""

    key_hash = models.CharField(primary_key=True, max_length=64)
    body_hash = models.CharField(max_length=64)
    owner = models.UUIDField()
    answer = SealedColumn(null=True, blank=True, bound="{key_hash}")
    lease_until = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        """Return nothing that names a principal."""
        return self.key_hash[:8]


class RecordKey(models.Model):
    """A key of rows that nobody may change, itself sealed under the house's own; see `runtime.records`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ring = models.CharField(max_length=8)
    sealed = SealedColumn(ring=lambda row: row["ring"], bound="record-key:{id}")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Return which rows it is for."""
        return self.ring
