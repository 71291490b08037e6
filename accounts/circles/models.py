"""Circles, their members, invitations, the log of what was granted, and today's state of it for queries."""

import uuid

from django.conf import settings
from django.db import models

from accounts.circles.state import Access, Kind
from runtime.fields import EncryptedTextField

KINDS = [(kind.value, kind.value) for kind in Kind]
ACCESSES = [(access.value, access.value) for access in Access]


class Circle(models.Model):
    """The people with whom one person, the owner, shares their days. Its row's lock orders its log."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="circles"
    )
    name = EncryptedTextField()
    head = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        """Return the key, never the name."""
        return str(self.pk)


class Member(models.Model):
    """Somebody's face in one circle; who left keeps the row, so that the log can be read."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="memberships"
    )
    name = EncryptedTextField()
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "user"], name="circle_member_once")]

    def __str__(self) -> str:
        """Return the key, never the name."""
        return str(self.pk)


class Invite(models.Model):
    """An invitation that works once; its token is a keyed hash, and sealed until its letter is written."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="invites")
    token_hash = models.CharField(max_length=64, unique=True)
    email = EncryptedTextField(null=True)
    token = EncryptedTextField(null=True, help_text="Only until its letter is written.")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When it was used or taken back.")

    def __str__(self) -> str:
        """Return the key."""
        return str(self.pk)


class CircleEvent(models.Model):
    """One line of a circle's log of grants and consents. Append-only: ids and words, no name of anybody."""

    id = models.BigAutoField(primary_key=True)
    circle = models.ForeignKey(Circle, on_delete=models.DO_NOTHING, related_name="events")
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=16, choices=KINDS)
    actor = models.UUIDField()
    member = models.UUIDField(null=True, blank=True)
    category = models.CharField(max_length=16, blank=True, default="")
    access = models.CharField(max_length=10, choices=ACCESSES, blank=True, default="")
    expires_at = models.DateTimeField(null=True, blank=True)
    quiet_start = models.TimeField(null=True, blank=True)
    quiet_end = models.TimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "seq"], name="circle_event_seq")]

    def __str__(self) -> str:
        """Return the kind and the place."""
        return f"{self.kind}#{self.seq}"


class Granted(models.Model):
    """A grant as it stands today: what folding the log gives, for queries."""

    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="grants")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="grants")
    category = models.CharField(max_length=16)
    access = models.CharField(max_length=10, choices=ACCESSES)
    expires_at = models.DateTimeField(null=True, blank=True)
    quiet_start = models.TimeField(null=True, blank=True)
    quiet_end = models.TimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "category"], name="granted_once")]

    def __str__(self) -> str:
        """Return what is granted, not to whom."""
        return f"{self.access} {self.category}"
