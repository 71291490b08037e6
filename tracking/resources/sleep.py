"""`/api/v1/sleep/`: nights and naps."""

from typing import Any

from rest_framework import serializers

from tracking.doors import Bulk, Entries, OneEntry
from tracking.fields import When, Whole, out_of_range
from tracking.models import Sleep
from tracking.numbers import SLEEP_AT_MOST
from tracking.resource import EntryFields, Resource


class SleepFields(EntryFields):
    """A night or a nap; `date` is the day of waking, local to its time zone."""

    start = When()
    end = When()
    date = serializers.DateField(source="day", read_only=True)
    duration_min = serializers.IntegerField(read_only=True)
    quality = Whole("sleep.quality", required=False, allow_null=True)
    awakenings = Whole("sleep.awakenings", required=False, allow_null=True)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return what was given. Raises a problem for a night that ends too soon or too late."""
        start, end = self.settled(given, "start"), self.settled(given, "end")
        if not start < end <= start + SLEEP_AT_MOST:
            message = "Must be after the start, and at most 24 hours after it."
            raise out_of_range("end", start, start + SLEEP_AT_MOST, message)
        return given


SLEEP = Resource("sleep", "sleep", Sleep, SleepFields, ("start", "end", "date", "duration_min", "quality"))


class SleepEntries(Entries):
    """Nights and naps, filtered by their end."""

    resource = SLEEP


class SleepEntry(OneEntry):
    """One night or nap."""

    resource = SLEEP


class SleepBulk(Bulk):
    """Many nights at once."""

    resource = SLEEP
