"""The audit: its rows, the seals that chain them, and where the chain ends."""

from django.db import models

from runtime.fields import SealedColumn


class Entry(models.Model):
    """One thing that happened. Who did it to whom is sealed; the hashes find the rows of one person."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(unique=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=48)
    actor_hash = models.CharField(max_length=64, blank=True, default="")
    subject_hash = models.CharField(max_length=64, blank=True, default="")
    sealed = SealedColumn(
        ring="identity",
        bound="audit:{uid}",
        recorded=True,
        help_text="Actor, subject and detail as JSON under the identity key.",
    )
    shown = models.BooleanField(default=False, help_text="Whether the subject's access log tells of it.")
    request_id = models.CharField(max_length=64, blank=True, default="")
    mac = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["subject_hash", "id"], name="audit_by_subject"),
            models.Index(fields=["actor_hash", "id"], name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        """Return the kind and the number, never a person."""
        return f"{self.kind}#{self.pk}"


class Seal(models.Model):
    """One link of the chain: the entry at place `seq`, hashed together with the seal before it."""

    seq = models.BigIntegerField(primary_key=True)
    # No constraint: a deleted entry must be found by `verify_audit`, and not take its seal along.
    entry = models.OneToOneField(Entry, on_delete=models.DO_NOTHING, db_constraint=False, related_name="seal")
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the place in the chain."""
        return str(self.pk)


class Anchor(models.Model):
    """Where the chain ends, so that cutting its tail off is found. One row, the only one that changes."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True, default="")
    mac = models.CharField(max_length=64, blank=True, default="")

    def __str__(self) -> str:
        """Return the last place in the chain."""
        return str(self.seq)
