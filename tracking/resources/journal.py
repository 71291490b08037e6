"""`/api/v1/journal/`: what somebody wrote about a day."""

from tracking.doors import Bulk, Entries, OneEntry
from tracking.fields import Prose, When, Words
from tracking.models import Journal
from tracking.resource import EntryFields, Resource


class JournalFields(EntryFields):
    """A text and its tags."""

    at = When()
    text = Prose(min_length=1)
    tags = Words()


# The text itself is told to nobody: who may view it comes and reads it, and leaves a row.
JOURNAL = Resource("journal", "journal", Journal, JournalFields, ("at",))


class JournalEntries(Entries):
    """All that was written."""

    resource = JOURNAL


class JournalEntry(OneEntry):
    """One text."""

    resource = JOURNAL


class JournalBulk(Bulk):
    """Many texts at once."""

    resource = JOURNAL
