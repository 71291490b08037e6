"""The numbers of safety, in one place; those marked † are for clinical owners to change."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class SafetyNumbers:
    """What is read from `settings.SAFETY`."""

    delay: timedelta = timedelta(seconds=30)  # † in which a person can take back what is about to be told
    contacts: int = 10  # † of one person
    notices_a_day: int = 10  # † a person sends themselves; a moderator's are bounded by their cases
    words: int = 500  # characters; with what is said around it, an SMS still holds them (Twilio takes 1,600)
    text: int = 4_000  # characters of one text of the plan
    kept: timedelta = timedelta(days=30)  # a notice after it ended, as long as its deliveries
