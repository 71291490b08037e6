"""The end of what waits too long for a score."""

import structlog

from moderation.backlog import rows
from moderation.numbers import SCORE_OWED_FOR
from runtime import clock, metrics
from runtime.jobs import every

log = structlog.get_logger(__name__)


@every(seconds=3_600, name="backlog.give_up")
def give_up() -> int:
    """Give up messages that have waited for a week; return how many.

    That is said in the log and counted: a house whose classifier is gone for good must not keep texts for
    it that their authors took back.
    """
    before = clock.now() - SCORE_OWED_FOR
    done = 0
    while struck := rows.strike_off(rows.overdue(before)):
        done += struck
    if done:
        metrics.scores_given_up.inc(done)
        log.error("scores_given_up", count=done)
    return done
