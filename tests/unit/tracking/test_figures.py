"""What days come to as a whole, and what of it is worth telling: nothing that is not clear."""

import json
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.figures.findings import Finding, findings
from tracking.figures.journal import JournalEntry, journal_figures
from tracking.figures.measures import GoalFigures, goal_steps, measure_figures
from tracking.figures.mood import MoodEntry, mood_beside, mood_figures
from tracking.figures.series import Point
from tracking.figures.told import as_json
from tracking.figures.whole import SECTIONS, Logged, figured
from tracking.figures.wording import ENGLISH, SPANISH, worded

UNTIL = date(2026, 11, 20)


def days_ago(days: int) -> date:
    return UNTIL - timedelta(days=days)


def moods(score: Callable[[int], float], days: int = 60, **extra: Any) -> list[MoodEntry]:
    return [MoodEntry(days_ago(days - 1 - one), score(one), **extra) for one in range(days)]


def line(value: Callable[[int], float], days: int = 60, until: int = 0) -> list[Point]:
    return [Point(days_ago(days - 1 - one + until), value(one)) for one in range(days)]


def told(logged: Logged) -> dict[str, Finding]:
    return {one.kind: one for one in findings(figured(logged), logged)}


def test_nothing_logged_is_nothing_and_never_zero() -> None:
    nothing = Logged(UNTIL)
    assert as_json(figured(nothing)) == {
        "mood": None,
        "mood_and_sleep": None,
        "mood_and_exercise": None,
        "journal": None,
        "measures": [],
        "goals": [],
    }
    assert findings(figured(nothing), nothing) == []


def test_figures_are_json(tmp_path: object) -> None:
    full = Logged(
        UNTIL,
        moods=moods(lambda day: 1 + day % 10, activities=("walk",)),
        sleep=line(lambda day: 400.0 + day),
        exercise=line(lambda day: 30.0),
        journal=[JournalEntry(UNTIL, 9, "A good day.", ("work",))],
        measures={"weight": line(lambda day: 70.0)},
        goals=[
            GoalFigures(
                "x", "other", "active", 0.5, goal_steps(0, 10, [(datetime(2026, 1, 1, tzinfo=UTC), 5)])
            )
        ],
    )
    plain = as_json(figured(full))
    assert json.loads(json.dumps(plain)) == plain
    assert set(plain) == set(SECTIONS)
    assert plain["goals"][0]["steps"] == [{"at": "2026-01-01T00:00:00.000Z", "progress": 0.5}]


def test_moods_of_one_day_are_one_day() -> None:
    found = mood_figures([MoodEntry(UNTIL, 2), MoodEntry(UNTIL, 8), MoodEntry(days_ago(1), 5)])
    assert found is not None
    assert (found.entries, found.days, found.mean) == (3, 2, 5)
    assert (found.volatility, found.trend) == (None, None)


def test_activities_are_compared_on_enough_days_alone() -> None:
    entries = [
        MoodEntry(days_ago(day), 8 if day % 2 else 4, ("Walk",) if day % 2 else ()) for day in range(40)
    ] + [MoodEntry(days_ago(day), 8, ("once",)) for day in range(0, 10, 2)]
    found = mood_figures(entries)
    assert found is not None
    (walk,) = found.activities
    assert (walk.name, walk.days_with, walk.days_without) == ("walk", 20, 20)
    assert walk.mean_with > walk.mean_without
    assert walk.tie.clear


def test_of_many_activities_chance_finds_none() -> None:
    """Forty activities strewn at random: with 95 % each, two would look clear."""
    chance = random.Random(5)
    entries = [
        MoodEntry(
            days_ago(day), chance.randint(1, 10), tuple(f"a{n}" for n in range(40) if chance.random() < 0.4)
        )
        for day in range(90)
    ]
    found = mood_figures(entries)
    assert found is not None
    assert found.activities
    assert not any(one.tie.clear for one in found.activities)


def test_sleep_is_paired_with_the_mood_of_its_day() -> None:
    chance = random.Random(3)
    nights = line(lambda day: chance.randint(300, 560))
    entries = [MoodEntry(night.day, round((night.value - 250) / 40)) for night in nights]
    tie = mood_beside(entries, nights)
    assert tie is not None
    assert tie.clear
    assert tie.rho > 0.9
    assert mood_beside(entries[:19], nights) is None
    shifted = [Point(night.day + timedelta(days=1), night.value) for night in nights]
    assert abs(mood_beside(entries, shifted).rho) < 0.5  # type: ignore[union-attr]


@given(
    st.lists(
        st.tuples(st.integers(0, 100), st.integers(0, 23), st.text(max_size=80)), min_size=1, max_size=20
    )
)
def test_any_journal_has_figures(written: list[tuple[int, int, str]]) -> None:
    entries = [JournalEntry(days_ago(day), hour, text) for day, hour, text in written]
    found = journal_figures(entries, UNTIL, "en")
    assert found is not None
    assert found.entries == len(written) == sum(found.writing.parts_of_day.values())
    assert sum(week.entries for week in found.weeks) == len(written)
    json.dumps(as_json(found))


def test_a_journal_tells_topics_habits_and_coping() -> None:
    entries = [
        JournalEntry(days_ago(21), 7, "Sad about the exam. Went for a walk.", ("School",)),
        JournalEntry(days_ago(14), 20, "The exam again, and it was hard.", ("school",)),
        JournalEntry(days_ago(7), 21, "The exam is over! So happy.", ("school", "relief")),
    ]
    found = journal_figures(entries, UNTIL, "en")
    assert found is not None
    assert [(one.name, one.entries) for one in found.tags] == [("school", 3), ("relief", 1)]
    assert [(one.name, one.entries) for one in found.terms] == [("exam", 3)]
    assert [(one.name, one.entries) for one in found.coping] == [("movement", 1)]
    assert found.writing.parts_of_day == {"night": 0, "morning": 1, "afternoon": 0, "evening": 2}
    assert found.writing.longest_gap_days == 7  # since the last text
    assert found.weeks[0].sentiment is not None
    assert found.weeks[-1].sentiment > found.weeks[0].sentiment  # type: ignore[operator]
    assert found.progress is None


def test_a_measure_has_its_gaps() -> None:
    held = [Point(days_ago(day), 70.0) for day in (30, 29, 20, 19, 18)]
    found = measure_figures("weight", held, UNTIL)
    assert found is not None
    assert [gap.days for gap in found.gaps] == [8, 18]
    assert (found.days, found.latest.day, found.mean) == (5, days_ago(18), 70)


def test_a_goal_goes_its_way() -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    steps = goal_steps(80, 70, [(at + timedelta(days=2), 75), (at, 80), (at + timedelta(days=4), 90)])
    assert [step.progress for step in steps] == [0, 0.5, 0]


def test_a_fall_is_told_and_matters_more_the_steeper_it_is() -> None:
    slow = told(Logged(UNTIL, moods=moods(lambda day: 8 - day * 0.04)))["mood_down"]
    steep = told(Logged(UNTIL, moods=moods(lambda day: 9 - day * 0.1)))["mood_down"]
    assert (slow.severity, steep.severity) == ("low", "medium")
    assert steep.numbers["per_week"] == pytest.approx(0.7)
    assert told(Logged(UNTIL, moods=moods(lambda day: 3 + day * 0.1)))["mood_up"].severity == "low"


def test_too_few_days_and_too_small_a_change_are_not_told() -> None:
    assert told(Logged(UNTIL, moods=moods(lambda day: 9 - day, days=9))) == {}
    assert told(Logged(UNTIL, moods=moods(lambda day: 5 + day * 0.01))) == {}


def test_moods_that_begin_to_swing_are_told() -> None:
    entries = moods(lambda day: 6 + (day % 2) * (0.5 if day < 30 else 4), days=60)
    assert told(Logged(UNTIL, moods=entries))["mood_swings"].numbers["before"] == 0.5
    assert "mood_swings" not in told(Logged(UNTIL, moods=moods(lambda day: 3 + (day % 2) * 4)))


def test_chance_is_not_told() -> None:
    """Fifty people whose moods, nights and weights are dice: at most a few are told anything at all."""
    kinds = []
    for seed in range(50):
        chance = random.Random(seed)
        dice = Logged(
            UNTIL,
            moods=moods(lambda day: chance.randint(1, 10), days=120),  # noqa: B023
            sleep=line(lambda day: chance.randint(300, 600), days=120),  # noqa: B023
            measures={"weight": line(lambda day: 70 + chance.random(), days=120)},  # noqa: B023
        )
        kinds += list(told(dice))
    assert len(kinds) <= 5


def test_what_fell_silent_is_told_of_what_was_logged_often() -> None:
    often, seldom = line(lambda day: 70.0, days=30, until=14), line(lambda day: 70.0, days=5, until=14)
    assert told(Logged(UNTIL, measures={"weight": often}))["measure_silent"].numbers == {"days": 14}
    assert told(Logged(UNTIL, measures={"weight": seldom})) == {}


def test_a_goal_is_told_when_it_is_reached_and_not_closed() -> None:
    reached = GoalFigures("x", "better_sleep", "active", 1.0, ())
    assert told(Logged(UNTIL, goals=[reached]))["goal_reached"].subject == "better_sleep"
    closed = GoalFigures("x", "better_sleep", "completed", 1.0, ())
    assert told(Logged(UNTIL, goals=[closed])) == {}


def test_every_kind_has_words_in_both_languages_and_none_of_an_illness() -> None:
    assert set(ENGLISH) == set(SPANISH)
    numbers = dict.fromkeys(("per_week", "days", "recent", "before", "with", "without"), 1.25)
    for kind in ENGLISH:
        for locale, nature in (
            ("en", "no medical judgement"),
            ("es", "no es un juicio médico"),
            ("fr", "no medical"),
        ):
            title, body = worded(Finding(kind, "mood", 1, subject="{walk}", numbers=numbers), locale)
            assert nature in body
            assert 0 < len(title) <= 200
            for word in (
                "depress",
                "disorder",
                "diagnos",
                "symptom",
                "deprim",
                "trastorno",
                "síntoma",
                "bipolar",
            ):
                assert word not in f"{title} {body}".lower()


def test_numbers_are_written_as_each_language_writes_them() -> None:
    finding = Finding("mood_up", "mood", 1, numbers={"per_week": 0.5, "days": 20})
    assert "0.5 points" in worded(finding, "en")[1]
    assert "0,5 puntos" in worded(finding, "es-ES")[1]
    assert "20 días" in worded(finding, "es")[1]
