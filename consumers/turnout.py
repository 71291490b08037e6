"""What a room was last told of how many people are here."""

from protocol import limits


class Turnout:
    """Decides when a room is told how many are here. Pure: time (monotonic seconds) is an argument."""

    __slots__ = ("_at", "_owed", "_people")

    def __init__(self) -> None:
        self._people = -1
        self._at = -limits.PRESENCE_SECONDS
        self._owed = False

    def early(self, people: int, now: float) -> bool:
        """Return True while it is too early to tell again.

        A number that stood meanwhile is owed a word even where the old one is back by then: whoever asked
        (`join`, `members`) was given it.
        """
        if now - self._at >= limits.PRESENCE_SECONDS:
            return False
        self._owed |= people != self._people
        return True

    def tell(self, people: int, now: float) -> bool:
        """Return True, and take it as told, if there is something to tell now."""
        if people == self._people and not self._owed:
            return False
        self._people, self._at, self._owed = people, now, False
        return True
