"""Daylio's own exports, and what people make of them."""

import io
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tracking.imports.daylio import activities, moment, read, score_of
from tracking.imports.items import Found, Item, Refused, Unreadable

SAMPLES = Path(__file__).resolve().parents[3] / "data" / "health" / "daylio"
BERLIN = ZoneInfo("Europe/Berlin")
HEADER = "full_date,date,weekday,time,mood,activities,note_title,note\n"


def found_in(text: str, zone: str = "UTC") -> list[Item]:
    return list(read(io.BytesIO(text.encode()), zone))


def sample(name: str) -> list[Found]:
    with (SAMPLES / name).open("rb") as file:
        found = list(read(file, "Europe/Berlin"))
    assert all(isinstance(one, Found) for one in found)
    return found  # type: ignore[return-value]


def test_a_sample_with_notes_is_moods_and_a_journal() -> None:
    found = sample("test_data.csv")
    moods = [one for one in found if one.category == "mood"]
    texts = [one.given["text"] for one in found if one.category == "journal"]
    assert (len(moods), texts) == (32, ["Awesome", "Life is beautiful", "Just good", "Could be better"])
    assert moods[0].given == {
        "at": "2020-05-30T18:50:00+02:00",
        "time_zone": "Europe/Berlin",
        "score": 10,
        "activities": ["friends", "gaming", "programming", "nap"],
    }
    assert {one.given["score"] for one in moods} == {10, 8, 6, 4, 2}
    assert moods[-2].given["at"].startswith("2020-05-25T14:58")  # one line has 24 hours


def test_a_sample_with_words_of_its_own_keeps_them() -> None:
    found = [(one.given["score"], one.given.get("note")) for one in sample("sample_multiple_moods.csv")]
    assert found == [
        (6, "OK"), (6, "OK"), (8, "Refreshed"), (8, None), (6, "ok but sleepy"), (4, None), (4, "Anxious"),
    ]  # fmt: skip
    assert [one.given["score"] for one in sample("sample.csv")] == [4, 6, 6]
    assert sample("sample.csv")[1].given["activities"][:3] == ["stressed / frustrated", "eat out", "cook"]


def test_two_moods_of_one_minute_are_two() -> None:
    line = "2020-05-30,,,8:02 am,{},{},,\n"
    found = found_in(
        HEADER + line.format("good", "tea") + line.format("good", "walk") + line.format("bad", "")
    )
    assert len({one.source for one in found if isinstance(one, Found)}) == 3


def test_a_note_goes_into_the_journal_and_not_with_the_mood() -> None:
    mood, text = found_in(HEADER + '2020-05-30,,,8:02 am,good,,Title,"a\nb"\n')
    assert isinstance(mood, Found)
    assert isinstance(text, Found)
    assert "note" not in mood.given
    assert (text.category, text.given["text"]) == ("journal", "Title\n\na\nb")


@pytest.mark.parametrize(
    ("line", "field", "code"),
    [
        ("30.5.2020,,,8:02 am,good,,,", "full_date", "invalid"),
        ("2020-02-30,,,8:02 am,good,,,", "full_date", "invalid"),
        ("2020-05-30,,,8h,good,,,", "time", "invalid"),
        ("2020-05-30,,,25:00,good,,,", "time", "invalid"),
        ("2020-05-30,,,13:00 pm,good,,,", "time", "invalid"),
        ("2020-05-30,,,8:00,,,,", "mood", "required"),
        ("2020-05-30,,,8:00,purple,,,", "mood", "unknown"),
        (",,,8:00,good,,,", "full_date", "required"),
    ],
)
def test_a_bad_line_is_told_and_the_next_one_taken(line: str, field: str, code: str) -> None:
    found = found_in(f"{HEADER}{line}\n2020-05-30,,,8:02 am,good,,,\n")
    assert found[0] == Refused(2, field, code)
    assert isinstance(found[1], Found)


def test_another_file_is_refused_as_such() -> None:
    with pytest.raises(Unreadable) as found:
        found_in("at,score\n1,2\n")
    assert (found.value.field, found.value.code) == ("full_date", "required")


@pytest.mark.parametrize(
    ("clock", "hour", "minute"),
    [
        ("12:00 am", 0, 0), ("12:30 pm", 12, 30), ("1:05 PM", 13, 5), ("6:50\u202fpm", 18, 50),
        ("18:52", 18, 52), ("7.31", 7, 31), ("7:31 a. m.", 7, 31), ("7:31 p.m.", 19, 31), ("00:00", 0, 0),
    ],
)  # fmt: skip
def test_clocks_have_12_hours_or_24(clock: str, hour: int, minute: int) -> None:
    at = moment("2020-05-30", clock, BERLIN)
    assert (at.hour, at.minute) == (hour, minute)


def test_a_night_of_changed_clocks_has_its_moments() -> None:
    assert moment("2026-10-25", "02:30", BERLIN).astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert moment("2026-03-29", "02:30", BERLIN).astimezone(UTC) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_words_have_scores_by_what_they_begin_with() -> None:
    assert [score_of(word) for word in ("rad", "Rad", "sad but ok", "genial", "meh...", "grey")] == [
        10, 10, 4, 10, 6, None,
    ]  # fmt: skip


def test_activities_fit_the_limits_of_tags() -> None:
    assert activities(" a |b|| a | c  d ") == ["a", "b", "c d"]
    assert [len(word) for word in activities("x" * 100)] == [64]
    assert len(activities("|".join(str(n) for n in range(80)))) == 50
