"""`manage.py seed_rooms` and `manage.py create_room`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from chat.models import Room


def test_seeding_twice_makes_the_rooms_once() -> None:
    out = StringIO()
    call_command("seed_rooms", stdout=out)
    call_command("seed_rooms", stdout=out)
    slugs = set(Room.objects.values_list("slug", flat=True))
    english = {"anxiety", "low-mood", "sleep", "epilepsy", "caring", "talking"}
    assert slugs == english | {f"{slug}-es" for slug in english}
    assert "All default rooms are there." in out.getvalue()


def test_a_room_is_made_by_hand() -> None:
    call_command("create_room", "grief", capacity=5, retention="hours", stdout=StringIO())
    room = Room.objects.get(slug="grief")
    assert (room.topic, room.title, room.capacity, room.retention) == ("grief", "Grief", 5, "hours")


@pytest.mark.parametrize(
    "arguments", [("sleep",), ("no spaces",), ("grief", "--capacity=0"), ("grief", "--slow-mode-s=-1")]
)
def test_what_cannot_be_a_room_is_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("create_room", *arguments, stdout=StringIO())
