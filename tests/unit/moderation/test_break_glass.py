"""Who may take which step about a glass, and until when."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from moderation.break_glass.state import (
    Kind,
    Stage,
    Standing,
    Taken,
    check_approval,
    check_review,
    standing,
)
from moderation.numbers import BREAK_GLASS_ASK_LASTS, BREAK_GLASS_SHOWS
from protocol.errors import Conflict, Forbidden

MIRA, SAM, ADA, NOOR = uuid4(), uuid4(), uuid4(), uuid4()
ASKED_AT = datetime(2026, 11, 20, 10, tzinfo=UTC)
APPROVED_AT = ASKED_AT + timedelta(minutes=5)
MOMENT = timedelta(microseconds=1)


def of(*kinds: Kind) -> Standing:
    steps = {
        Kind.ASKED: Taken(Kind.ASKED, MIRA, ASKED_AT),
        Kind.APPROVED: Taken(Kind.APPROVED, SAM, APPROVED_AT),
        Kind.REVIEWED: Taken(Kind.REVIEWED, ADA, APPROVED_AT + timedelta(days=1)),
    }
    return standing(steps[kind] for kind in (Kind.ASKED, *kinds))


@pytest.mark.parametrize(
    ("found", "at", "stage"),
    [
        (of(), ASKED_AT, Stage.ASKED),
        (of(), ASKED_AT + BREAK_GLASS_ASK_LASTS - MOMENT, Stage.ASKED),
        (of(), ASKED_AT + BREAK_GLASS_ASK_LASTS, Stage.LAPSED),
        (of(Kind.APPROVED), APPROVED_AT, Stage.OPEN),
        (of(Kind.APPROVED), APPROVED_AT + BREAK_GLASS_SHOWS - MOMENT, Stage.OPEN),
        (of(Kind.APPROVED), APPROVED_AT + BREAK_GLASS_SHOWS, Stage.SHUT),
        (of(Kind.APPROVED, Kind.REVIEWED), APPROVED_AT + timedelta(days=2), Stage.REVIEWED),
    ],
)
def test_it_stands_where_its_steps_and_the_time_say(found: Standing, at: datetime, stage: Stage) -> None:
    assert found.stage(at) is stage


def test_nobody_approves_what_they_asked_for() -> None:
    with pytest.raises(Forbidden):
        check_approval(of(), MIRA, ASKED_AT)
    check_approval(of(), SAM, ASKED_AT)


def test_it_is_approved_in_time_and_once() -> None:
    with pytest.raises(Conflict):
        check_approval(of(), SAM, ASKED_AT + BREAK_GLASS_ASK_LASTS)
    with pytest.raises(Conflict):
        check_approval(of(Kind.APPROVED), NOOR, APPROVED_AT)


def test_it_is_shown_to_two_people_and_for_a_while() -> None:
    found = of(Kind.APPROVED)
    shown = {name for name in (MIRA, SAM, ADA, NOOR) if found.shows_to(name, APPROVED_AT)}
    assert shown == {MIRA, SAM}
    assert not found.shows_to(MIRA, APPROVED_AT + BREAK_GLASS_SHOWS)
    assert not of().shows_to(MIRA, ASKED_AT)
    # A review that comes early takes nothing from whoever is helping.
    assert of(Kind.APPROVED, Kind.REVIEWED).shows_to(MIRA, APPROVED_AT)


def test_a_third_person_reviews_once() -> None:
    for party in (MIRA, SAM):
        with pytest.raises(Forbidden):
            check_review(of(Kind.APPROVED), party)
    check_review(of(Kind.APPROVED), ADA)
    for found in (of(), of(Kind.APPROVED, Kind.REVIEWED)):
        with pytest.raises(Conflict):
            check_review(found, NOOR)
