"""Text as people type it: what is kept and what is taken out. Pure."""

import re
from datetime import UTC, datetime

# Category Cc but newline and tab, and the bidirectional embeddings, overrides and isolates. Joiners
# (U+200C, U+200D) stay: emoji and several scripts need them.
_TAKEN_OUT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Return the text without control characters and bidirectional overrides, then trimmed.

    Cleaning twice changes nothing more. The result may be empty.
    """
    if not text.isprintable():  # a newline is not printable either: then the slower search decides
        text = _TAKEN_OUT.sub("", text)
    return text.strip()


def stamp(at: datetime) -> str:
    """Return a time as RFC 3339 in UTC with milliseconds: `2026-11-20T10:00:00.123Z`.

    Raises ValueError for a naive time.
    """
    if at.tzinfo is not UTC:
        if at.tzinfo is None:
            raise ValueError("a time on the wire needs its zone")
        at = at.astimezone(UTC)
    # Without the zone: isoformat() would ask it for its offset, which takes longer than all the rest.
    return at.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
