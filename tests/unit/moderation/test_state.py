"""The rules of a case: every move of the table, who may claim, the fence, the clocks, the order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation import numbers
from moderation.models import Case
from moderation.policy.verdict import Level
from moderation.state import (
    DEEDS,
    TABLE,
    Action,
    Actor,
    Decided,
    Inverse,
    Move,
    Pager,
    Presence,
    Standing,
    State,
    above,
    check_confirm,
    check_fence,
    claim_by,
    is_on_duty,
    may_see,
    pagers,
    place,
    to_state,
)
from protocol.errors import AlreadyClaimed, Conflict, Forbidden, OffDuty, Refusal, StaleFence

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
MIRA = Actor(uuid4(), "Linden", moderator=True, on_duty=True)
NOOR = Actor(uuid4(), "Maple", moderator=True, on_duty=True)
SAM = Actor(uuid4(), "Alder", moderator=True, supervisor=True, on_duty=True)
CLARA = Actor(uuid4(), "Hazel", clinician=True)
HELD = Standing(State.CLAIMED, 3, MIRA.person, MIRA.name, NOW + numbers.LEASE)
ESCALATED = Standing(State.ESCALATED, 3)

# The table of moderation.md, row by row.
MOVES = {
    ("open", "claimed"): {Move.CLAIM},
    ("claimed", "open"): {Move.RELEASE, Move.EXPIRE, Move.TAKE_BACK},
    ("claimed", "waiting"): {Move.WAIT},
    ("waiting", "claimed"): {Move.RESUME},
    ("waiting", "open"): {Move.RETURN, Move.TAKE_BACK},
    ("open", "escalated"): {Move.ESCALATE, Move.BREACH},
    ("claimed", "escalated"): {Move.ESCALATE, Move.BREACH},
    ("waiting", "escalated"): {Move.ESCALATE, Move.BREACH},
    ("escalated", "claimed"): {Move.CLAIM_ESCALATED},
    ("claimed", "decided"): {Move.DECIDE},
    ("decided", "closed"): {Move.CLOSE},
    ("decided", "escalated"): {Move.FAIL},
    ("decided", "open"): {Move.REOPEN},
    ("closed", "open"): {Move.REOPEN},
}


def test_the_states_are_those_of_the_column() -> None:
    assert [state.value for state in State] == Case.State.values


def test_the_moves_are_those_of_the_table_and_no_other() -> None:
    found: dict[tuple[str, str], set[Move]] = {}
    for move, step in TABLE.items():
        for origin in step.origins:
            found.setdefault((origin.value, step.to.value), set()).add(move)
    assert found == MOVES


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("origin", State)
def test_a_move_is_made_from_its_origins_alone(move: Move, origin: State) -> None:
    if origin in TABLE[move].origins:
        assert to_state(move, origin) is TABLE[move].to
    else:
        with pytest.raises(Conflict):
            to_state(move, origin)


@given(st.lists(st.sampled_from(list(Move)), max_size=30))
def test_no_walk_through_the_table_closes_what_nobody_decided(moves: list[Move]) -> None:
    state, decided = State.OPEN, False
    for move in moves:
        try:
            after = to_state(move, state)
        except Conflict:
            continue
        decided = (decided or move is Move.DECIDE) and move not in (Move.REOPEN, Move.FAIL)
        state = after
        assert decided == (state in (State.DECIDED, State.CLOSED))


@pytest.mark.parametrize(
    ("actor", "case", "expected"),
    [
        (MIRA, Standing(State.OPEN), Move.CLAIM),
        (replace(MIRA, on_duty=False), Standing(State.OPEN), OffDuty),
        (CLARA, Standing(State.OPEN), Forbidden),
        (NOOR, HELD, AlreadyClaimed),
        (NOOR, replace(HELD, lease_until=NOW), Move.CLAIM),
        (NOOR, replace(HELD, state=State.WAITING, lease_until=None), AlreadyClaimed),
        (MIRA, replace(HELD, state=State.WAITING, lease_until=None), Move.RESUME),
        (MIRA, ESCALATED, Forbidden),
        (SAM, ESCALATED, Move.CLAIM_ESCALATED),
        (CLARA, ESCALATED, Move.CLAIM_ESCALATED),
        (MIRA, replace(ESCALATED, by_breach=True), Forbidden),
        (MIRA, Standing(State.DECIDED), Conflict),
        (MIRA, Standing(State.CLOSED), Conflict),
        (MIRA, Standing(State.OPEN, not_for=MIRA.person), Forbidden),
    ],
)
def test_who_may_claim_what(actor: Actor, case: Standing, expected: Move | type[Refusal]) -> None:
    if isinstance(expected, Move):
        assert claim_by(actor, case, NOW) is expected
    else:
        with pytest.raises(expected):
            claim_by(actor, case, NOW)


def test_what_the_clock_escalated_is_anybodys_where_no_senior_is_there() -> None:
    case = replace(ESCALATED, by_breach=True)
    assert claim_by(MIRA, case, NOW, others=False) is Move.CLAIM_ESCALATED
    with pytest.raises(Forbidden):
        claim_by(MIRA, ESCALATED, NOW, others=False)


def test_a_refused_claim_says_who_holds_it_and_until_when() -> None:
    with pytest.raises(AlreadyClaimed) as refused:
        claim_by(NOOR, HELD, NOW)
    assert refused.value.extra == {"holder": MIRA.name, "until": HELD.lease_until}


@given(
    fence=st.integers(0, 6),
    person=st.sampled_from([MIRA, NOOR]),
    state=st.sampled_from(list(State)),
    late=st.timedeltas(-timedelta(hours=1), timedelta(hours=1)),
)
def test_only_the_holder_writes_by_the_last_fence_and_in_time(
    fence: int, person: Actor, state: State, late: timedelta
) -> None:
    case = replace(HELD, state=state)
    may = person is MIRA and fence == HELD.fence and state is State.CLAIMED and late < numbers.LEASE
    if may:
        check_fence(person, case, fence, NOW + late)
    else:
        with pytest.raises(StaleFence):
            check_fence(person, case, fence, NOW + late)


def test_a_clinician_sees_escalated_cases_alone() -> None:
    assert may_see(CLARA, ESCALATED)
    assert not may_see(CLARA, HELD)
    assert may_see(CLARA, replace(HELD, holder=CLARA.person))
    assert may_see(MIRA, HELD)


def test_every_action_says_how_it_is_undone_or_that_it_is_not() -> None:
    assert set(DEEDS) == set(Action)
    assert {deed.inverse for deed in DEEDS.values()} == set(Inverse)
    for action, deed in DEEDS.items():
        assert not (deed.grave and deed.inverse is not Inverse.NOTHING), action


WAITS = Decided(MIRA.person, "card", NOW + numbers.CONFIRM_WITHIN, confirmed=False)


@pytest.mark.parametrize(
    ("actor", "decided", "action", "at", "refused"),
    [
        (NOOR, WAITS, "card", NOW, None),
        (replace(NOOR, on_duty=False), WAITS, "card", NOW, OffDuty),
        (MIRA, WAITS, "card", NOW, Forbidden),
        (NOOR, WAITS, "mute", NOW, Conflict),
        (NOOR, replace(WAITS, confirmed=True), "card", NOW, Conflict),
        (NOOR, replace(WAITS, confirm_by=None), "card", NOW, Conflict),
        (NOOR, WAITS, "card", NOW + numbers.CONFIRM_WITHIN, Conflict),
    ],
)
def test_who_confirms_a_decision(
    actor: Actor, decided: Decided, action: str, at: datetime, refused: type[Refusal] | None
) -> None:
    if refused is None:
        check_confirm(actor, State.DECIDED, decided, action, at)
    else:
        with pytest.raises(refused):
            check_confirm(actor, State.DECIDED, decided, action, at)


@pytest.mark.parametrize(
    ("level", "after", "expected"),
    [
        (Level.L4, timedelta(seconds=30) - MOMENT, ()),
        (Level.L4, timedelta(seconds=30), (Pager.SUPERVISOR,)),
        (Level.L4, timedelta(seconds=60), (Pager.SUPERVISOR, Pager.CLINICIAN)),
        (Level.L3, timedelta(minutes=2) - MOMENT, ()),
        (Level.L3, timedelta(minutes=2), (Pager.SUPERVISOR,)),
        (Level.H, timedelta(minutes=2), (Pager.SUPERVISOR,)),
        (Level.L2, timedelta(days=1), ()),
        (Level.L1, timedelta(days=1), ()),
        (Level.C, timedelta(days=1), ()),
    ],
)
def test_who_is_paged_and_when(level: Level, after: timedelta, expected: tuple[Pager, ...]) -> None:
    assert pagers(level, NOW + numbers.CLAIM_WITHIN[level], NOW + after) == expected


def test_the_level_above() -> None:
    assert above(MIRA, "") is Pager.SUPERVISOR
    assert above(MIRA, "supervisor") is Pager.CLINICIAN
    assert above(SAM, "") is Pager.CLINICIAN


def test_the_order_is_level_then_time_left_then_age_and_a_late_l2_rises() -> None:
    def at(level: Level, due: int, opened: int = 0) -> tuple[int, datetime, datetime]:
        return place(level, NOW + timedelta(minutes=due), NOW + timedelta(minutes=opened), NOW)

    queue = [
        at(Level.L4, 90), at(Level.H, 90), at(Level.L2, -1), at(Level.L3, 5), at(Level.L3, 6, opened=1),
        at(Level.L3, 6, opened=2), at(Level.L2, 1), at(Level.L1, -5), at(Level.C, -90),
    ]  # fmt: skip
    assert queue == sorted(queue)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (Presence(False, NOW, NOW), False),
        (Presence(True, None, None), False),
        (Presence(True, NOW - numbers.DUTY_AFTER_SOCKET + MOMENT, None), True),
        (Presence(True, NOW - numbers.DUTY_AFTER_SOCKET, None), False),
        (Presence(True, None, NOW - numbers.DUTY_AFTER_HTTP + MOMENT), True),
        (Presence(True, None, NOW - numbers.DUTY_AFTER_HTTP), False),
    ],
)
def test_duty_lapses_by_itself(seen: Presence, expected: bool) -> None:
    assert is_on_duty(seen, NOW) is expected
