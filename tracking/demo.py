"""Two months of Alice's days in a development house: the same every time, with gaps, ending yesterday."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from accounts.demo import NotHere
from accounts.models import User
from tracking import editions
from tracking.catalogue import BY_CATEGORY
from tracking.days import local_day
from tracking.entries import Entry
from tracking.storing import insert

DAYS: Final = 60
SEED: Final = 60
GAP: Final = frozenset({19, 20, 21})  # days ago on which nothing was logged: missing is never zero
NIGHTS_OUT: Final = frozenset({6, 13, 34})
SEIZURES: Final = {11: 95, 24: 40, 43: 150, 44: 70}  # days ago, and how many seconds it lasted
TEXTS: Final = {
    2: "Slept well, and the walk by the river helped.",
    11: "A seizure after a short night. Bob was with me.",
    30: "First week of the new job: tired, and glad of it.",
    44: "Two bad days. Stayed in.",
}  # of days ago
Given = tuple[str, dict[str, Any]]


@transaction.atomic
def make_days(now: datetime) -> int:
    """Log Alice's days and return how many entries that are; 0 where she has some. Raises `NotHere`."""
    if settings.PRODUCTION:
        raise NotHere
    alice = User.objects.filter(username="alice").first()
    if alice is None or _has_days(alice.pk):
        return 0
    made: dict[str, list[Entry]] = {}
    for category, given in days(local_day(now, alice.time_zone), ZoneInfo(alice.time_zone)):
        row = BY_CATEGORY[category].made(
            given, owner=alice.pk, author=alice.pk, zone=alice.time_zone, now=now
        )
        row.created_at = getattr(row, row.WHEN)
        made.setdefault(category, []).append(row)
    for category, rows in made.items():
        insert(BY_CATEGORY[category].model, rows)
    editions.renew(alice.pk, now)
    return sum(len(rows) for rows in made.values())


def _has_days(person: UUID) -> bool:
    models = (resource.model for resource in BY_CATEGORY.values())
    return any(model._default_manager.filter(user_id=person).exists() for model in models)


def days(today: date, zone: ZoneInfo) -> Iterator[Given]:
    """Return the entries of the days before `today`, by category. Pure."""
    chance = Random(SEED)
    for ago in range(DAYS, 0, -1):
        drawn = [chance.random() for _ in range(12)]  # whatever a day is: the next one is the same
        if ago not in GAP:
            yield from _day(today - timedelta(days=ago), ago, drawn, zone)


def _day(day: date, ago: int, drawn: list[float], zone: ZoneInfo) -> Iterator[Given]:
    def at(hour: float, of: date = day) -> datetime:
        return (datetime.combine(of, time(0), zone) + timedelta(hours=hour)).astimezone(UTC)

    short = ago in NIGHTS_OUT or ago in SEIZURES
    wake = 6.6 + drawn[0] + (1.2 if day.weekday() >= 5 else 0)
    slept = (4.6 if short else 6.7) + 1.6 * drawn[1]
    quality = max(1, min(5, round(slept - 3.2 + drawn[2])))
    awakenings = int(4 * drawn[3])
    yield "sleep", {"start": at(wake - slept), "end": at(wake), "quality": quality, "awakenings": awakenings}
    for place, hour in enumerate((9.5, 20.5)[: 1 + (drawn[4] > 0.25)]):
        swing = 3 * drawn[5 + place] - 1.5
        score = max(1, min(10, round(2.5 + 0.7 * slept + swing + (DAYS - ago) / 60 - 2 * (ago in SEIZURES))))
        activities = [
            word for word, share in (("walk", 0.5), ("reading", 0.7), ("friends", 0.8)) if drawn[7] > share
        ]
        yield "mood", {"at": at(hour), "score": score, "energy": max(1, score - 1), "activities": activities}
    steps = round(2_500 + 7_000 * drawn[8] * (0.5 if short else 1))
    yield "health-metrics", {"metric_type": "steps", "value": float(steps), "recorded_at": at(22)}
    if ago % 2 == 0:
        weight = round(72.4 - 0.025 * (DAYS - ago) + 0.6 * (drawn[9] - 0.5), 1)
        yield "health-metrics", {"metric_type": "weight", "value": weight, "recorded_at": at(wake + 0.3)}
    if ago in SEIZURES:
        start = at(14 + 4 * drawn[10])
        seconds = SEIZURES[ago]
        yield (
            "seizures",
            {
                "start": start,
                "end": start + timedelta(seconds=seconds),
                "duration_s": seconds,
                "seizure_class": "focal",
                "consciousness": "impaired" if seconds > 60 else "preserved",
                "trigger": "little sleep",
            },
        )
    if ago in TEXTS:
        yield "journal", {"at": at(21), "text": TEXTS[ago], "tags": ["evening"]}
