"""Whom somebody named for their safety, the plan they wrote, and the notices that were asked for."""

import uuid

from django.conf import settings
from django.db import models

from notifications.safety.deciding import Asker, Detail, Way
from runtime.fields import EncryptedJSONField, EncryptedTextField


class Contact(models.Model):
    """Somebody a person named beforehand. What is on its way to them refers to `naming`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="safety_contacts"
    )
    place = models.PositiveSmallIntegerField()
    name = EncryptedTextField()
    channel = models.CharField(max_length=6, choices=[(way.value, way.value) for way in Way])
    address = EncryptedTextField(help_text="An e-mail address, a phone number, or a member's id.")
    detail = models.CharField(max_length=9, choices=[(one.value, one.value) for one in Detail])
    by_moderator = models.BooleanField(default=False)
    naming = models.UUIDField(unique=True, default=uuid.uuid4)
    named_at = models.DateTimeField()

    class Meta:
        ordering = ["place", "id"]

    def __str__(self) -> str:
        """Return the key, never who it is."""
        return str(self.pk)


class Declined(models.Model):
    """That whoever is reached at an address wants to be told nothing by a person; of the address a hash."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    mark = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "mark"], name="declined_once")]

    def __str__(self) -> str:
        """Return the key."""
        return str(self.pk)


class Plan(models.Model):
    """A person's safety plan: texts by their names, encrypted as one."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="safety_plan"
    )
    texts = EncryptedJSONField(default=dict)

    def __str__(self) -> str:
        """Return the person's key."""
        return str(self.pk)


class Notice(models.Model):
    """One asking to tell a person's contacts; told when it is due, unless it was taken back before."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="safety_notices"
    )
    key = models.CharField(max_length=64, unique=True, null=True, blank=True)
    by = models.CharField(max_length=9, choices=[(one.value, one.value) for one in Asker])
    level = EncryptedTextField()
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    told = EncryptedJSONField(default=list, help_text="Whom it told by which way: contacts' ids.")

    def __str__(self) -> str:
        """Return the key."""
        return str(self.pk)

    @property
    def state(self) -> str:
        """`pending`, `taken_back` or `sent`."""
        if self.taken_back_at is not None:
            return "taken_back"
        return "pending" if self.sent_at is None else "sent"
