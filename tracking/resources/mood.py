"""`/api/v1/mood/`: how somebody felt."""

from tracking.doors import Bulk, Entries, OneEntry
from tracking.fields import When, Whole, Words
from tracking.models import Mood
from tracking.resource import EntryFields, Resource


class MoodFields(EntryFields):
    """How somebody felt at a moment."""

    at = When()
    score = Whole("mood.score")
    energy = Whole("mood.energy", required=False, allow_null=True)
    sleep_quality = Whole("mood.sleep_quality", required=False, allow_null=True)
    activities = Words()


MOOD = Resource("mood", "mood", Mood, MoodFields, ("at", "score", "energy", "sleep_quality"))


class Moods(Entries):
    """All moods; several a day are usual."""

    resource = MOOD


class MoodEntry(OneEntry):
    """One mood."""

    resource = MOOD


class MoodBulk(Bulk):
    """Many moods at once."""

    resource = MOOD
