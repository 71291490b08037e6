"""People, their sessions and the sealed tie between a person and a room's member."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from accounts.locales import DEFAULT as DEFAULT_LOCALE
from accounts.roles import CHOICES, Role, implied
from runtime.fields import EncryptedTextField, SealedColumn


class UserManager(BaseUserManager["User"]):
    """Makes guests and people with a name."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the person of that name, whatever its case. Raises `User.DoesNotExist`."""
        return self.get(username__iexact=username)

    def create_guest(self, *, locale: str = DEFAULT_LOCALE) -> "User":
        """Return a new guest, about whom no more is known than how to speak to them."""
        guest = self.model(is_guest=True, locale=locale)
        guest.set_unusable_password()
        guest.save(using=self._db)
        return guest

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Return a new person. Raises `IntegrityError` if the name is taken."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A principal: a guest or a person. A guest who registers stays the same row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(max_length=32, unique=True, null=True, blank=True)
    email = models.EmailField(null=True, blank=True)  # noqa: DJ001 (null: guests have none)
    is_guest = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    locale = models.CharField(max_length=8, default=DEFAULT_LOCALE)
    time_zone = models.CharField(max_length=64, default="UTC")
    created_at = models.DateTimeField(auto_now_add=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_until = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    edition = models.UUIDField(
        default=uuid.uuid4, editable=False, help_text="Another one after every change of the profile."
    )

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("username"), name="user_name_unique")]
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        """Return the key alone: what is printed may end in a log."""
        return str(self.pk)

    def suspended(self, now: datetime) -> bool:
        """Return whether the house is closed to this person at `now`."""
        return self.suspended_at is not None and (self.suspended_until is None or now < self.suspended_until)

    def admitted(self, now: datetime) -> bool:
        """Return whether this person may act at all at `now`."""
        return self.is_active and self.deleted_at is None and not self.suspended(now)

    def role_set(self) -> frozenset[Role]:
        """Return the roles held, those they contain included. One query unless prefetched."""
        return implied(frozenset(Role(row.role) for row in self.roles.all()))


class RoleAssignment(models.Model):
    """One role of one person."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=16, choices=CHOICES)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="role_once")]

    def __str__(self) -> str:
        """Return the role's word."""
        return self.role


class AuthSession(models.Model):
    """One sign-in. Every credential names one; ending it ends them all."""

    class Kind(models.TextChoices):
        """How the session was opened."""

        GUEST = "guest"
        PASSWORD = "password"  # noqa: S105
        BROWSER = "browser"
        APP = "app"
        OAUTH = "oauth"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True, db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    refresh_hash = models.CharField(max_length=64, blank=True, default="")
    second_factor = models.BooleanField(
        default=False, help_text="Whether a second factor was shown: without, nobody acts as staff."
    )
    client = models.CharField(
        max_length=100, blank=True, default="", help_text="The OAuth2 client this lets act for the person."
    )
    opened_by = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="opened"
    )
    last_used = models.DateField(
        null=True, blank=True, help_text="The day of its last ticket; a time would tell a person's hours."
    )

    def __str__(self) -> str:
        """Return the session's key."""
        return str(self.pk)

    def alive(self, now: datetime) -> bool:
        """Return whether credentials of this session are still honoured at `now`."""
        return self.ended_at is None and (self.expires_at is None or now < self.expires_at)


class GuestToken(models.Model):
    """A guest's bearer token, of which only the keyed hash is kept."""

    token_hash = models.CharField(primary_key=True, max_length=64)
    session = models.ForeignKey(AuthSession, on_delete=models.CASCADE, related_name="guest_tokens")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Return nothing that could be used."""
        return self.token_hash[:8]


class SigningKey(models.Model):
    """A key that signs what tells an app who somebody is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pem = EncryptedTextField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Return its own key alone."""
        return str(self.pk)


class UsedTicket(models.Model):
    """A ticket that was redeemed; inserting it a second time fails."""

    ticket_hash = models.CharField(primary_key=True, max_length=64)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        """Return nothing that could be used."""
        return self.ticket_hash[:8]


class SealedIdentity(models.Model):
    """Which person a room's member is: encrypted, found by keyed hashes, with no column two rooms share."""

    member_id = models.CharField(primary_key=True, max_length=40)
    person = SealedColumn(ring="identity", bound="sealed:{member_id}")
    room_hash = models.CharField(max_length=64, unique=True)
    slot_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)

    class Meta:
        verbose_name_plural = "sealed identities"

    def __str__(self) -> str:
        """Return the member, never the person."""
        return self.member_id
