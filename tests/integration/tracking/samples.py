"""One table of what each resource takes: the contract tests run over all of it."""

from dataclasses import dataclass, field
from typing import Any

ZONE = "Europe/Berlin"


@dataclass(frozen=True)
class Sample:
    """A resource's door with entries that it takes, and entries that it refuses."""

    path: str
    least: dict[str, Any]  # what has to be given
    most: dict[str, Any]  # everything else that may be
    change: dict[str, Any]
    wrong: tuple[tuple[str, Any, Any, Any], ...] = ()  # field, value, and the bounds that the refusal tells
    when: str = "at"
    category: str = ""
    computed: dict[str, Any] = field(default_factory=dict)  # of `least`
    others: set[str] = field(default_factory=set)  # further fields that are never null
    follows: dict[str, Any] = field(default_factory=dict)  # from the change of a full entry
    methods: tuple[str, ...] = ("PUT", "PATCH")  # that change what they name

    @property
    def full(self) -> dict[str, Any]:
        return {**self.least, **self.most, "time_zone": ZONE, "note": "a note\nof two lines"}

    @property
    def grant(self) -> str:
        return self.category or self.path


def at(hour: int = 10, day: int = 20, minute: int = 0) -> str:
    """A moment of November 2026, as the wire tells it."""
    return f"2026-11-{day:02}T{hour:02}:{minute:02}:00.000Z"


SLEEP = Sample(
    "sleep",
    {"start": at(22, 19), "end": at(6, 20)},
    {"quality": 4, "awakenings": 0},
    {"quality": 2},
    (
        ("quality", 0, 1, 5),
        ("quality", 6, 1, 5),
        ("awakenings", 51, 0, 50),
        ("end", at(22, 19), at(22, 19), at(22, 20)),
        ("end", at(23, 20), at(22, 19), at(22, 20)),
    ),
    when="end",
    computed={"date": "2026-11-20", "duration_min": 480},
)
EXERCISE = Sample(
    "exercise",
    {"start": at(), "kind": "walking", "duration_min": 42.5, "intensity": "low"},
    {"steps": 4_000, "distance_m": 3_100.5},
    {"intensity": "high"},
    (
        ("duration_min", 0, 1, 1_440),
        ("duration_min", 1_441, 1, 1_440),
        ("steps", 100_001, 0, 100_000),
        ("distance_m", -1, 0, 500_000),
    ),
    when="start",
)
MEALS = Sample(
    "meals",
    {"at": at(), "meal_type": "lunch"},
    {"calories": 650, "protein": 20.5, "carbs": 80, "fat": 0, "water_ml": 250},
    {"calories": 700},
    (
        ("calories", 10_001, 0, 10_000),
        ("protein", 1_001, 0, 1_000),
        ("carbs", -1, 0, 1_000),
        ("fat", 1_000.5, 0, 1_000),
        ("water_ml", 10_001, 0, 10_000),
    ),
)
NUTRITION = Sample("nutrition-logs", MEALS.least, MEALS.most, MEALS.change, MEALS.wrong, category="meals")
MEETINGS = Sample(
    "meetings",
    {"at": at(), "who": "friends", "positivity": 4},
    {},
    {"positivity": 1},
    (("positivity", 0, 1, 5), ("positivity", 6, 1, 5)),
)
SEIZURES = Sample(
    "seizures",
    {"start": at(), "seizure_class": "focal"},
    {
        "end": at(10, 20, 2),
        "duration_s": 120,
        "consciousness": "impaired",
        "features": ["automatisms", "head turn"],
        "trigger": "little sleep",
        "rescue_medication": "midazolam",
        "witness": "Bob",
    },
    {"seizure_class": "unknown"},
    (
        ("duration_s", 86_401, 0, 86_400),
        ("duration_s", -1, 0, 86_400),
        ("end", at(9), at(), at(10, 21)),
    ),
    when="start",
    computed={"end": None, "duration_s": None},
)
MOOD = Sample(
    "mood",
    {"at": at(), "score": 7},
    {"energy": 3, "sleep_quality": 5, "activities": ["reading", "garden"]},
    {"score": 8},
    (("score", 0, 1, 10), ("score", 11, 1, 10), ("energy", 11, 1, 10), ("sleep_quality", 6, 1, 5)),
)

SAMPLES = (SLEEP, EXERCISE, MEALS, NUTRITION, MEETINGS, SEIZURES, MOOD)
