"""The rooms as the pages list them."""

from __future__ import annotations

from dataclasses import dataclass

from chat.models import Room
from streams import presence
from web.texts import catalogue

ICONS = {
    "anxiety": "wave",
    "low-mood": "cloud",
    "sleep": "moon",
    "epilepsy": "pulse",
    "caring": "hands",
    "talking": "cup",
}


@dataclass(frozen=True)
class Door:
    """One open topic room on a page."""

    slug: str
    topic: str
    title: str
    language: str
    line: str
    icon: str
    people: int


def doors(language: str) -> list[Door]:
    """Return the open topic rooms whose talk is in `language`, the liveliest first.

    Each topic stands there once: of its rooms the fullest that has a place left.
    """
    rooms = Room.objects.filter(kind=Room.Kind.TOPIC, closed=False, language=language)
    best: dict[str, Door] = {}
    for room in rooms.select_related("stream").order_by("created_at", "slug"):
        people = presence.people(room.stream_id)
        known = best.get(room.topic)
        if known is None or known.people < people < room.capacity:
            best[room.topic] = _door(room, people)
    return sorted(best.values(), key=lambda door: (-door.people, door.title))


def title_of(slug: str) -> str | None:
    """Return the title of a topic room, or None: a pair's room tells nothing of itself."""
    return Room.objects.filter(kind=Room.Kind.TOPIC, slug=slug).values_list("title", flat=True).first()


def languages() -> set[str]:
    """Return the languages in which a topic room is open."""
    open_rooms = Room.objects.filter(kind=Room.Kind.TOPIC, closed=False)
    return set(open_rooms.values_list("language", flat=True).distinct().order_by())


def _door(room: Room, people: int) -> Door:
    line = catalogue.topic_line(room.language if room.language in catalogue.TEXTS else "en", room.topic)
    return Door(room.slug, room.topic, room.title, room.language, line, ICONS.get(room.topic, "cup"), people)
