"""The demo people of a development house."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from accounts import factors
from accounts.models import RoleAssignment, User
from accounts.roles import Role


@dataclass(frozen=True)
class DemoPerson:
    """One of them; staff get a second factor."""

    username: str
    role: Role | None = None


LOCALE = "en-US"
PEOPLE = (
    DemoPerson("alice"),
    DemoPerson("bob"),
    DemoPerson("charlie"),
    DemoPerson("mira", Role.MODERATOR),
    DemoPerson("noor", Role.MODERATOR),
    DemoPerson("sam", Role.SUPERVISOR),
    DemoPerson("clara", Role.CLINICIAN),
    DemoPerson("ada", Role.ADMIN),
)


class NotHere(Exception):
    """Demo people were asked for in production."""


@transaction.atomic
def make_people() -> tuple[DemoPerson, ...]:
    """Make the demo people or set them back, and return them. Raises `NotHere` in production."""
    if settings.PRODUCTION:
        raise NotHere
    encoded = _encoded_password()
    for person in PEOPLE:
        _make(person, encoded)
    return PEOPLE


def _encoded_password() -> str:
    # Hashing is slow on purpose, and a start should not be: one hash serves all, and stays while it is right.
    known = User.objects.filter(username=PEOPLE[0].username).values_list("password", flat=True).first()
    if known and check_password(settings.DEMO_PASSWORD, known):
        return known
    return make_password(settings.DEMO_PASSWORD)


def _make(person: DemoPerson, encoded: str) -> None:
    # With a country, so that a card in a development house shows lines that can be called.
    user, _ = User.objects.get_or_create(username=person.username, defaults={"locale": LOCALE})
    user.password = encoded
    user.is_active = True
    user.deleted_at = user.suspended_at = user.suspended_until = None
    user.save()
    RoleAssignment.objects.filter(user=user).exclude(role=person.role or "").delete()
    if person.role:
        RoleAssignment.objects.get_or_create(user=user, role=person.role)
        factors.set_secret(user, settings.DEMO_TOTP_SECRET)
