"""The numbers of the moderation pipeline, in one place; those marked † are for clinical owners to change."""

from datetime import timedelta
from typing import Final

from moderation.policy.verdict import Level

EPISODE: Final = timedelta(hours=24)  # † a new flag within this joins the sender's case in the room
SOFT_HITS_TO_CASE: Final = 3  # † soft hits of one sender …
SOFT_HITS_WITHIN: Final = timedelta(hours=24)  # † … in this time reach the queue
SOFT_HITS_LEVEL: Final = Level.L1  # † as this level

CLAIM_WITHIN: Final[dict[Level, timedelta]] = {  # † claim p95; `due_at` of a case
    Level.L4: timedelta(seconds=30),
    Level.L3: timedelta(minutes=2),
    Level.H: timedelta(minutes=2),
    Level.L2: timedelta(minutes=10),
    Level.L1: timedelta(minutes=60),
    Level.C: timedelta(hours=4),
}
PAGE_SUPERVISOR_AFTER: Final = timedelta(seconds=30)  # † L4 unclaimed
PAGE_CLINICIAN_AFTER: Final = timedelta(seconds=60)  # † L4 unclaimed

LEASE: Final = timedelta(seconds=90)  # † a claim holds this long without renewal
RENEW_EVERY: Final = timedelta(seconds=20)
CONFIRM_WITHIN: Final = timedelta(minutes=10)  # † an L4 decision waits this long for a second moderator
DUTY_AFTER_SOCKET: Final = timedelta(minutes=2)  # † duty lapses after a moderator's last socket closed
DUTY_AFTER_HTTP: Final = timedelta(minutes=15)  # † … or after the last call over HTTP

SEEN_EVERY: Final = timedelta(seconds=20)  # an open socket says this often that its moderator is there
MUTE_LASTS: Final = timedelta(hours=1)  # † where a moderator names no end
REMOVAL_LASTS: Final = timedelta(hours=24)  # †
SLOW_MODE_S: Final = 30  # † between two messages of one member, where no other pace is named
SLOW_MODE_MOST_S: Final = 3_600
WAIT_MOST: Final = timedelta(hours=24)  # † a case waits for somebody this long at most
TALK_KEPT: Final = timedelta(days=30)  # † what moderator and person wrote each other, after the case closed
APPEAL_WITHIN: Final = timedelta(days=180)  # † a decision can be appealed this long

BREAK_GLASS_ASK_LASTS: Final = timedelta(hours=1)  # † a second person must approve within this
BREAK_GLASS_SHOWS: Final = timedelta(hours=1)  # † an identity is shown this long after the approval
BREAK_GLASS_REVIEW_WITHIN: Final = timedelta(days=3)  # † later, the log says daily that a review is wanting

CLASSIFIER_BUDGET: Final = timedelta(milliseconds=150)  # † past this the rules decide alone
SCORE_OWED_FOR: Final = timedelta(
    days=7
)  # † a message that waited longer for its score is given up, and said
CONTEXT_MESSAGES: Final = 3  # earlier messages that screening takes into account

CARD_LEVELS: Final = frozenset({Level.L1, Level.L2, Level.L3, Level.L4})  # † who gets the card
CONTACTS_STALE_AFTER: Final = timedelta(days=365)  # † an older `verified_at` falls back to the directory
CONTACTS_ON_CARD: Final = 2

REPORT_LEVELS: Final[dict[str, Level]] = {  # † a person's report opens a case at this level
    "danger": Level.L3,
    "harassment": Level.C,
    "spam": Level.C,
    "private": Level.C,
    "other": Level.C,
}
# † a classifier's label at or above a score gives a level; the strictest wins
SCORE_LEVELS: Final[dict[str, tuple[tuple[float, Level], ...]]] = {
    "self_risk": ((0.97, Level.L3), (0.85, Level.L2), (0.6, Level.L1)),
    "other_risk": ((0.95, Level.L3), (0.85, Level.L2)),
    "domestic": ((0.95, Level.L3), (0.85, Level.L2)),
    "threat": ((0.95, Level.H),),
    "abuse": ((0.95, Level.C),),
}
