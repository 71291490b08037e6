"""`/api/v1/seizures/`: seizures, and the family's alarm about them."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from rest_framework import serializers

from accounts.models import User
from notifications.alarms import causes
from runtime.http.problems import invalid
from tracking.doors import Bulk, Entries, OneEntry
from tracking.fields import Line, When, Whole, Words, out_of_range, range_of
from tracking.models import Seizure
from tracking.numbers import SEIZURE_FREE, SEIZURE_NEWS, SEIZURES_WITHIN
from tracking.resource import EntryFields, Resource
from tracking.spells import alarming

CAUSE: Final = "seizure"


class SeizureFields(EntryFields):
    """A seizure; `end` and `duration_s` say the same, and either may be given."""

    start = When()
    end = When(required=False, allow_null=True)
    duration_s = Whole("seizures.duration_s", required=False, allow_null=True)
    seizure_class = serializers.ChoiceField(choices=Seizure.Class.choices)
    consciousness = serializers.ChoiceField(
        choices=Seizure.Consciousness.choices, required=False, allow_null=True
    )
    features = Words()
    trigger = Line(required=False, allow_null=True)
    rescue_medication = Line(required=False, allow_null=True)
    witness = Line(required=False, allow_null=True)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return what was given, with the end and the duration each made of the other. Raises a problem."""
        start = self.settled(given, "start")
        if given.get("duration_s") is not None and given.get("end") is None:
            given["end"] = start + timedelta(seconds=given["duration_s"])
        elif "duration_s" in given and "end" not in given:
            given["end"] = None
        end = self.settled(given, "end")
        given["duration_s"] = _seconds(start, end, given.get("duration_s"))
        return given


def _seconds(start: Any, end: Any, told: int | None) -> int | None:
    if end is None:
        return None
    low, high = range_of("seizures.duration_s")
    passed: float = (end - start).total_seconds()
    if not low <= passed <= high:
        raise out_of_range("end", start, start + timedelta(seconds=high))
    if told is not None and abs(told - passed) >= 1:
        raise invalid("duration_s", "invalid", "Must be the time from start to end, or left out.")
    return round(passed)


TOLD = ("start", "end", "duration_s", "seizure_class")


def watch(owner: UUID, entries: list[Any], now: datetime) -> None:
    """Raise the family's alarm about a seizure that calls for it, or clear it where none does any more.

    Called in the transaction that changed something; whoever else is at the same person's seizures waits.
    """
    User.objects.select_for_update(no_key=True).filter(pk=owner).first()
    rows = Seizure.objects.filter(user_id=owner, start__gt=now - SEIZURE_NEWS - SEIZURES_WITHIN)
    found = alarming(rows.values_list("pk", "start", "end"), now)
    if not found:
        causes.cause_ended(owner, CAUSE, now)
        return
    fresh = [key for key in found if key in {entry.pk for entry in entries}]
    latest = (fresh or found)[-1]
    shown = SeizureFields(rows.get(pk=latest)).data
    fields = {"entry": {name: shown[name] for name in ("id", *TOLD)}}
    if fresh:
        key = f"seizure:{latest}"
        causes.raise_alarm(owner, CAUSE, SEIZURES.category, key, fields, now, lasts=SEIZURE_FREE)
    else:
        causes.update(owner, CAUSE, fields, now)


SEIZURES = Resource("seizures", "seizures", Seizure, SeizureFields, TOLD, after=watch)


class Seizures(Entries):
    """All seizures."""

    resource = SEIZURES


class SeizureEntry(OneEntry):
    """One seizure."""

    resource = SEIZURES


class SeizureBulk(Bulk):
    """Many seizures at once."""

    resource = SEIZURES
