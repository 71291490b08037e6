"""The numbers of what is computed, in one place; those marked † are for clinical owners to change.

Below the least numbers nothing is claimed. They err on the side of saying nothing: a chance finding told as a
fact about somebody's mind does harm, a late one does not.
"""

from datetime import timedelta
from typing import Final

DAYS: Final = 180  # that figures look back
ENTRIES_AT_MOST: Final = 5_000  # of one kind that are opened for figures: some 30 a day

CONFIDENCE: Final = 0.95  # of every interval
LEAST_STEPS: Final = 7  # † neighbouring days for how moods swing
LEAST_TREND: Final = 14  # † days with a value for where something goes: two weeks hold every weekday twice
LEAST_PAIRED: Final = 20  # † days that have both for what goes together; Fisher's interval is rough below
LEAST_APART: Final = 6  # † days with an activity, and days without
ROLLING_DAYS: Final = 7
ROLLING_LEAST: Final = 3
ACTIVITIES_TOLD: Final = 8
FINDINGS_TOLD: Final = 8  # in a month: who is told everything is told nothing
GOALS_AT_MOST: Final = 200  # that figures are computed of, the newest
WORDS_TOLD: Final = 12  # tags, and terms, of a journal
TERM_LEAST: Final = 3  # entries that a term stands in
GAP_DAYS: Final = 3  # a gap in what is measured; two days are a weekend

SETTLES: Final = timedelta(minutes=10)  # after a change, so that an evening of logging is figured out once
PEOPLE_AT_ONCE: Final = 200  # that one sweep hands to the jobs

# What is worth telling, beyond being clear.
TELLS_TREND: Final = 0.15  # † points of mood a week
TELLS_FALL: Final = 0.5  # † … downwards, from which on it matters more
TELLS_TIE: Final = 0.3  # † of a rank correlation: weaker ones are clear in long logs, and mean little
TELLS_SWINGS: Final = 1.5  # † times as much from day to day as before …
SWINGS_RECENT: Final = 30  # … of this many days and of those before them
TELLS_SENTIMENT: Final = 0.02  # † a week, of a scale from −1 to 1
TELLS_MEASURE: Final = 0.03  # † of a measure's own mean, over the days looked at
TELLS_SILENCE: Final = 14  # † days without a measure …
SILENCE_AFTER: Final = 20  # … that stood in the log on so many
