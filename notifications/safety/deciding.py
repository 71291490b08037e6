"""Who is told in a safety notice, and how much. Pure: contacts come in as values.

Nobody is told whom the person did not name before the notice was asked for, nor by a moderator whom the
person did not let be told by one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID


class Way(StrEnum):
    """By which way a contact is told."""

    EMAIL = "email"
    SMS = "sms"
    MEMBER = "member"  # somebody in a circle of the person's, in the stream and as they wish to be told


class Detail(StrEnum):
    """How much a contact is told."""

    CHECK_IN = "check_in"  # that they are asked to check in
    LEVEL = "level"  # how things are, in the house's words
    OWN_WORDS = "own_words"  # what the person wrote for it beforehand


class Level(StrEnum):
    """How things are, as urgently as somebody should be there; never how ill a person is."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    IMMINENT = "imminent"


class Asker(StrEnum):
    """Who had the contacts told."""

    SELF = "self"
    MODERATOR = "moderator"


@dataclass(frozen=True)
class Named:
    """A contact as it stands. Another `naming` after each change: what was on its way under an old one ends.

    `reached` is whether there is a way to tell them now: a member who left is not.
    """

    contact: UUID
    naming: UUID
    way: Way
    detail: Detail
    by_moderator: bool
    named_at: datetime
    reached: bool = True


@dataclass(frozen=True)
class Telling:
    """What one contact is told; `level` and `words` only where their detail has them."""

    contact: UUID
    naming: UUID
    way: Way
    detail: Detail
    level: Level | None = None
    words: str | None = None


def tellings(
    by: Asker, level: Level, asked_at: datetime, contacts: Iterable[Named], own_words: str
) -> list[Telling]:
    """Return what each contact is told, in the order of the contacts."""
    return [_telling(one, level, own_words) for one in contacts if may_be_told(one, by, asked_at)]


def may_be_told(one: Named, by: Asker, asked_at: datetime) -> bool:
    """Return whether a contact is told of a notice that was asked for at a time."""
    return one.reached and one.named_at <= asked_at and (by is Asker.SELF or one.by_moderator)


def _telling(one: Named, level: Level, own_words: str) -> Telling:
    if one.detail is Detail.OWN_WORDS and own_words:
        return Telling(one.contact, one.naming, one.way, one.detail, words=own_words)
    if one.detail is Detail.LEVEL:
        return Telling(one.contact, one.naming, one.way, one.detail, level=level)
    # Somebody who wrote no words yet is not left without a call for help.
    return Telling(one.contact, one.naming, one.way, Detail.CHECK_IN)


_BETWEEN: Final = re.compile(r"[\s().\-/]")
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")  # ITU-T E.164: at most 15 digits


def number(raw: str) -> str | None:
    """Return a phone number as it is dialled from everywhere (E.164), or None for what is none."""
    dialled = _BETWEEN.sub("", raw)
    if dialled.startswith("00"):
        dialled = f"+{dialled[2:]}"
    return dialled if _E164.fullmatch(dialled) else None
