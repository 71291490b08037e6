"""What the doors of notifications take and give."""

from typing import Any

from rest_framework import serializers

from accounts.circles.state import ALIASES, CATEGORIES
from notifications.recipients import Channel
from notifications.reminders import DAYS
from notifications.transports.web_push import endpoints
from runtime.http.json import Moment

MAX_REMINDERS = 50
LATEST_MS = 253_402_300_799_000  # the year 9999, in milliseconds
CHANNELS = [channel.value for channel in Channel]


class ReminderFields(serializers.Serializer[Any]):
    """A daily reminder, at the person's own local time; without `days`, every day."""

    category = serializers.ChoiceField(choices=sorted({*CATEGORIES, *ALIASES} - {"safety"}))
    at = serializers.TimeField(format="%H:%M", input_formats=["%H:%M"])
    days = serializers.ListField(
        child=serializers.ChoiceField(choices=DAYS), required=False, allow_null=True, allow_empty=False
    )
    tell_circle = serializers.BooleanField(required=False, default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the wish as it is kept and shown."""
        wanted = set(attrs.get("days") or DAYS)
        return {
            "category": ALIASES.get(attrs["category"], attrs["category"]),
            "at": attrs["at"].strftime("%H:%M"),
            "days": [day for day in DAYS if day in wanted],
            "tell_circle": attrs["tell_circle"],
        }


class PreferencesFields(serializers.Serializer[Any]):
    """By which channels one wants to be told of which kind, and one's reminders."""

    channels = serializers.DictField(
        child=serializers.ListField(
            child=serializers.ChoiceField(choices=CHANNELS), max_length=len(CHANNELS)
        ),
        required=False,
    )
    reminders = serializers.ListField(child=ReminderFields(), required=False, max_length=MAX_REMINDERS)


class PushKey(serializers.Serializer[Any]):
    """What a browser subscribes with; null where the house sends no web push."""

    public_key = serializers.CharField(allow_null=True)


class BrowserKeys(serializers.Serializer[Any]):
    """A browser's own keys, in base64url."""

    p256dh = serializers.CharField(max_length=200)
    auth = serializers.CharField(max_length=100)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the keys. Raises `ValidationError` for ones that no browser makes."""
        if not endpoints.keys_are_good(attrs):
            raise serializers.ValidationError("Must be a browser's keys.", code="invalid")
        return attrs


class SubscriptionFields(serializers.Serializer[Any]):
    """A browser's PushSubscription, as its `toJSON` gives it; `expirationTime` in milliseconds since 1970."""

    endpoint = serializers.CharField(max_length=endpoints.MAX_ENDPOINT)
    expirationTime = serializers.FloatField(required=False, allow_null=True, min_value=0, max_value=LATEST_MS)
    keys = BrowserKeys()

    def validate_endpoint(self, endpoint: str) -> str:
        """Return the endpoint. Raises `ValidationError` for one that leads anywhere but to a push service."""
        fault = endpoints.fault_of(endpoint)
        if fault:
            raise serializers.ValidationError(fault, code="invalid")
        return endpoint


class SubscriptionShown(serializers.Serializer[Any]):
    """A browser that will be woken."""

    id = serializers.UUIDField()
    created_at = Moment()
    expires_at = Moment(allow_null=True)
