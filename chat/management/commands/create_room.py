"""`manage.py create_room`: one topic room more."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug
from django.db import IntegrityError

from chat import rooms
from chat.models import TOPIC_CAPACITY, Room


class Command(BaseCommand):
    """Makes one topic room."""

    help = "Make one topic room."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the room's fields."""
        parser.add_argument("slug")
        parser.add_argument("--topic", help="the slug's topic unless told")
        parser.add_argument("--title", help="made from the topic unless told")
        parser.add_argument("--language", default="en")
        parser.add_argument("--capacity", type=int, default=TOPIC_CAPACITY)
        parser.add_argument("--slow-mode-s", type=int, default=0)
        parser.add_argument("--retention", choices=Room.Retention.values, default=Room.Retention.DAYS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the room. Raises CommandError where the slug is taken or a number cannot be."""
        slug: str = options["slug"]
        topic: str = options["topic"] or slug
        if options["capacity"] < 1 or options["slow_mode_s"] < 0:
            raise CommandError("--capacity must be at least 1 and --slow-mode-s at least 0")
        try:
            validate_slug(slug)
            validate_slug(topic)
            room = rooms.create(
                slug=slug,
                topic=topic,
                title=options["title"] or topic.replace("-", " ").capitalize(),
                language=options["language"],
                capacity=options["capacity"],
                slow_mode_s=options["slow_mode_s"],
                retention=options["retention"],
            )
        except ValidationError as error:
            raise CommandError("a slug holds letters, digits, hyphens and underscores") from error
        except IntegrityError as error:
            raise CommandError(f"there is a room {slug} already") from error
        self.stdout.write(room.slug)
