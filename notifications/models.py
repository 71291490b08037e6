"""What waits to be told, each telling on its way, and what people chose."""

import uuid

from django.conf import settings
from django.db import models

from notifications.states import State
from runtime.fields import EncryptedJSONField, EncryptedTextField

STATES = [(state.value, state.value) for state in State]


class Announced(models.Model):
    """A happening in the outbox; told once, it keeps its key for a while and nothing of what happened."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    body = EncryptedJSONField(null=True)
    created_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        """Return the key of the row."""
        return str(self.pk)


class PushSubscription(models.Model):
    """One browser that wants to be woken; what its push service needs to know is encrypted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions"
    )
    endpoint_hash = models.CharField(max_length=64, unique=True)
    details = EncryptedJSONField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        """Return the key, never the endpoint."""
        return str(self.pk)


class Delivery(models.Model):
    """One telling by one channel out of the house. Its key is what a provider knows it by."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    subscription = models.ForeignKey(
        PushSubscription, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    channel = models.CharField(max_length=8)
    basis = models.CharField(
        max_length=8, help_text="Why it may be sent: a grant, a contact, one's own wish."
    )
    basis_id = models.UUIDField(null=True, blank=True, help_text="The member or the contact.")
    key = models.CharField(max_length=64, unique=True)
    body = EncryptedJSONField(null=True)
    address = EncryptedTextField(null=True)
    state = models.CharField(max_length=9, choices=STATES, default=State.QUEUED)
    due_at = models.DateTimeField()
    turn = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    fence = models.PositiveBigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    provider_id = models.CharField(max_length=200, blank=True, default="", db_index=True)
    error = models.CharField(max_length=32, blank=True, default="")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [models.Index(fields=["state", "due_at"], name="delivery_due")]

    def __str__(self) -> str:
        """Return the key."""
        return str(self.pk)


class Preferences(models.Model):
    """By which channels a person wants to be told of what, encrypted as one."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="preferences"
    )
    channels = EncryptedJSONField(default=dict)

    class Meta:
        verbose_name_plural = "preferences"

    def __str__(self) -> str:
        """Return the person's key."""
        return str(self.pk)


class Reminder(models.Model):
    """A daily wish to be reminded. `day` is the last local day it was settled for: it fires once in each."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders")
    place = models.PositiveSmallIntegerField()
    wish = EncryptedJSONField()
    zone = models.CharField(max_length=64)
    due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    day = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["place"]

    def __str__(self) -> str:
        """Return the key."""
        return str(self.pk)
