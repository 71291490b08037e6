"""`daylio`: the CSV that Daylio exports. A line is a mood, and a journal entry where it has a note. Pure.

Notes do not go with the mood: whoever was let see moods was not let read a diary.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, BinaryIO, Final
from zoneinfo import ZoneInfo

from tracking.imports.items import Found, Item, Refused, Unreadable
from tracking.imports.rows import Row, Table
from tracking.numbers import WORD_LENGTH, WORDS

NEEDED: Final = ("full_date", "time", "mood")
# Daylio's own five moods, each twice its place from the bottom, in the two languages of this house …
OWN: Final[Mapping[str, int]] = MappingProxyType(
    {
        "rad": 10, "good": 8, "meh": 6, "bad": 4, "awful": 2,
        "genial": 10, "bien": 8, "regular": 6, "mal": 4, "fatal": 2,
    }
)  # fmt: skip
# … and words that people put in their place. A mood that begins with one is it: "ok but sleepy".
OTHERS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "amazing": 10, "awesome": 10, "ecstatic": 10, "excellent": 10, "excited": 10, "fantastic": 10,
        "super": 10, "wonderful": 10,
        "calm": 8, "content": 8, "fine": 8, "great": 8, "happy": 8, "joyful": 8, "motivated": 8, "proud": 8,
        "refreshed": 8, "relaxed": 8, "rested": 8,
        "average": 6, "neutral": 6, "normal": 6, "ok": 6, "okay": 6, "so-so": 6,
        "angry": 4, "annoyed": 4, "anxious": 4, "bored": 4, "down": 4, "exhausted": 4, "frustrated": 4,
        "irritated": 4, "lonely": 4, "low": 4, "nervous": 4, "sad": 4, "sick": 4, "stressed": 4, "tired": 4,
        "unwell": 4, "worried": 4,
        "depressed": 2, "desperate": 2, "horrible": 2, "miserable": 2, "panicked": 2, "terrible": 2,
        "contento": 8, "contenta": 8, "feliz": 8, "tranquilo": 8, "tranquila": 8,
        "ansioso": 4, "ansiosa": 4, "cansado": 4, "cansada": 4, "triste": 4,
        "deprimido": 2, "deprimida": 2,
    }
)  # fmt: skip
CLOCK: Final = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.]\d{2})? ?([ap])?\.? ?(?:m\.?)?", re.IGNORECASE)
SPACES: Final = re.compile(r"\s+")  # some exports have a narrow no-break one before "pm"


def read(file: BinaryIO, zone: str) -> Iterator[Item]:
    """Return what the file holds; its times are local to `zone`. Raises `Unreadable`."""
    table = Table(file)
    for name in NEEDED:
        if name not in table.header:
            raise Unreadable("required", 1, name)
    where = ZoneInfo(zone)
    for row in table:
        if isinstance(row, Row):
            yield from line(row, where)
        else:
            yield row


def line(row: Row, zone: ZoneInfo) -> list[Item]:
    """Return the entries of one line: a mood, and what was written about it; or what is wrong with it."""
    cells = row.cells
    for name in NEEDED:
        if name not in cells:
            return [Refused(row.line, name, "required")]
    try:
        at = moment(cells["full_date"], cells["time"], zone)
    except ValueError as fault:
        return [Refused(row.line, str(fault), "invalid")]
    word = SPACES.sub(" ", cells["mood"]).strip()
    score = score_of(word)
    if score is None:
        return [Refused(row.line, "mood", "unknown")]
    # All of it tells one line from another: two in a minute are usual.
    source = tuple(cells.get(name, "").strip() for name in (*NEEDED, "activities", "note_title", "note"))
    shared = {"at": at.isoformat(), "time_zone": zone.key}
    mood: dict[str, Any] = {**shared, "score": score, "activities": activities(cells.get("activities", ""))}
    if word.lower() not in OWN:
        mood["note"] = word
    found: list[Item] = [Found(row.line, "mood", mood, source)]
    if text := "\n\n".join(cells[name].strip() for name in ("note_title", "note") if name in cells):
        found.append(Found(row.line, "journal", {**shared, "text": text}, source))
    return found


def moment(day: str, clock: str, zone: ZoneInfo) -> datetime:
    """Return the moment of a date and a local time, with 12 or 24 hours. Raises ValueError naming the field.

    Where clocks are set back, the earlier of the two.
    """
    try:
        date = datetime.strptime(day.strip(), "%Y-%m-%d")  # noqa: DTZ007 (local, as the next lines say)
    except ValueError:
        raise ValueError("full_date") from None
    found = CLOCK.fullmatch(SPACES.sub(" ", clock).strip())
    if found is None:
        raise ValueError("time")
    hour, minute, half = int(found[1]), int(found[2]), (found[3] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError("time")
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return date.replace(hour=hour, minute=minute, tzinfo=zone)
    except ValueError:
        raise ValueError("time") from None


def score_of(mood: str) -> int | None:
    """Return a mood's score from 1 to 10; None for a word that nobody can put a number to."""
    words = mood.lower().split(" ")
    for count in (len(words), 1):
        word = " ".join(words[:count]).strip(",.;!")
        if score := OWN.get(word) or OTHERS.get(word):
            return score
    return None


def activities(cell: str) -> list[str]:
    """Return the words between bars, each once and no longer than a tag may be."""
    words = (SPACES.sub(" ", word).strip()[:WORD_LENGTH].strip() for word in cell.split("|"))
    return list(dict.fromkeys(word for word in words if word))[:WORDS]
