"""`/api/v1/meetings/`: time spent with people."""

from rest_framework import serializers

from tracking.doors import Bulk, Entries, OneEntry
from tracking.fields import When, Whole
from tracking.models import Meeting
from tracking.resource import EntryFields, Resource


class MeetingFields(EntryFields):
    """Time spent with people, and how good it was."""

    at = When()
    who = serializers.ChoiceField(choices=Meeting.Who.choices)
    positivity = Whole("meetings.positivity")


MEETINGS = Resource("meetings", "meetings", Meeting, MeetingFields, ("at", "who", "positivity"))


class Meetings(Entries):
    """All meetings."""

    resource = MEETINGS


class MeetingEntry(OneEntry):
    """One meeting."""

    resource = MEETINGS


class MeetingBulk(Bulk):
    """Many meetings at once."""

    resource = MEETINGS
