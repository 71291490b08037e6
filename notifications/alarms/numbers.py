"""The numbers of alarms and of what is awaited, in one place; those marked † are for clinical owners.

Where each comes from is told in docs/family.md.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

_MIN, _HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True)
class Pace:
    """How an alarm presses while nobody answers.

    `repeats`: how long after each sounding it sounds again, the last for ever; `escalates`: after how long
    the next contact is called.
    """

    repeats: tuple[timedelta, ...]
    escalates: timedelta


URGENT: Final = Pace((5 * _MIN, 5 * _MIN, 10 * _MIN, 15 * _MIN, 30 * _MIN, 60 * _MIN), 10 * _MIN)  # †
CALM: Final = Pace((24 * _HOUR,), 24 * _HOUR)  # † what is no emergency, and waits for quiet hours
SAME_SNOOZE: Final = 1 * _MIN  # two snoozes that end this close together are one that was sent twice

MISSED_GRACE: Final = 2 * _HOUR  # † after the reminder, until the circle is told
COUNTS_BEFORE: Final = 6 * _HOUR  # † what was logged so long before the reminder is what it asks for
MISSES_RAISING: Final = 2  # † so many missed in a row are a source that fell silent

CLEARED_KEPT: Final = timedelta(days=30)  # as long as the events that tell of it
AWAITED_KEPT: Final = timedelta(days=30)  # a miss older than this counts towards no silence
KEYS_KEPT: Final = 100  # causes of one alarm that are remembered, so that none raises it twice

WALK_S: Final = 15.0  # how often due alarms are looked for: a repeat is late by this at most
LOOK_S: Final = 60.0  # likewise what is awaited
AT_ONCE: Final = 500  # rows of one run: the next comes soon
