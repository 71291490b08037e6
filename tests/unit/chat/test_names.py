"""Pseudonyms."""

import random

import pytest

from chat import names


def test_a_drawn_name_is_two_plain_words() -> None:
    name = names.draw(lambda key: False, random.Random(1))
    adjective, noun = name.split()
    assert adjective in names.ADJECTIVES
    assert noun in names.NOUNS


def test_there_are_names_enough_for_a_busy_room() -> None:
    assert len(set(names.ADJECTIVES)) * len(set(names.NOUNS)) > 10_000


def test_every_drawn_name_fits_and_none_poses_as_staff() -> None:
    rng = random.Random(2)
    drawn = [names.draw(lambda key: False, rng) for _ in range(500)]
    assert all(names.MIN_NAME <= len(name) <= names.MAX_NAME for name in drawn)
    assert not any(names.poses_as_staff(name) for name in drawn)


def test_a_taken_name_is_never_drawn() -> None:
    taken: set[str] = set()
    rng = random.Random(3)
    for _ in range(2_000):
        key = names.name_key(names.draw(lambda key: key in taken, rng))
        assert key not in taken
        taken.add(key)


def test_a_name_is_still_found_when_all_plain_ones_are_taken() -> None:
    name = names.draw(lambda key: len(key.split()) < 3, random.Random(4))
    assert len(name.split()) == 3
    last = names.draw(lambda key: not key[-1].isdigit(), random.Random(4))
    assert last[-1].isdigit()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Quiet Heron", "quiet heron"),
        ("ＱＵＩＥＴ heron", "quiet  Heron"),
        ("Straße", "STRASSE"),
        ("ﬁn", "FIN"),
    ],
)
def test_names_that_look_alike_are_the_same(one: str, other: str) -> None:
    assert names.name_key(one) == names.name_key(other)


@pytest.mark.parametrize(
    "name",
    ["Moderator", "m0derator", "The Moderator", "MOD", "Admin 2", "a.d.m.i.n", "Hearth", "Moderación",
     "Dr House", "Ｍｏｄｅｒａｔｏｒ", "Mod Sam", "supervis0r", "mоderаtor"],
)  # fmt: skip
def test_a_name_that_staff_could_bear_is_known(name: str) -> None:
    assert names.poses_as_staff(name)


@pytest.mark.parametrize("name", ["Quiet Heron", "Sam", "Modest Fox", "Drew", "Heather"])
def test_an_innocent_name_is_let_through(name: str) -> None:
    assert not names.poses_as_staff(name)
