"""What is kept of every breaking of the glass: rows that the database lets nobody change or delete.

Whose member it was stands nowhere here: an identity is read anew each time it is shown.
"""

import uuid

from django.db import models

from moderation.break_glass.state import Finding, Kind
from moderation.models import Case
from runtime.fields import EncryptedTextField


class Glass(models.Model):
    """One request to learn who a member is. What came of it are its steps."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="glasses")
    member_id = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "glasses"

    def __str__(self) -> str:
        """Return the key alone."""
        return str(self.pk)


class Step(models.Model):
    """Something that one member of staff did about a glass, once, with what they wrote to answer for it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    glass = models.ForeignKey(Glass, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=8, choices=[(kind.value, kind.value) for kind in Kind])
    actor_id = models.UUIDField(help_text="Staff alone.")
    role = models.CharField(max_length=16, help_text="The role they did it in.")
    reason = EncryptedTextField(blank=True, default="", recorded=True)
    statement = EncryptedTextField(blank=True, default="", recorded=True)
    finding = models.CharField(
        max_length=11, choices=[(one.value, one.value) for one in Finding], blank=True, default=""
    )
    request_id = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        # What makes two approvals at once reveal once, whatever the code above it does.
        constraints = [models.UniqueConstraint(fields=["glass", "kind"], name="break_glass_step_once")]

    def __str__(self) -> str:
        """Return the kind, of nobody."""
        return self.kind
