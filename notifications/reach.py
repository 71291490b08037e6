"""By which channels somebody can be reached at all, now."""

from datetime import datetime

from accounts.models import User
from notifications.recipients import Channel


def of(user: User, now: datetime) -> frozenset[Channel]:
    """Return the channels by which a person can be reached."""
    return frozenset({Channel.IN_APP})
