"""When a room is told how many people are here."""

from consumers.turnout import Turnout
from protocol.limits import PRESENCE_SECONDS


def test_a_change_is_told_once_and_the_next_at_the_earliest_5_s_later() -> None:
    turnout = Turnout()
    assert not turnout.early(1, 100.0)
    assert turnout.tell(1, 100.0)
    assert not turnout.tell(1, 101.0)
    assert turnout.early(2, 100.0 + PRESENCE_SECONDS - 0.1)
    assert not turnout.early(2, 100.0 + PRESENCE_SECONDS)
    assert turnout.tell(2, 100.0 + PRESENCE_SECONDS)


def test_who_came_and_went_between_two_words_is_told_all_the_same() -> None:
    """A page that asked in between knows of two, and must hear that it is one again."""
    turnout = Turnout()
    turnout.tell(1, 100.0)
    assert turnout.early(2, 101.0)
    assert turnout.early(1, 103.0)
    assert not turnout.early(1, 105.0)
    assert turnout.tell(1, 105.0)
    assert not turnout.tell(1, 111.0)
