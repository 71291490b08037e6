"""What can be a username. Pure."""

import re
import unicodedata

NAME = r"^[\w.-]+$"
MIN_USERNAME = 2
MAX_USERNAME = 32
NOT_NAMES = frozenset({"me"})  # words of our own paths

_NAME = re.compile(NAME)


def one_spelling(name: str) -> str:
    """Return a name as it is kept: of letters that look alike, one."""
    return unicodedata.normalize("NFKC", name)


def name_fault(name: str) -> str:
    """Return why a name in its one spelling cannot be a username; empty if it can."""
    if not MIN_USERNAME <= len(name) <= MAX_USERNAME:
        return f"A username has {MIN_USERNAME} to {MAX_USERNAME} letters."
    if not _NAME.fullmatch(name) or name.casefold() in NOT_NAMES:
        return "This cannot be a username."
    return ""
