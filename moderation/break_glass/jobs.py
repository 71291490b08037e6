"""Reminding of reviews: a glass that was broken and never looked over again would be a door."""

from datetime import timedelta

import structlog

from moderation.break_glass.models import Glass
from moderation.break_glass.state import Kind
from moderation.numbers import BREAK_GLASS_REVIEW_WITHIN
from runtime import clock
from runtime.jobs import every

log = structlog.get_logger(__name__)


@every(seconds=86_400, name="break_glass.remind")
def remind() -> int:
    """Say in the log how many still wait for their review past its time; return how many."""
    count = overdue(BREAK_GLASS_REVIEW_WITHIN)
    if count:
        log.warning("break_glass_unreviewed", count=count)
    return count


def overdue(within: timedelta) -> int:
    """Return how many were approved longer ago than that, and not reviewed."""
    shown = Glass.objects.filter(steps__kind=Kind.APPROVED, steps__at__lte=clock.now() - within)
    return shown.exclude(steps__kind=Kind.REVIEWED).count()
