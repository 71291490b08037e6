"""What a person tells about themselves, and which clinicians they let see their days."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from runtime.fields import EncryptedJSONField


class Profile(models.Model):
    """A person's own details, encrypted as one; locale and time zone stand with the person."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="profile"
    )
    details = EncryptedJSONField(default=dict)

    def __str__(self) -> str:
        """Return the person's key."""
        return str(self.pk)


class Assignment(models.Model):
    """A clinician an admin assigned to a client; it stands once the client accepted, until they end it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="clinicians")
    clinician = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="clients")
    added_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "clinician"], condition=Q(ended_at=None), name="assigned_once"
            )
        ]

    def __str__(self) -> str:
        """Return the key."""
        return str(self.pk)


class AssignmentEvent(models.Model):
    """One line of the log of assignments and consents. Append-only; it names nobody but by an assignment."""

    class Kind(models.TextChoices):
        """What can happen to an assignment."""

        ADDED = "added"
        ACCEPTED = "accepted"
        ENDED = "ended"

    id = models.BigAutoField(primary_key=True)
    assignment = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the kind."""
        return self.kind
