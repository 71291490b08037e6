"""What happens to a case, by way of the functions behind both doors, and by the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.audit.verify import verify
from accounts.models import User
from accounts.registries import erase_person
from accounts.roles import Role
from moderation import jobs, numbers, triggers
from moderation.casework import (
    acting,
    answering,
    appealing,
    claiming,
    context,
    deciding,
    duty,
    escalating,
    waiting,
)
from moderation.casework.effects import Given
from moderation.models import Appeal, Case, CaseAct, CaseEvent, CaseTalk, Duty
from moderation.policy.verdict import Level
from moderation.state import Action
from protocol.errors import AlreadyClaimed, BadField, Conflict, Forbidden, NotFound, OffDuty, StaleFence
from runtime import clock
from runtime.worker import JobWorker
from streams.models import Event
from tests.integration.moderation.casework import Bench, Worker, told

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def work() -> None:
    """Do all jobs that are due."""
    worker = JobWorker()
    for _ in range(200):
        if not worker.run_once():
            return
    raise AssertionError("the jobs never end")


def claimed(bench: Bench, level: Level = Level.L3, *, by: Worker | None = None) -> tuple[str, int]:
    case = bench.case(level)
    return case, claiming.claim(case, (by or bench.mira).me)["fence"]


def kinds(case: str) -> list[str]:
    return list(CaseEvent.objects.filter(case=case).order_by("n").values_list("kind", flat=True))


def test_the_record_is_whole_and_each_claim_has_a_fence_of_its_own(bench: Bench) -> None:
    case, fence = claimed(bench)
    claiming.release(case, fence, bench.mira.me)
    again = claiming.claim(case, bench.noor.me)["fence"]
    context.context(case, bench.noor.me)
    assert again == fence + 1
    assert kinds(case) == ["case.opened", "case.claimed", "case.released", "case.claimed", "case.viewed"]
    lines = list(CaseEvent.objects.filter(case=case).order_by("n"))
    assert [line.n for line in lines] == [1, 2, 3, 4, 5]
    assert [line.claim_fence for line in lines] == [None, fence, None, again, None]
    assert verify().intact


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE moderation_caseevent SET actor = 'Nobody' WHERE n = 2",
        "UPDATE moderation_caseevent SET seal_hash = '' WHERE n = 2",
        "DELETE FROM moderation_caseevent WHERE n = 2",
        "UPDATE moderation_caseevent SET seal_prev = '' WHERE n = 2",
    ],
)
def test_tampering_with_a_line_is_found(bench: Bench, tampering: str) -> None:
    claimed(bench)
    assert verify().intact
    triggers.remove(connection)
    try:
        with connection.cursor() as cursor:
            cursor.execute(tampering)
    finally:
        triggers.install(connection)
    assert not verify().intact


def test_a_lease_that_ran_out_returns_the_case_and_its_fence_is_stale(bench: Bench) -> None:
    case, fence = claimed(bench, Level.C)
    bench.shift(case, lease_until=clock.now() - timedelta(seconds=1))
    with pytest.raises(StaleFence):
        claiming.renew(case, fence, bench.mira.me)
    jobs.keep_clocks()
    assert bench.read(case).state == "open"
    assert kinds(case)[-1] == "case.released"
    with pytest.raises(StaleFence):
        acting.act(case, fence, Given(Action.CARD), bench.mira.me)


def test_a_lapsed_case_is_claimed_before_the_clock_has_seen_it(bench: Bench) -> None:
    case, fence = claimed(bench)
    bench.shift(case, lease_until=clock.now() - timedelta(seconds=1))
    assert claiming.claim(case, bench.noor.me)["fence"] == fence + 1
    assert kinds(case) == ["case.opened", "case.claimed", "case.released", "case.claimed"]


def test_next_takes_the_most_urgent_first_and_then_nothing(bench: Bench) -> None:
    low, high = bench.case(Level.C), None
    bench.shift(low, last_flag_at=clock.now() - timedelta(days=2))
    high = bench.case(Level.L4)
    assert claiming.next_case(bench.mira.me)["case"]["id"] == high
    assert claiming.next_case(bench.noor.me)["case"]["id"] == low
    assert claiming.next_case(bench.sam.me) == {"case": None}
    with pytest.raises(OffDuty):
        claiming.next_case(Worker("nils", Role.MODERATOR, on=False).me)


def test_an_l4_nobody_takes_goes_up_step_by_step(bench: Bench) -> None:
    case = bench.case(Level.L4)
    now = clock.now()
    assert jobs.keep_clocks() == 0
    bench.shift(case, due_at=now)
    jobs.keep_clocks()
    work()
    assert (bench.read(case).state, bench.read(case).escalated_to) == ("escalated", "supervisor")
    assert [page["why"] for page in bench.sam.told("page")] == ["breach"]
    assert bench.clara.told("page") == []
    bench.shift(case, due_at=now - timedelta(seconds=31))
    jobs.keep_clocks()
    work()
    assert [page["case"] for page in bench.clara.told("page")] == [case]
    jobs.keep_clocks()
    work()
    assert len(bench.sam.told("page")) == len(bench.clara.told("page")) == 1
    with pytest.raises(Forbidden):
        claiming.claim(case, bench.mira.me)
    assert claiming.claim(case, bench.clara.me)["case"]["holder"] == bench.clara.name
    assert verify().intact


def test_what_the_clock_took_up_is_anybodys_where_no_senior_is_on_duty(bench: Bench) -> None:
    duty.set_duty(bench.sam.me, False, "socket")
    case = bench.case(Level.L3)
    bench.shift(case, due_at=clock.now())
    jobs.keep_clocks()
    assert bench.read(case).state == "escalated"
    assert claiming.next_case(bench.mira.me)["case"]["id"] == case


def test_an_l2_that_is_late_rises_and_pages_nobody(bench: Bench) -> None:
    case = bench.case(Level.L2)
    bench.shift(case, due_at=clock.now())
    jobs.keep_clocks()
    work()
    assert (bench.read(case).state, kinds(case)[-1]) == ("open", "case.breached")
    assert bench.sam.told("page") == []
    assert jobs.keep_clocks() == 0


def test_with_nobody_on_duty_the_on_call_is_paged_at_once(bench: Bench) -> None:
    for worker in (bench.mira, bench.noor, bench.sam):
        duty.set_duty(worker.me, False, "socket")
    case = bench.case(Level.L2)
    work()
    assert [(page["case"], page["why"]) for page in bench.sam.told("page")] == [(case, "nobody_on_duty")]


def test_duty_lapses_and_what_was_held_goes_back(bench: Bench) -> None:
    case, _ = claimed(bench)
    Duty.objects.filter(pk=bench.mira.id).update(socket_seen_at=clock.now() - numbers.DUTY_AFTER_SOCKET)
    jobs.keep_clocks()
    assert bench.read(case).state == "open"
    assert not Duty.objects.get(pk=bench.mira.id).on


def test_waiting_ends_with_a_reply_by_a_new_fence(bench: Bench) -> None:
    case, fence = claimed(bench)
    acting.act(case, fence, Given(Action.WRITE, text="How are you now?"), bench.mira.me)
    until = clock.now() + timedelta(minutes=5)
    waiting.wait(case, fence, "reply", until, bench.mira.me)
    with pytest.raises(AlreadyClaimed):
        claiming.claim(case, bench.noor.me)
    answer = answering.answer(bench.bob.id, "k1", "better, thanks")
    assert answering.answer(bench.bob.id, "k1", "better, thanks")["at"] == answer["at"]
    with pytest.raises(Conflict):
        answering.answer(bench.bob.id, "k1", "worse")
    assert [one["text"] for one in bench.mira.told("answer")] == ["better, thanks"]
    found = bench.read(case)
    assert (found.state, found.fence, found.holder_id) == ("claimed", fence + 1, bench.mira.id)
    assert [one["text"] for one in context.context(case, bench.mira.me)["talk"]] == [
        "How are you now?",
        "better, thanks",
    ]


def test_a_deadline_that_passes_brings_it_back_to_who_is_there(bench: Bench) -> None:
    case, fence = claimed(bench)
    waiting.wait(case, fence, "snooze", clock.now() + timedelta(minutes=5), bench.mira.me)
    bench.shift(case, waiting_until=clock.now())
    jobs.keep_clocks()
    assert (bench.read(case).state, bench.read(case).fence) == ("claimed", fence + 1)
    waiting.wait(case, fence + 1, "snooze", clock.now() + timedelta(minutes=5), bench.mira.me)
    duty.set_duty(bench.mira.me, False, "socket")
    bench.shift(case, waiting_until=clock.now())
    jobs.keep_clocks()
    assert (bench.read(case).state, bench.read(case).holder) == ("open", None)


@pytest.mark.parametrize("until", [-timedelta(seconds=1), numbers.WAIT_MOST + timedelta(minutes=1)])
def test_a_deadline_is_within_a_day(bench: Bench, until: timedelta) -> None:
    case, fence = claimed(bench)
    with pytest.raises(BadField):
        waiting.wait(case, fence, "reply", clock.now() + until, bench.mira.me)


def test_a_person_nobody_wrote_to_answers_nobody(bench: Bench) -> None:
    claimed(bench)
    with pytest.raises(Forbidden):
        answering.answer(bench.bob.id, "k1", "hello?")


@pytest.mark.parametrize(
    ("given", "probe"),
    [
        (Given(Action.HOLD), lambda b: b.row().review),
        (Given(Action.MUTE), lambda b: b.row().muted_until is not None),
        (Given(Action.REMOVE), lambda b: b.row().removed_until is not None),
        (Given(Action.SUSPEND), lambda b: User.objects.get(pk=b.bob.id).suspended_at is not None),
        (Given(Action.SLOW_MODE, to="60"), lambda b: b.row().room.slow_mode_s == 60),
        (Given(Action.RETRACT, reason="no"), lambda b: Event.objects.filter(gone="retracted").exists()),
        (Given(Action.FALSE_POSITIVE), lambda b: Case.objects.get().label == "false_positive"),
        (Given(Action.WRONG_LEVEL, to="L1"), lambda b: Case.objects.get().level == "L1"),
    ],
    ids=lambda one: one.action.value if isinstance(one, Given) else "",
)
def test_an_act_and_its_inverse(bench: Bench, given: Given, probe: Any) -> None:
    case, fence = claimed(bench)
    assert not probe(bench)
    acting.act(case, fence, given, bench.mira.me)
    assert probe(bench)
    assert acting.undo(case, fence, bench.mira.me) == {"action": given.action.value}
    assert not probe(bench)
    assert kinds(case)[-2:] == ["case.acted", "case.undone"]
    with pytest.raises(Conflict):
        acting.undo(case, fence, bench.mira.me)


def test_a_held_message_is_refused_with_a_reason_and_for_good(bench: Bench) -> None:
    case, fence = claimed(bench, Level.H)
    with pytest.raises(BadField):
        acting.act(case, fence, Given(Action.RETRACT), bench.mira.me)
    acting.act(case, fence, Given(Action.RETRACT, reason="method detail"), bench.mira.me)
    assert told(bench.bobs_me, "message.refused")
    with pytest.raises(Conflict):
        acting.undo(case, fence, bench.mira.me)


def test_a_decision_closes_its_case_and_an_l4s_waits_for_another_person(bench: Bench) -> None:
    case, fence = claimed(bench)
    deciding.decide(case, fence, Given(Action.NONE, "listened"), bench.mira.me)
    assert bench.read(case).state == "decided"
    work()
    assert bench.read(case).state == "closed"
    case, fence = claimed(bench, Level.L4)
    assert deciding.decide(case, fence, Given(Action.CARD, "safe"), bench.mira.me)["confirm_by"]
    work()
    assert bench.read(case).state == "decided"
    with pytest.raises(Forbidden):
        deciding.decide(case, None, Given(Action.CARD, "safe"), bench.mira.me)
    deciding.decide(case, None, Given(Action.CARD, "safe"), bench.noor.me)
    work()
    assert bench.read(case).state == "closed"
    assert verify().intact


def test_a_decision_nobody_confirms_goes_up(bench: Bench) -> None:
    case, fence = claimed(bench, Level.L4)
    deciding.decide(case, fence, Given(Action.CARD, "safe"), bench.mira.me)
    bench.shift(case, confirm_by=clock.now())
    jobs.keep_clocks()
    work()
    assert (bench.read(case).state, bench.sam.told("page")[-1]["why"]) == ("escalated", "unconfirmed")


def test_an_effect_that_fails_for_good_goes_up(bench: Bench) -> None:
    case, fence = claimed(bench)
    deciding.decide(case, fence, Given(Action.NOTIFY, "in danger"), bench.mira.me)
    work()
    found = bench.read(case)
    assert (found.state, found.effects_pending, found.decision) == ("escalated", 0, "notify")
    assert bench.sam.told("page")[-1]["why"] == "notify_refused"


def test_nobodys_contacts_are_told_without_their_consent(bench: Bench) -> None:
    case, fence = claimed(bench)
    with pytest.raises(BadField):
        acting.act(case, fence, Given(Action.NOTIFY), bench.mira.me)
    with pytest.raises((Forbidden, Conflict)):
        acting.act(case, fence, Given(Action.NOTIFY, "in danger"), bench.mira.me)
    assert not CaseAct.objects.exists()


def test_an_appeal_goes_to_another_moderator_who_takes_the_decision_back(bench: Bench) -> None:
    case, fence = claimed(bench, Level.C)
    deciding.decide(case, fence, Given(Action.MUTE, "rude"), bench.mira.me)
    work()
    (statement,) = told(bench.bobs_me, "decision")
    assert (statement["action"], statement["reason"]) == ("mute", "rude")
    appeal = Appeal.objects.get(pk=statement["appeal"])
    with pytest.raises(NotFound):
        appealing.appeal(bench.mira.id, appeal.pk, "not mine")
    assert appealing.appeal(bench.bob.id, appeal.pk, "I quoted a film.")
    assert not appealing.appeal(bench.bob.id, appeal.pk, "I quoted a film.")
    found = bench.read(case)
    assert (found.state, found.decision, found.not_for_id) == ("open", "mute", bench.mira.id)
    with pytest.raises(Forbidden):
        claiming.claim(case, bench.mira.me)
    with pytest.raises(Forbidden):
        appealing.decide(appeal.pk, "upheld", "no", bench.mira.me)
    appealing.decide(appeal.pk, "overturned", "It was a quote.", bench.noor.me)
    work()
    assert bench.row().muted_until is None
    assert told(bench.bobs_me, "decision")[-1]["outcome"] == "overturned"
    assert bench.read(case).state == "closed"
    with pytest.raises(Conflict):
        appealing.decide(appeal.pk, "upheld", "again", bench.noor.me)
    assert verify().intact


def test_a_new_flag_opens_a_decided_case_again_and_keeps_its_decision(bench: Bench) -> None:
    case, fence = claimed(bench)
    deciding.decide(case, fence, Given(Action.NONE, "listened"), bench.mira.me)
    assert bench.case(Level.L3, text="again") == case
    found = bench.read(case)
    assert (found.state, found.decision, found.reopened) == ("open", "none", 1)


def test_state_plus_events_equals_fresh_state(bench: Bench) -> None:
    case, fence = claimed(bench)
    waiting.wait(case, fence, "snooze", clock.now() + timedelta(minutes=1), bench.mira.me)
    escalating.escalate(case, None, bench.noor.me)
    fence = claiming.claim(case, bench.sam.me)["fence"]
    deciding.decide(case, fence, Given(Action.NONE, "listened"), bench.sam.me)
    work()
    state: dict[str, Any] = {}
    for event in bench.queue():
        state[event["case"]["id"]] = event["case"]
    answer = bench.mira.http.get(f"moderation/cases/{case}/").json()
    assert {name: answer[name] for name in state[case]} == state[case]
    assert answer["state"] == "closed"


def test_what_was_said_goes_with_its_person_and_after_a_month(bench: Bench) -> None:
    case, fence = claimed(bench)
    acting.act(case, fence, Given(Action.WRITE, text="How are you now?"), bench.mira.me)
    Case.objects.update(state="closed", closed_at=clock.now() - numbers.TALK_KEPT - timedelta(days=1))
    assert jobs.forget_talk() == 1
    assert CaseTalk.objects.get().text == ""
    CaseTalk.objects.create(case_id=case, text="still here", at=clock.now())
    erase_person(bench.bob.id)
    assert set(CaseTalk.objects.values_list("staff", flat=True)) == {bench.mira.id, None}
    assert {talk.text for talk in CaseTalk.objects.all()} == {""}


# -- the doors ---------------------------------------------------------------------------------


def test_a_case_is_worked_on_over_http(bench: Bench) -> None:
    case = bench.case(Level.L3)
    nils = Worker("nils", Role.MODERATOR, on=False)
    post = nils.http.post
    refused = post("moderation/cases/next/")
    assert (refused.status_code, refused.json()["code"]) == (403, "off_duty")
    assert nils.http.put("moderation/duty/", {"on": True}).json()["on"]
    listed = nils.http.get("moderation/cases/?state=open").json()["results"]
    assert [(one["id"], one["fence"]) for one in listed] == [(case, 0)]
    fence = post("moderation/cases/next/").json()["fence"]
    assert post(f"moderation/cases/{case}/renew/", {"fence": fence}).json()["lease_until"]
    stale = post(f"moderation/cases/{case}/renew/", {"fence": fence + 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_fence")
    found = nils.http.get(f"moderation/cases/{case}/context/").json()
    assert found["messages"][0]["text"] == "I am so tired"
    acted = post(f"moderation/cases/{case}/act/", {"fence": fence, "action": "write", "text": "Hello"})
    assert acted.status_code == 200, acted.content
    until = clock.rfc3339(clock.now() + timedelta(minutes=5))
    waits = post(f"moderation/cases/{case}/wait/", {"fence": fence, "for": "reply", "until": until})
    assert waits.json() == {"until": until}
    fence = post(f"moderation/cases/{case}/claim/").json()["fence"]
    decided = post(
        f"moderation/cases/{case}/decide/", {"fence": fence, "action": "none", "reason": "listened"}
    )
    assert decided.status_code == 200, decided.content
    log_of = nils.http.get(f"moderation/cases/{case}/").json()["log"]
    assert "Hello" not in str(log_of)
    assert [one["kind"] for one in log_of][-1] == "case.decided"
    wall = nils.http.get("moderation/stats/").json()
    assert wall["mine"] == {"held": 0, "claimed": 2, "decided": 1}
    assert wall["times"]["claim"]["count"] == 1
    assert nils.name in {one["name"] for one in wall["on_duty"]}


def test_a_clinician_sees_escalated_cases_alone(bench: Bench) -> None:
    case = bench.case(Level.L3)
    clara = bench.clara.http
    assert clara.get(f"moderation/cases/{case}/").status_code == 404
    assert clara.get(f"moderation/cases/{case}/context/").status_code == 404
    assert clara.get("moderation/cases/").json()["results"] == []
    escalating.escalate(case, None, bench.mira.me)
    assert clara.get(f"moderation/cases/{case}/").json()["state"] == "escalated"
    assert [one["id"] for one in clara.get("moderation/cases/").json()["results"]] == [case]
    assert clara.post(f"moderation/cases/{case}/claim/").status_code == 200


def test_the_list_pages_in_the_queues_order(bench: Bench) -> None:
    found = []
    for level in (Level.C, Level.L1, Level.L4, Level.L2):
        found.append(bench.case(level, text=f"at {level}"))
        Case.objects.update(last_flag_at=clock.now() - timedelta(days=2))
    get = bench.mira.http.get
    first = get("moderation/cases/?limit=3").json()
    assert [one["level"] for one in first["results"]] == ["L4", "L2", "L1"]
    assert first["previous"] is None
    second = get(first["next"].split("/api/v1/")[1]).json()
    assert [one["level"] for one in second["results"]] == ["C"]
    assert second["next"] is None
    assert get("moderation/cases/?level=L9").status_code == 422


def test_an_appeal_is_made_and_decided_over_http(bench: Bench) -> None:
    case, fence = claimed(bench, Level.C)
    acting.act(case, fence, Given(Action.HOLD, "rude"), bench.mira.me)
    appeal = told(bench.bobs_me, "decision")[-1]["appeal"]
    words = {"appeal": appeal, "text": "I quoted a film."}
    assert bench.sam.http.post("appeals/", words).status_code == 404
    assert bench.bob.post("appeals/", words).status_code == 201
    assert bench.bob.post("appeals/", words).status_code == 200
    assert [one["id"] for one in bench.noor.http.get("moderation/appeals/").json()["results"]] == [appeal]
    outcome = {"outcome": "upheld", "reason": "It was not."}
    assert bench.mira.http.post(f"moderation/appeals/{appeal}/decide/", outcome).status_code == 403
    decided = bench.noor.http.post(f"moderation/appeals/{appeal}/decide/", outcome)
    assert (decided.status_code, decided.json()["state"]) == (200, "upheld")
    assert bench.row().review
