"""Makes the rooms of a benchmark, for `manage.py shell`. BENCH_ROOMS holds patterns and counts."""

import json
import os

from django.db import transaction

from chat import rooms

CAPACITY = 5_000  # above the largest scenario, so that nobody is sent to another room

with transaction.atomic():
    for pattern, count in json.loads(os.environ["BENCH_ROOMS"]):
        for number in range(count):
            slug = pattern % number
            rooms.create(
                slug=slug, topic="bench", title=slug, language="en", capacity=CAPACITY, retention="hours"
            )
