"""Which messages still wait for the classifier. Their text stays in the log."""

from django.db import models


class ToScore(models.Model):
    """A message that is owed a score: written with the message, deleted with what the score leads to.

    A lease only spares two workers the same work. What makes a verdict take effect once is that one
    transaction deletes the row and opens the case.
    """

    event_id = models.CharField(max_length=26, primary_key=True, help_text="In the order of time, too.")
    stream_id = models.BigIntegerField(help_text="The room's stream; no foreign key, so a room can go first.")
    room = models.CharField(max_length=64, help_text="The room's slug.")
    member_id = models.CharField(max_length=32)
    language = models.CharField(max_length=16, default="und")
    at = models.DateTimeField()
    holder = models.CharField(
        max_length=32, blank=True, default="", help_text="The process that has it in hand."
    )
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        """Return the key alone."""
        return self.event_id
