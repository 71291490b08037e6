"""When a delivery is tried again. Pure: chance comes in as an argument."""

from datetime import timedelta
from typing import Final

MAX_ATTEMPTS: Final = 9  # with the pauses below, some four hours
FIRST_S = 30.0
LONGEST_S = 3_600.0
LONGEST_ASKED_S = 21_600.0  # a provider that asks for more than six hours is not waited for any longer


def pause(attempts: int, chance: float, asked_s: float | None = None) -> timedelta | None:
    """Return how long to wait after `attempts` failures, or None to give up.

    30 s, doubled each time up to an hour, of which `chance` (0–1) takes away up to a half, so that what
    failed together does not come back together; never sooner than the provider asked for.
    """
    if attempts >= MAX_ATTEMPTS:
        return None
    whole = min(LONGEST_S, FIRST_S * 2.0 ** (attempts - 1))
    asked = min(asked_s or 0.0, LONGEST_ASKED_S)
    return timedelta(seconds=max(whole * (1 - chance / 2), asked))
