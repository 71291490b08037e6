"""Making rooms, finding them and opening another one of a full topic."""

import re

from django.db import IntegrityError, transaction

from chat.models import TOPIC_CAPACITY, Room
from runtime import clock
from streams import log, presence

_NUMBER = re.compile(r"[- ]\d+$")  # of `sleep-2`, and of its title


def create(
    *,
    slug: str,
    topic: str,
    title: str,
    language: str,
    capacity: int = TOPIC_CAPACITY,
    slow_mode_s: int = 0,
    retention: str = Room.Retention.DAYS,
    kind: str = Room.Kind.TOPIC,
) -> Room:
    """Make a room and its stream. Raises `IntegrityError` where the slug is taken. Synchronous."""
    with transaction.atomic():
        ref = log.create(log.new_room_name())
        room = Room(
            stream_id=ref.id,
            slug=slug,
            topic=topic,
            title=title,
            language=language,
            kind=kind,
            capacity=capacity,
            slow_mode_s=slow_mode_s,
            retention=retention,
            created_at=clock.now(),
        )
        room.save(force_insert=True)
    return Room.objects.select_related("stream").get(pk=ref.id)


def find(slug: str) -> Room | None:
    """Return the room of that slug with its stream, or None. Synchronous."""
    return Room.objects.select_related("stream").filter(slug=slug).first()


def full(room: Room) -> bool:
    """Tell whether as many people are connected as the room holds."""
    return presence.people(room.pk) >= room.capacity


def another(room: Room) -> Room:
    """Return an open room of the topic and language with space, made now if there is none. Synchronous."""
    siblings = Room.objects.select_related("stream").filter(
        kind=Room.Kind.TOPIC, topic=room.topic, language=room.language, closed=False
    )
    for sibling in siblings.order_by("created_at", "slug"):
        if sibling.pk != room.pk and not full(sibling):
            return sibling
    return _open_another(room)


def _open_another(room: Room) -> Room:
    """Make the next room of a topic: `sleep` is followed by `sleep-2`."""
    base, title = _NUMBER.sub("", room.slug), _NUMBER.sub("", room.title)
    number = 2
    while True:
        slug = f"{base}-{number}"
        if not Room.objects.filter(slug=slug).exists():
            try:
                return create(
                    slug=slug,
                    topic=room.topic,
                    title=f"{title} {number}",
                    language=room.language,
                    capacity=room.capacity,
                    slow_mode_s=room.slow_mode_s,
                    retention=room.retention,
                )
            except IntegrityError:
                pass  # another process was faster: look for the next number
        number += 1
