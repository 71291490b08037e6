"""The classifier in the way of a message: before it is stored, at once after, or when it answers again."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from chat import gone, screened, turns
from moderation import cases, numbers, scoring, screening, tallies
from moderation.backlog import jobs, late, rows, sql
from moderation.backlog.models import ToScore
from moderation.backlog.worker import BacklogWorker
from moderation.classifiers.asker import Asker
from moderation.classifiers.port import FakeClassifier, Sample, Scored
from moderation.models import Case, CaseEvent, CaseFlag, SoftHit
from moderation.policy.decide import decide
from moderation.policy.verdict import Facts, Level, Reason, Verdict
from runtime import clock
from streams import db
from streams.commit import Item, write_now
from streams.models import Event
from streams.transaction import Tx
from tests.integration.chat.people import Someone, moderate, queue_events, ref_of, room_events

LONG_S = 30.0
TAUGHT = {
    "plea": {"self_risk": 0.99},  # L3
    "sigh": {"self_risk": 0.7},  # L1
    "menace": {"threat": 0.99},  # H
}


@dataclass(slots=True)
class Model(FakeClassifier):
    """Can be slow, and remembers what it was given."""

    gate: threading.Event = field(default_factory=threading.Event)
    given: list[Sample] = field(default_factory=list)

    def score(self, samples: Sequence[Sample]) -> list[Scored]:
        self.given += samples
        assert self.gate.wait(LONG_S)
        if any("poison" in sample.text for sample in samples):
            raise ValueError("poison")
        return super(Model, self).score(samples)

    @property
    def texts(self) -> list[str]:
        return [sample.text for sample in self.given]


def judged(
    text: str,
    *,
    context: Sequence[Any] = (),
    language: str | None = None,
    scores: Mapping[str, float] | None = None,
    model_version: str = "",
    unmatched: bool = False,
) -> Verdict:
    """Screen by a text's first word (`L3:`, `soft:`, `quiet:`, `fi:` …) and by the scores."""
    word = text.split(":")[0] if ":" in text else ""
    level = Level(word) if word in Level.__members__ else None
    reason = Reason(f"test.{word.lower()}", 1, level, "test")
    facts = Facts(
        reasons=(reason,) if level is not None or word == "soft" else (),
        quiet=(reason,) if word == "quiet" else (),
        language="fi" if word == "fi" else "en",
        scores=scores,
        model_version=model_version,
    )
    return decide(facts, score_levels=numbers.SCORE_LEVELS, card_levels=numbers.CARD_LEVELS)


@pytest.fixture(autouse=True)
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screened, "screen", judged)
    monkeypatch.setattr(screening, "screen", judged)


@pytest.fixture
def model() -> Iterator[Model]:
    """A classifier that answers at once until its gate is closed."""
    model = Model(taught=TAUGHT)
    model.gate.set()
    scoring.install(model)
    yield model
    model.gate.set()
    scoring.install(None)


@pytest.fixture
def asker(model: Model) -> Asker:
    asker = scoring.asker()
    assert asker is not None
    return asker


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is hurried: a busy machine must not look like a slow classifier."""
    monkeypatch.setattr(numbers, "CLASSIFIER_BUDGET", timedelta(seconds=LONG_S))


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers, "CLASSIFIER_BUDGET", timedelta(milliseconds=1))


def worked(asker: Asker, **options: Any) -> BacklogWorker:
    """Let a fresh worker do all there is to do now; return it. Synchronous."""
    worker = BacklogWorker(asker, **options)
    while worker.run_once():
        pass
    worker._strike_off()
    connection.close()
    return worker


async def work(asker: Asker) -> None:
    await db.run(worked, asker)


async def until(condition: Any) -> None:
    """Return once a condition that asks the database holds."""
    for _ in range(3_000):
        if await db.run(condition):
            return
        await asyncio.sleep(0.01)
    pytest.fail("it never came to pass")


async def count(model: Any, **fields: Any) -> int:
    return await db.run(lambda: model.objects.filter(**fields).count())


async def flags() -> list[CaseFlag]:
    return await db.run(lambda: list(CaseFlag.objects.order_by("at")))


# Before it is stored ------------------------------------------------------------------------------------


async def test_where_the_rules_are_unsure_the_score_decides_before_anyone_reads_it(
    together: None, alice: Someone, model: Model, patient: None
) -> None:
    answer = await alice.says("quiet: a menace")
    assert answer["status"] == "held"
    (flag,) = await flags()
    assert (flag.level, flag.scoring, flag.model_version, flag.late_ms) == ("H", "scored", "fake-1", None)
    assert await count(ToScore) == 0


async def test_a_rule_and_a_score_together_give_the_stricter_level(
    together: None, alice: Someone, model: Model, patient: None
) -> None:
    await alice.says("L1: a plea")
    (flag,) = await flags()
    assert (flag.level, flag.source) == ("L3", "rules")
    assert {reason["rule"] for reason in flag.reasons} == {"test.l1", "score.self_risk"}
    assert len(await alice.me("card")) == 1


async def test_a_message_that_waits_for_its_score_is_overtaken_by_none_of_its_sender(
    together: None, alice: Someone, bob: Someone, model: Model, patient: None
) -> None:
    model.gate.clear()
    first, second = (asyncio.ensure_future(alice.says(text)) for text in ("quiet: one", "two"))
    while not model.given:
        await asyncio.sleep(0.001)
    await bob.says("three")
    assert alice.rooms["sleep"].ahead is not None
    over = asyncio.ensure_future(turns.over(alice.rooms["sleep"]))
    await asyncio.sleep(0)
    assert not over.done()
    model.gate.set()
    await asyncio.gather(first, second, over)
    texts = [event["text"] for event in await room_events() if event["kind"] == "message"]
    assert texts == ["three", "quiet: one", "two"]
    assert alice.rooms["sleep"].ahead is None


async def test_draining_waits_for_what_waits_for_its_score(
    together: None, alice: Someone, model: Model, patient: None
) -> None:
    model.gate.clear()
    saying = asyncio.ensure_future(alice.says("quiet: one"))
    await asyncio.sleep(0)
    settled = asyncio.ensure_future(turns.settled())
    await asyncio.sleep(0.01)
    assert not settled.done()
    model.gate.set()
    await asyncio.gather(settled, saying)


async def test_a_sender_who_is_gone_is_heard_all_the_same(
    together: None, alice: Someone, model: Model, patient: None
) -> None:
    model.gate.clear()
    saying = asyncio.ensure_future(alice.says("quiet: a plea"))
    await asyncio.sleep(0)
    saying.cancel()
    model.gate.set()
    await turns.settled()
    await until(Case.objects.exists)


async def test_the_model_reads_what_the_sender_said_before(
    together: None, alice: Someone, bob: Someone, model: Model, patient: None, asker: Asker
) -> None:
    for text in ("one", "two", "three", "four"):
        await alice.says(text)
        await bob.says("something else")
    await alice.says("quiet: five")
    inline = [turn.text for turn in model.given[-1].context]
    assert inline == ["two", "three", "four"]
    await alice.says("six")
    await work(asker)  # from the log, as another process would
    (sample,) = [sample for sample in model.given if sample.text == "six"]
    assert [(turn.text, turn.own) for turn in sample.context] == [
        ("three", True), ("four", True), ("quiet: five", True),
    ]  # fmt: skip


# At once after ------------------------------------------------------------------------------------------


async def test_ordinary_chat_is_delivered_and_scored_right_after(
    together: None, alice: Someone, bob: Someone, model: Model, asker: Asker
) -> None:
    worker = BacklogWorker(asker, look_s=LONG_S * 10)  # it never looks: it is told
    worker.start()
    try:
        answer = await alice.says("a plea")
        assert answer["status"] == "delivered"
        await until(lambda: tallies.unscreened() == 0)
        (flag,) = await flags()
        assert (flag.level, flag.event_id, flag.scoring) == ("L3", answer["event_id"], "scored")
        assert flag.late_ms is not None
        assert [event["kind"] for event in await queue_events()] == ["case.opened"]
        assert len(await alice.me("card")) == 1
        await bob.says("good evening")
        await until(lambda: tallies.unscreened() == 0)
        assert await count(Case) == 1
    finally:
        await asyncio.to_thread(worker.stop)
    assert model.texts == ["a plea", "good evening"]


async def test_late_harm_is_retracted_and_never_held(
    together: None, alice: Someone, model: Model, asker: Asker
) -> None:
    before = await room_events()
    answer = await alice.says("a menace")
    assert answer["status"] == "delivered"
    await work(asker)
    said, retracted = (await room_events())[len(before) :]
    assert (said["gone"], "text" in said) == ("retracted", False)
    assert (retracted["kind"], retracted["target"]) == ("message.retracted", answer["event_id"])
    assert await alice.me("message.held") == []
    assert [(flag.level, flag.visibility) for flag in await flags()] == [("H", "hold")]


async def test_the_card_comes_once_an_episode(
    together: None, alice: Someone, model: Model, asker: Asker
) -> None:
    await alice.says("a plea")
    await alice.says("another plea")
    await work(asker)
    assert len(await alice.me("card")) == 1
    assert await count(Case) == 1
    assert await count(CaseFlag) == 2


async def test_what_the_rules_flagged_gets_its_score_beside_it(
    together: None, alice: Someone, model: Model, asker: Asker
) -> None:
    await alice.says("L4: a plea")
    (flag,) = await flags()
    assert (flag.level, flag.scoring, flag.scores) == ("L4", "unscored", None)
    await work(asker)
    (flag,) = await flags()
    assert (flag.level, flag.scoring) == ("L4", "scored")
    assert flag.scores is not None
    assert flag.scores["self_risk"] == 0.99
    assert flag.late_ms is not None
    assert await count(CaseEvent) == 1


async def test_a_held_message_is_scored_too(
    together: None, alice: Someone, model: Model, asker: Asker
) -> None:
    await moderate("hold", alice, alice.id(), on=True)
    assert (await alice.says("a plea"))["status"] == "held"
    await work(asker)
    assert [flag.level for flag in await flags()] == ["C", "L3"]
    assert (await db.run(Case.objects.get)).level == "L3"
    assert [event["kind"] for event in await room_events()].count("message.retracted") == 0


async def test_three_late_sighs_are_no_more_than_they_are(
    together: None, alice: Someone, model: Model, asker: Asker
) -> None:
    await alice.says("soft: one")
    assert await count(SoftHit) == 1
    await work(asker)
    assert (await count(SoftHit), await count(Case)) == (1, 0)


async def test_a_text_taken_back_before_its_score_is_read_all_the_same(
    together: None, alice: Someone, model: Model, asker: Asker
) -> None:
    plea, chat = await alice.says("a plea"), await alice.says("chat")
    for answer in (plea, chat):
        await alice.takes_back(answer["event_id"])
    assert [event.get("text") for event in (await room_events()) if event["kind"] == "message"] == [None] * 2
    await work(asker)
    assert [flag.event_id for flag in await flags()] == [plea["event_id"]]

    def kept(answer: dict[str, Any]) -> Sample | None:
        return rows._sample(Event.objects.select_related("stream").get(pk=answer["event_id"]), "en")

    assert await db.run(kept, chat) is None  # nobody needs it any more
    assert await db.run(kept, plea) is not None  # until its case is closed


async def test_a_closed_case_leaves_a_text_that_is_still_to_be_scored(
    together: None, alice: Someone, model: Model, asker: Asker
) -> None:
    event_id = (await alice.says("L4: goodbye"))["event_id"]
    await alice.takes_back(event_id)
    ref = await ref_of()

    def close(tx: Tx) -> None:
        Case.objects.update(state=Case.State.CLOSED)
        cases.release_texts(tx, Case.objects.get())

    def sample() -> Sample | None:
        return rows._sample(Event.objects.select_related("stream").get(pk=event_id), "en")

    await db.run(write_now, Item((ref,), close))
    assert await db.run(sample) is not None
    await work(asker)
    assert await db.run(sample) is None


async def test_a_text_taken_back_while_it_is_struck_off_goes_all_the_same(
    together: None, alice: Someone, model: Model
) -> None:
    event_id = (await alice.says("chat"))["event_id"]
    ref = await ref_of()
    going, struck = threading.Event(), threading.Event()

    def take_back(tx: Tx) -> None:
        stored = tx.find(ref, event_id)
        assert stored is not None
        gone.let_go(tx, stored, "removed")
        going.set()
        struck.wait(0.2)  # in vain on SQLite, where a second writer waits for the first

    def strike() -> None:
        assert going.wait(LONG_S)
        rows.strike_off([event_id])
        struck.set()

    await asyncio.gather(db.run(write_now, Item((ref,), take_back)), db.run(strike))
    await db.run(rows.strike_off, [event_id])  # where it was left, it comes up again
    assert await count(ToScore) == 0
    event = await db.run(lambda: Event.objects.select_related("stream").get(pk=event_id))
    assert rows._sample(event, "en") is None


async def test_a_language_the_model_cannot_read_is_owed_no_score(
    together: None, alice: Someone, model: Model
) -> None:
    await alice.says("fi: plea")
    await alice.says("fi: menace")
    assert await count(ToScore) == 0
    assert model.given == []


async def test_without_a_classifier_nothing_is_owed(together: None, alice: Someone) -> None:
    scoring.install(None)
    await alice.says("a plea")
    await alice.says("L2: help")
    assert await count(ToScore) == 0
    assert [flag.scoring for flag in await flags()] == ["not_asked"]


async def test_a_batch_is_owed_in_one_statement(
    together: None, alice: Someone, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    insert = sql.insert
    monkeypatch.setattr(sql, "insert", lambda made, *lease: (sizes.append(len(made)), insert(made, *lease)))
    await asyncio.gather(*(alice.says(str(n)) for n in range(10)))
    assert sum(sizes) == 10
    assert len(sizes) <= 2  # the first may go alone


# When parts fail ----------------------------------------------------------------------------------------


async def test_a_slow_classifier_delays_nobody_past_the_budget(
    together: None, alice: Someone, model: Model, hurried: None, asker: Asker
) -> None:
    model.gate.clear()
    answer = await alice.says("L1: a plea")
    assert answer["status"] == "delivered"
    (flag,) = await flags()
    assert (flag.level, flag.scoring) == ("L1", "unscored")
    model.gate.set()
    await work(asker)
    levels = [(flag.level, flag.scoring) for flag in await flags()]
    assert levels == [("L1", "scored"), ("L3", "scored")]
    assert (await db.run(Case.objects.get)).level == "L3"


async def test_while_it_is_down_rules_decide_and_what_is_owed_is_scored_when_it_is_back(
    together: None, alice: Someone, model: Model, patient: None, asker: Asker
) -> None:
    model.down = True
    assert (await alice.says("quiet: a plea"))["status"] == "delivered"
    assert (await alice.says("a menace"))["status"] == "delivered"
    assert await count(Case) == 0
    assert asker.failing
    assert await db.run(tallies.unscreened) == 2
    assert (await asyncio.to_thread(Client().get, "/readyz")).json() == {
        "status": "ok", "classifier": "failing",
    }  # fmt: skip
    model.down = False
    await work(asker)
    assert sorted(flag.level for flag in await flags()) == ["H", "L3"]
    assert await db.run(tallies.unscreened) == 0
    assert scoring.state() == "ok"


async def test_a_worker_waits_for_a_model_that_is_down(
    together: None, alice: Someone, model: Model, asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.backlog.worker.PAUSE_S", 0.01)
    model.down = True
    worker = BacklogWorker(asker, look_s=0.01)
    worker.start()
    try:
        await alice.says("a plea")
        await until(lambda: asker.failing)
        model.down = False
        await until(lambda: tallies.unscreened() == 0)
        assert await count(Case) == 1
    finally:
        await asyncio.to_thread(worker.stop)


async def test_a_text_the_model_stumbles_over_keeps_no_other_waiting(
    together: None, alice: Someone, model: Model, asker: Asker
) -> None:
    await alice.says("poison")
    await alice.says("a plea")
    await work(asker)
    assert await count(Case) == 1
    (left,) = await db.run(lambda: list(ToScore.objects.all()))
    assert (left.attempts, left.holder) == (1, "")
    assert left.lease_until is not None
    assert left.lease_until > clock.now()


async def test_what_waited_for_a_week_is_given_up_and_its_text_with_it(
    together: None, alice: Someone, model: Model
) -> None:
    answer = await alice.says("a plea")
    await alice.takes_back(answer["event_id"])
    await db.run(lambda: ToScore.objects.update(at=clock.now() - numbers.SCORE_OWED_FOR - timedelta(hours=1)))
    assert await db.run(jobs.give_up) == 1
    event = await db.run(lambda: Event.objects.select_related("stream").get(pk=answer["event_id"]))
    assert rows._sample(event, "en") is None


# A crash between any two steps --------------------------------------------------------------------------


class _Crash(BaseException):
    """The process is gone."""


def crash(*_: object, **__: object) -> None:
    raise _Crash


def crash_in_the_case(*args: Any) -> None:
    """Write the case and die before the transaction is durable."""
    _flag(*args)
    raise _Crash


_flag = late._flag
STEPS = {
    "commit": None,  # stored, and its process died before it took it in hand
    "claim": ("moderation.backlog.rows.read", crash),
    "score": ("moderation.backlog.worker.judged", crash),
    "case": ("moderation.backlog.late._flag", crash_in_the_case),
    "strike": ("moderation.backlog.rows.strike_off", crash),
}


@pytest.mark.parametrize("step", STEPS)
async def test_a_crash_leaves_no_message_unscored_and_opens_each_case_once(
    together: None, alice: Someone, model: Model, asker: Asker, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    dead = BacklogWorker(asker)
    rows.attach(rows.Hands(dead.holder, dead.lease_s, lambda owed: None, lambda: step == "commit"))
    try:
        await alice.says("a plea")
        await alice.says("good evening")
    finally:
        rows.attach(None)
    where = STEPS[step]
    if where is not None:
        with monkeypatch.context() as patch:
            patch.setattr(*where)
            with pytest.raises(_Crash):
                await asyncio.to_thread(worked, asker)
    await work(asker)  # the dead one's lease runs on
    assert await db.run(tallies.unscreened) > 0
    later = clock.now() + timedelta(seconds=dead.lease_s + 1)
    with monkeypatch.context() as patch:
        patch.setattr("moderation.backlog.worker.clock.now", lambda: later)
        await work(asker)
    assert await db.run(tallies.unscreened) == 0
    assert (await count(Case), await count(CaseFlag), await count(CaseEvent)) == (1, 1, 1)
    assert [event["kind"] for event in await queue_events()] == ["case.opened"]
    assert len(await alice.me("card")) == 1


async def test_two_who_have_scored_the_same_open_one_case(
    together: None, alice: Someone, model: Model, asker: Asker
) -> None:
    answer = await alice.says("a plea")
    (owed,) = await db.run(rows.read, [answer["event_id"]])
    verdict = judged("a plea", scores={"self_risk": 0.99})
    await asyncio.gather(*(db.run(late.settle, owed, verdict) for _ in range(4)))
    assert (await count(Case), await count(CaseFlag)) == (1, 1)


async def test_no_two_workers_get_the_same_rows(
    together: None, alice: Someone, model: Model, asker: Asker
) -> None:
    for n in range(12):
        await alice.says(str(n))
    taken = await asyncio.gather(*(db.run(rows.claim, clock.now(), f"worker {n}", 60.0, 5) for n in range(4)))
    ids = [event_id for claimed in taken for event_id in claimed]
    assert len(ids) == len(set(ids))
    rest = await db.run(rows.claim, clock.now(), "last", 60.0, 50)
    owed = await db.run(lambda: set(ToScore.objects.values_list("pk", flat=True)))
    assert set(ids) | set(rest) == owed


async def test_a_worker_that_stops_gives_back_what_it_has_in_hand(
    together: None, alice: Someone, model: Model, asker: Asker
) -> None:
    worker = BacklogWorker(asker)
    rows.attach(rows.Hands(worker.holder, worker.lease_s, worker.take, lambda: True))
    await alice.says("a plea")
    worker._stopping.set()
    await asyncio.to_thread(worker.run)
    rows.attach(None)
    (left,) = await db.run(lambda: list(ToScore.objects.all()))
    assert (left.holder, left.lease_until) == ("", None)
