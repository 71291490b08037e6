"""One case per episode of a member in a room, opened in the message's own transaction."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from prometheus_client import REGISTRY

from accounts import sealed
from accounts.models import User
from accounts.registries import erase_person
from moderation import cases, numbers, ports
from moderation.models import Case, CaseEvent, CaseFlag, Report, SoftHit
from moderation.policy.verdict import Level, Reason, Verdict, Visibility
from streams import commit, log
from streams.refs import StreamRef
from streams.transaction import Tx

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.fixture
def room() -> StreamRef:
    return log.ensure(log.new_room_name())


def verdict(level: Level | None, *, soft: bool = False) -> Verdict:
    return Verdict(
        level=level,
        visibility=Visibility.HOLD if level is Level.H else Visibility.DELIVER,
        card=level in numbers.CARD_LEVELS,
        reasons=(Reason("en.test", 1, level, "self_risk", span=(0, 4)),),
        soft=soft,
        rules_version="en-test",
    )


def flag(
    room: StreamRef,
    level: Level | None,
    *,
    at: datetime = NOW,
    event_id: str = "01E1",
    member: str = "m_bob",
    soft: bool = False,
) -> cases.Flagged:
    def write(tx: Tx) -> cases.Flagged:
        return cases.flag(
            tx,
            room=room,
            room_slug="sleep",
            member_id=member,
            event_id=event_id,
            verdict=verdict(level, soft=soft),
            now=at,
        )

    return commit.write_now(commit.Item((room, cases.queue_stream()), write))


def report(room: StreamRef, *, reason: str = "danger", reporter: str = "m_alice") -> cases.Flagged:
    def write(tx: Tx) -> cases.Flagged:
        return cases.report(
            tx, room=room, room_slug="sleep", member_id="m_bob", event_id="01E1", reason=reason,
            note="please look", reporter=reporter, now=NOW,
        )  # fmt: skip

    return commit.write_now(commit.Item((room, cases.queue_stream()), write))


def queue_kinds() -> list[str]:
    return [line.kind for line in log.page(cases.queue_stream(), after=0)]


def test_a_flag_opens_a_case_and_the_queue_hears_of_it(room: StreamRef) -> None:
    flagged = flag(room, Level.L3)
    case = Case.objects.get(pk=flagged.case_id)
    assert flagged == cases.Flagged(case.id, created=True, rose=True, due_at=case.due_at, card=True)
    assert (case.level, case.state, case.due_at) == ("L3", "open", NOW + timedelta(minutes=2))
    assert queue_kinds() == ["case.opened"]
    stored = CaseFlag.objects.get()
    assert stored.reasons == [
        {"rule": "en.test", "version": 1, "category": "self_risk", "level": "L3", "span": [0, 4]}
    ]
    assert stored.rule_versions == {"en.test": 1}


def test_the_wire_form_holds_no_text(room: StreamRef) -> None:
    flagged = flag(room, Level.L3)
    assert cases.case_wire(Case.objects.get()) == {
        "id": flagged.case_id, "level": "L3", "state": "open", "room": "sleep",
        "opened_at": "2026-11-20T10:00:00.000Z", "due_at": "2026-11-20T10:02:00.000Z", "flags": 1,
        "holder": None,
    }  # fmt: skip


def test_a_new_flag_within_a_day_joins_and_the_level_only_rises(room: StreamRef) -> None:
    first = flag(room, Level.L2)
    up = flag(room, Level.L4, at=NOW + timedelta(hours=1), event_id="01E2")
    down = flag(room, Level.L1, at=NOW + timedelta(hours=2), event_id="01E3")
    case = Case.objects.get()
    assert {first.case_id, up.case_id, down.case_id} == {case.id}
    assert (up.rose, down.rose) == (True, False)
    assert (case.level, case.flag_count) == ("L4", 3)
    assert queue_kinds() == ["case.opened", "case.updated", "case.updated"]


def test_the_card_comes_once_and_again_only_if_the_level_rises(room: StreamRef) -> None:
    assert flag(room, Level.L2).card
    assert not flag(room, Level.L2, event_id="01E2").card
    assert flag(room, Level.L3, event_id="01E3").card
    assert not flag(room, Level.L1, event_id="01E4").card


def test_conduct_gets_no_card_but_a_later_cry_for_help_does(room: StreamRef) -> None:
    assert not flag(room, Level.C).card
    assert flag(room, Level.L1, event_id="01E2").card


def test_after_a_day_a_new_case_opens(room: StreamRef) -> None:
    first = flag(room, Level.L2)
    second = flag(room, Level.L2, at=NOW + numbers.EPISODE + timedelta(seconds=1), event_id="01E2")
    assert second.created
    assert second.case_id != first.case_id


def test_a_member_of_another_room_is_another_case(room: StreamRef) -> None:
    first = flag(room, Level.L2)
    second = flag(log.ensure(log.new_room_name()), Level.L2)
    assert first.case_id != second.case_id


@pytest.mark.parametrize("state", [Case.State.DECIDED, Case.State.CLOSED])
def test_a_case_that_was_done_with_is_opened_again(room: StreamRef, state: str) -> None:
    first = flag(room, Level.L2)
    Case.objects.update(state=state, decision="message")
    again = flag(room, Level.L2, at=NOW + timedelta(hours=1), event_id="01E2")
    case = Case.objects.get()
    assert (again.case_id, case.state, case.reopened, case.decision) == (first.case_id, "open", 1, "message")
    assert queue_kinds()[-1] == "case.reopened"


def test_three_soft_hits_in_a_day_reach_the_queue(room: StreamRef) -> None:
    for n in (1, 2):
        assert flag(room, None, soft=True, event_id=f"01E{n}", at=NOW + timedelta(hours=n)).case_id == ""
    third = flag(room, None, soft=True, event_id="01E3", at=NOW + timedelta(hours=3))
    assert third.created
    assert Case.objects.get().level == "L1"
    assert SoftHit.objects.filter(case__isnull=True).count() == 0


def test_soft_hits_older_than_a_day_do_not_count(room: StreamRef) -> None:
    for n, hours in enumerate((0, 20, 30)):
        assert flag(room, None, soft=True, event_id=f"01E{n}", at=NOW + timedelta(hours=hours)).case_id == ""


def test_a_report_opens_a_case_once_per_reporter(room: StreamRef) -> None:
    first = report(room)
    assert report(room).case_id == first.case_id
    assert report(room, reporter="m_carol").case_id == first.case_id
    assert Report.objects.count() == 2
    assert Case.objects.get().flag_count == 2
    assert Report.objects.first().note == "please look"  # type: ignore[union-attr]


def test_a_failed_transaction_leaves_no_case(room: StreamRef) -> None:
    class Oops(Exception):
        pass

    def write(tx: Tx) -> None:
        cases.flag(
            tx, room=room, room_slug="sleep", member_id="m_bob", event_id="01E1",
            verdict=verdict(Level.L4), now=NOW,
        )  # fmt: skip
        raise Oops

    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the log makes of it
        commit.write_now(commit.Item((room, cases.queue_stream()), write))
    assert not Case.objects.exists()
    assert queue_kinds() == []


def test_text_is_kept_while_its_case_is_open_and_released_with_it(room: StreamRef) -> None:
    flag(room, Level.L3)
    report(room)
    assert cases.text_needed(["01E1", "01E9"]) == {"01E1"}
    freed: list[frozenset[str]] = []

    def note(_: Tx, ids: frozenset[str]) -> None:
        freed.append(ids)

    ports.when_texts_are_released(note)
    case = Case.objects.get()
    Case.objects.update(state=Case.State.CLOSED)
    commit.write_now(commit.Item((room,), lambda tx: cases.release_texts(tx, case)))
    assert freed == [frozenset({"01E1"})]
    assert cases.text_needed(["01E1"]) == set()


def test_the_database_refuses_to_change_or_delete_the_record(room: StreamRef) -> None:
    flag(room, Level.L3)
    line = CaseEvent.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseEvent.objects.filter(pk=line.pk).update(actor="somebody else")
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseEvent.objects.filter(pk=line.pk).delete()
    assert line.seal_hash
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseEvent.objects.filter(pk=line.pk).update(seal_hash="def")


def test_one_fence_is_given_out_once(room: StreamRef) -> None:
    flag(room, Level.L3)
    case = Case.objects.get()
    CaseEvent.objects.create(case=case, n=2, kind="case.claimed", actor="m", claim_fence=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseEvent.objects.create(case=case, n=3, kind="case.claimed", actor="n", claim_fence=1)


def test_nothing_typed_stands_in_the_tables_in_the_open(room: StreamRef) -> None:
    flag(room, Level.L3)
    report(room)
    raw = str(list(Report.objects.values_list())) + str(list(CaseEvent.objects.values_list()))
    assert "please look" not in raw


def test_a_verdict_that_owes_a_score_says_so(room: StreamRef) -> None:
    owing = replace(verdict(Level.L3), unscored=True)

    def write(tx: Tx) -> cases.Flagged:
        return cases.flag(
            tx, room=room, room_slug="sleep", member_id="m_bob", event_id="01E1", verdict=owing, now=NOW
        )

    commit.write_now(commit.Item((room, cases.queue_stream()), write))
    assert CaseFlag.objects.get().scoring == "unscored"


def test_nobody_is_on_duty_in_an_empty_house() -> None:
    assert not cases.on_duty(NOW)


def test_what_is_counted_of_cases_are_openings_and_not_flags(room: StreamRef) -> None:
    before = opened("L2")
    flag(room, Level.L2)
    flag(room, Level.L2, event_id="01E2")
    assert opened("L2") == before + 1


def opened(level: str) -> float:
    return REGISTRY.get_sample_value("hearth_cases_opened_total", {"level": level}) or 0.0


def close(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(state=Case.State.CLOSED)
    commit.write_now(commit.Item((cases.queue_stream(),), lambda tx: cases.release_texts(tx, case)))


@pytest.mark.parametrize("closed_first", [True, False])
def test_an_erased_reporters_words_go_once_no_open_case_needs_them(
    room: StreamRef, closed_first: bool
) -> None:
    alice, carol = User.objects.create_guest(), User.objects.create_guest()
    for user, member in ((alice, "m_alice"), (carol, "m_carol")):
        sealed.seal(user.pk, room.id, member)
        report(room, reporter=member)
    if closed_first:
        close(Case.objects.get())
    erase_person(alice.pk)
    assert Report.objects.get(reporter="m_alice").note == ("" if closed_first else "please look")
    if not closed_first:
        close(Case.objects.get())
    assert Report.objects.get(reporter="m_alice").note == ""
    assert Report.objects.get(reporter="m_carol").note == "please look"
