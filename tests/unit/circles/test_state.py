"""What a circle's log comes to, and who may see what."""

from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.circles.state import (
    CATEGORIES,
    Access,
    Change,
    Grant,
    Kind,
    QuietHours,
    State,
    fold,
    may,
    step,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ALICE, BOB, CHARLIE = uuid4(), uuid4(), uuid4()


def log(*lines: tuple[Kind, dict[str, Any]]) -> State:
    return fold(Change(n, NOW, kind, ALICE, **more) for n, (kind, more) in enumerate(lines, 1))


def granted(access: Access, category: str = "sleep", **more: Any) -> tuple[Kind, dict[str, Any]]:
    grant = Grant(BOB, category, access, **more)
    return Kind.GRANTED, {"member": BOB, "category": category, "grant": grant}


OPENED = (Kind.OPENED, {"member": ALICE})
BOB_CAME = (Kind.JOINED, {"member": BOB})
BOB_LEFT = (Kind.LEFT, {"member": BOB})
REVOKED = (Kind.REVOKED, {"member": BOB, "category": "sleep"})


def views(state: State, who: Any = BOB, category: str = "sleep", now: datetime = NOW) -> bool:
    return may(state, who, category, Access.VIEW, now)


def contributes(state: State, who: Any = BOB, category: str = "sleep") -> bool:
    return may(state, who, category, Access.CONTRIBUTE, NOW)


def test_the_owner_may_everything_and_a_stranger_nothing() -> None:
    state = log(OPENED)
    assert all(views(state, ALICE, category) for category in CATEGORIES)
    assert contributes(state, ALICE)
    assert not views(state, CHARLIE)
    assert not views(state, None)


def test_a_member_sees_nothing_until_granted() -> None:
    assert not views(log(OPENED, BOB_CAME))


def test_a_grant_is_for_one_category_and_one_access() -> None:
    state = log(OPENED, BOB_CAME, granted(Access.VIEW))
    assert views(state)
    assert not contributes(state)
    assert not views(state, category="mood")


def test_contributing_includes_viewing() -> None:
    state = log(OPENED, BOB_CAME, granted(Access.CONTRIBUTE))
    assert views(state)
    assert contributes(state)


def test_a_grant_ends_at_its_very_moment() -> None:
    state = log(OPENED, BOB_CAME, granted(Access.VIEW, expires_at=NOW + timedelta(hours=1)))
    assert views(state, now=NOW + timedelta(minutes=59))
    assert not views(state, now=NOW + timedelta(hours=1))


def test_a_revoked_grant_is_gone_and_a_new_one_replaces_the_old() -> None:
    assert not views(log(OPENED, BOB_CAME, granted(Access.VIEW), REVOKED))
    state = log(OPENED, BOB_CAME, granted(Access.CONTRIBUTE), granted(Access.VIEW))
    assert not contributes(state)


def test_who_comes_back_begins_without_grants() -> None:
    state = log(OPENED, BOB_CAME, granted(Access.VIEW), BOB_LEFT, BOB_CAME)
    assert BOB in state.members
    assert not views(state)


def test_a_closed_circle_lets_nobody_see_anything() -> None:
    state = log(OPENED, BOB_CAME, granted(Access.VIEW), (Kind.CLOSED, {}))
    assert not views(state)
    assert not views(state, ALICE)
    assert state.grants == {}


def test_nutrition_logs_are_meals() -> None:
    assert views(log(OPENED, BOB_CAME, granted(Access.VIEW, "meals")), category="nutrition-logs")


def test_a_log_with_a_hole_is_refused() -> None:
    with pytest.raises(ValueError, match="does not follow"):
        fold([Change(2, NOW, Kind.OPENED, ALICE)])
    with pytest.raises(ValueError, match="lacks"):
        step(State(), Change(1, NOW, Kind.GRANTED, ALICE))


@pytest.mark.parametrize(
    ("start", "end", "at", "quiet"),
    [
        (time(22), time(7), time(23), True),
        (time(22), time(7), time(6, 59), True),
        (time(22), time(7), time(7), False),
        (time(13), time(14), time(13), True),
        (time(13), time(14), time(14), False),
        (time(13), time(14), time(2), False),
    ],
)
def test_quiet_hours_may_pass_midnight(start: time, end: time, at: time, quiet: bool) -> None:
    assert QuietHours(start, end).hold(at) is quiet


people = st.sampled_from([BOB, CHARLIE])
lines = st.lists(
    st.one_of(
        st.builds(lambda m: (Kind.JOINED, m, None), people),
        st.builds(lambda m: (Kind.LEFT, m, None), people),
        st.builds(lambda m, c: (Kind.REVOKED, m, c), people, st.sampled_from(CATEGORIES[:3])),
        st.builds(lambda m, c: (Kind.GRANTED, m, c), people, st.sampled_from(CATEGORIES[:3])),
    ),
    max_size=30,
)


@given(lines)
def test_whoever_sees_something_is_a_member_whose_last_word_was_a_grant(made: list[Any]) -> None:
    numbers = count(2)
    changes = [Change(1, NOW, Kind.OPENED, ALICE, ALICE)]
    for kind, member, category in made:
        grant = Grant(member, category, Access.VIEW) if kind is Kind.GRANTED else None
        changes.append(Change(next(numbers), NOW, kind, ALICE, member, category, grant))
    state = fold(changes)
    for member in (BOB, CHARLIE):
        for category in CATEGORIES[:3]:
            about = [c for c in changes if c.member == member and c.category in (None, category)]
            if views(state, member, category):
                assert [c for c in about if c.kind in (Kind.JOINED, Kind.LEFT)][-1].kind is Kind.JOINED
                assert [c for c in about if c.kind is not Kind.JOINED][-1].kind is Kind.GRANTED
