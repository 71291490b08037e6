"""The log: streams and their events."""

from collections.abc import Mapping
from typing import Any

from django.db import models

from runtime.fields import SealedColumn
from runtime.keyring import Ring

PERSONAL = "personal"  # the stored kind of every event of a person's own stream


def ring_of_body(row: Mapping[str, Any]) -> Ring:
    """Return which key an event's body is under; see `streams.body`."""
    return "identity" if row["kind"] == PERSONAL else "content"


class Stream(models.Model):
    """One durable, ordered log. `head` is the last seq given; the row's lock orders its writers."""

    name = models.CharField(max_length=120, unique=True)
    epoch = models.CharField(max_length=16)
    head = models.BigIntegerField(default=0)
    version = models.BigIntegerField(
        default=0, help_text="Raised whenever who may do or see what here changes: caches compare it."
    )
    read_seq = models.BigIntegerField(default=0, help_text="How far its person has read: `me` streams only.")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"stream {self.pk}"


class Event(models.Model):
    """One event. A held message is an event without a `seq`: stored, but not in the log yet."""

    event_id = models.CharField(max_length=26, primary_key=True)
    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, db_index=False, related_name="events")
    seq = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=32)
    at = models.DateTimeField()
    member = models.CharField(max_length=32, null=True)  # noqa: DJ001 - null keeps it out of the unique key
    client_id = models.CharField(max_length=64, null=True)  # noqa: DJ001 - likewise
    target = models.CharField(max_length=26, null=True)  # noqa: DJ001 - no target is not an empty target
    body = SealedColumn(
        ring=ring_of_body,
        bound="{event_id}",
        help_text="The event's own fields as JSON, sealed under the content key.",
    )
    gone = models.CharField(max_length=16, null=True)  # noqa: DJ001 - null is 'still there'

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["stream", "seq"], name="event_stream_seq"),
            models.UniqueConstraint(fields=["stream", "member", "client_id"], name="event_once"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
