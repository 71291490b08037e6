"""What the doors of people take and give."""

from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from rest_framework import serializers

from accounts import locales
from accounts.models import User
from accounts.users import profiles
from accounts.users.naming import MAX_USERNAME, MIN_USERNAME, NAME, name_fault, one_spelling
from protocol.text import clean
from runtime import clock
from runtime.http.json import Moment

FIRST_BIRTH_YEAR = 1900


class ProfileFields(serializers.Serializer[Any]):
    """What a person tells about themselves; what was never told is null."""

    birth_year = serializers.IntegerField(required=False, allow_null=True, min_value=FIRST_BIRTH_YEAR)
    gender = serializers.CharField(required=False, allow_null=True, max_length=32)
    occupation = serializers.CharField(required=False, allow_null=True, max_length=100)
    locale = serializers.RegexField(locales.STORED, required=False)
    time_zone = serializers.CharField(required=False, max_length=64)
    medical_history = serializers.CharField(
        required=False, allow_null=True, allow_blank=True, max_length=20_000, trim_whitespace=False
    )

    def validate_birth_year(self, year: int | None) -> int | None:
        """Return the year. Raises `ValidationError` for one to come."""
        if year is not None and year > clock.now().year:
            raise serializers.ValidationError("Must not be in the future.", code="out_of_range")
        return year

    def validate_locale(self, locale: str) -> str:
        """Return the locale. Raises `ValidationError` for a language that the house does not speak."""
        spoken = dict(settings.LANGUAGES)
        if locale.partition("-")[0] not in spoken:
            wanted = f"Must be {' or '.join(spoken)}, or one with a country, as in en-GB."
            raise serializers.ValidationError(wanted, code="invalid_choice")
        return locale

    def validate_time_zone(self, zone: str) -> str:
        """Return the IANA name. Raises `ValidationError` for one that is none."""
        if zone not in available_timezones():
            raise serializers.ValidationError("Must be an IANA time zone, as in Europe/Berlin.")
        return zone

    def validate_medical_history(self, text: str | None) -> str | None:
        """Return the text, cleaned as texts are."""
        return None if text is None else clean(text)


class UserFields(serializers.Serializer[Any]):
    """An account."""

    id = serializers.UUIDField()
    username = serializers.CharField()
    email = serializers.EmailField(allow_null=True)
    roles = serializers.ListField(child=serializers.CharField())
    is_active = serializers.BooleanField()
    profile = ProfileFields()


class UserLine(serializers.Serializer[Any]):
    """An account in a list; its e-mail is masked."""

    id = serializers.UUIDField()
    username = serializers.CharField()
    email = serializers.CharField(allow_null=True)
    roles = serializers.ListField(child=serializers.CharField())
    is_active = serializers.BooleanField()


class UserPage(serializers.Serializer[Any]):
    """A page of accounts; `count` is how many there are in all."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = UserLine(many=True)


class UserChange(serializers.Serializer[Any]):
    """What may be changed of an account: its profile."""

    profile = ProfileFields(required=False, allow_null=True)


class Registration(serializers.Serializer[Any]):
    """What somebody gives to have an account."""

    email = serializers.EmailField(max_length=254)
    username = serializers.RegexField(NAME, min_length=MIN_USERNAME, max_length=MAX_USERNAME)
    password = serializers.CharField(max_length=1_024, trim_whitespace=False, write_only=True)
    profile = ProfileFields(required=False, allow_null=True)

    def validate_username(self, name: str) -> str:
        """Return the name in its one spelling. Raises `ValidationError` for a word of our own."""
        name = one_spelling(name)
        if fault := name_fault(name):
            raise serializers.ValidationError(fault)
        return name

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return what was given. Raises `ValidationError` for a password that is easily guessed."""
        try:
            validate_password(given["password"], User(username=given["username"], email=given["email"]))
        except ValidationError as weak:
            raise serializers.ValidationError({"password": weak.messages}, code="weak") from None
        return given


class AccessLine(serializers.Serializer[Any]):
    """One look at one's data: when, at what, by whom as seen from oneself, and their name if it is told."""

    at = Moment()
    what = serializers.CharField()
    who = serializers.CharField(allow_null=True)
    name = serializers.CharField(allow_null=True)


class AssignmentFields(serializers.Serializer[Any]):
    """A clinician assigned to a person; it stands once accepted."""

    id = serializers.UUIDField(read_only=True)
    clinician = serializers.UUIDField(source="clinician_id")
    name = serializers.CharField(source="clinician.username", read_only=True)
    added_at = Moment(read_only=True)
    accepted_at = Moment(read_only=True, allow_null=True)


def shown(user: User) -> dict[str, Any]:
    """Return an account as its person sees it."""
    return {**_line(user), "email": user.email, "profile": profiles.read(user)}


def listed(user: User) -> dict[str, Any]:
    """Return an account as a list shows it."""
    return {**_line(user), "email": masked(user.email)}


def _line(user: User) -> dict[str, Any]:
    return {
        "id": str(user.pk),
        "username": user.username,
        "email": None,
        "roles": sorted(user.role_set()),
        "is_active": user.admitted(clock.now()),
    }


def masked(email: str | None) -> str | None:
    """Return an address of which no more than two letters and the last label can be read."""
    if not email:
        return None
    local, _, domain = email.rpartition("@")
    name, dot, last = domain.rpartition(".")
    return f"{local[:1]}***@{name[:1]}***{dot}{last}" if dot else f"{local[:1]}***@***"
