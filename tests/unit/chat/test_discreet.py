"""Who is shown as here, and how late."""

import random

from chat.members import Discreet


def test_a_change_shows_late_but_within_half_a_minute() -> None:
    discreet = Discreet(random.Random(5))
    assert discreet.look(1, {"m_a"}, 0.0) == {"m_a"}
    assert discreet.look(1, {"m_a", "m_b"}, 0.0) == {"m_a"}
    assert discreet.look(1, {"m_a", "m_b"}, 30.0) == {"m_a", "m_b"}


def test_two_rooms_do_not_flip_at_one_moment() -> None:
    discreet = Discreet(random.Random(6))
    rooms = range(20)
    for room in rooms:
        discreet.look(room, {"x"}, 0.0)
    flips = {}
    for tenth in range(1, 301):
        for room in rooms:
            if room not in flips and not discreet.look(room, set(), tenth / 10):
                flips[room] = tenth
    assert len(flips) == 20
    assert len(set(flips.values())) > 10


def test_rooms_nobody_asks_about_any_more_are_forgotten() -> None:
    discreet = Discreet(random.Random(7))
    for room in range(500):
        discreet.look(room, set(), room / 10)
    assert len(discreet) <= 301
    discreet.look(1, set(), 1_000.0)
    assert len(discreet) == 1
