"""The numbers of alarms and of what is awaited, in one place; those marked † are for clinical owners.

Where each comes from is told in docs/family.md.
"""

from datetime import timedelta
from typing import Final

_MIN = timedelta(minutes=1)

# † How long after a sounding the alarm sounds again, while nobody answers; the last goes on for ever.
REPEAT_AFTER: Final = (5 * _MIN, 5 * _MIN, 10 * _MIN, 15 * _MIN, 30 * _MIN, 60 * _MIN)
ESCALATE_AFTER: Final = 10 * _MIN  # † nobody answered for so long: the next contact is called
SAME_SNOOZE: Final = 1 * _MIN  # two snoozes that end this close together are one that was sent twice

MISSED_GRACE: Final = timedelta(hours=2)  # † after the reminder, until the circle is told
COUNTS_BEFORE: Final = timedelta(hours=6)  # † what was logged so long before the reminder is what it asks for
MISSES_RAISING: Final = 2  # † so many missed in a row are a source that fell silent

CLEARED_KEPT: Final = timedelta(days=30)  # as long as the events that tell of it
AWAITED_KEPT: Final = timedelta(days=30)  # a miss older than this counts towards no silence
KEYS_KEPT: Final = 100  # causes of one alarm that are remembered, so that none raises it twice

WALK_S: Final = 15.0  # how often due alarms are looked for: a repeat is late by this at most
LOOK_S: Final = 60.0  # likewise what is awaited
AT_ONCE: Final = 500  # rows of one run: the next comes soon
