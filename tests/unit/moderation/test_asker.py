"""One thread asks the model: in batches, those who wait first, and one bad text spoils no other's answer."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, field

import pytest

from moderation.classifiers.asker import MOST_URGENT, PATIENT_AT_ONCE, Asker
from moderation.classifiers.port import ClassifierDown, FakeClassifier, Sample, Scored

LONG_S = 30.0


@dataclass(slots=True)
class Gated(FakeClassifier):
    """Answers only once it is let: so that what gathers meanwhile is known."""

    gate: threading.Event = field(default_factory=threading.Event)
    busy: threading.Event = field(default_factory=threading.Event)
    texts: list[list[str]] = field(default_factory=list)

    def score(self, samples: Sequence[Sample]) -> list[Scored]:
        self.texts.append([sample.text for sample in samples])
        self.busy.set()
        assert self.gate.wait(LONG_S)
        if any(sample.text == "poison" for sample in samples):
            raise ValueError("poison")
        return super(Gated, self).score(samples)


@pytest.fixture
def model() -> Gated:
    return Gated(taught={"bridge": {"self_risk": 0.9}}, batch_size=24)


@pytest.fixture
def asker(model: Gated) -> Iterator[Asker]:
    asker = Asker(model)
    yield asker
    model.gate.set()
    asker.stop()


def test_an_answer_comes(asker: Asker, model: Gated) -> None:
    model.gate.set()
    scored = asker.ask(Sample("the bridge")).result(LONG_S)
    assert scored.scores is not None
    assert scored.scores["self_risk"] == 0.9


def test_what_gathers_is_scored_together_and_who_waits_comes_first(asker: Asker, model: Gated) -> None:
    first = asker.ask(Sample("first"))
    assert model.busy.wait(LONG_S)
    late = asker.ask_patiently([Sample(f"late {n}") for n in range(PATIENT_AT_ONCE + 1)])
    soon = [asker.ask(Sample(f"soon {n}")) for n in range(10)]
    model.gate.set()
    for answer in (first, *late, *soon):
        assert answer.result(LONG_S).scores is not None
    assert model.batches == [1, 24, 3]
    assert model.texts[1][:11] == [*(f"soon {n}" for n in range(10)), "late 0"]


def test_who_waits_no_longer_is_not_scored(asker: Asker, model: Gated) -> None:
    first = asker.ask(Sample("first"))
    assert model.busy.wait(LONG_S)
    gone, there = asker.ask(Sample("gone")), asker.ask(Sample("there"))
    assert gone.cancel()
    model.gate.set()
    assert there.result(LONG_S).scores is not None
    with pytest.raises(CancelledError):
        gone.result(LONG_S)
    assert first.done()
    assert model.texts == [["first"], ["there"]]


def test_a_model_that_is_down_says_so_and_is_known_to_be_back(asker: Asker, model: Gated) -> None:
    model.gate.set()
    model.down = True
    with pytest.raises(ClassifierDown):
        asker.ask(Sample("a")).result(LONG_S)
    assert asker.failing
    model.down = False
    asker.ask(Sample("a")).result(LONG_S)
    assert not asker.failing


def test_a_text_the_model_stumbles_over_costs_the_others_nothing(asker: Asker, model: Gated) -> None:
    first = asker.ask(Sample("first"))
    assert model.busy.wait(LONG_S)
    fine, bad = asker.ask(Sample("fine")), asker.ask(Sample("poison"))
    model.gate.set()
    assert first.result(LONG_S).scores is not None
    assert fine.result(LONG_S).scores is not None
    assert isinstance(bad.exception(LONG_S), ClassifierDown)


def test_too_many_who_wait_are_turned_away_at_once(asker: Asker, model: Gated) -> None:
    asker.ask(Sample("first"))
    assert model.busy.wait(LONG_S)
    for _ in range(MOST_URGENT):
        assert not asker.ask(Sample("soon")).done()
    assert isinstance(asker.ask(Sample("one more")).exception(0), ClassifierDown)


def test_when_it_stops_nobody_is_left_waiting(asker: Asker, model: Gated) -> None:
    asker.ask(Sample("first"))
    assert model.busy.wait(LONG_S)
    left = [asker.ask(Sample("soon")), *asker.ask_patiently([Sample("late")])]
    stopping = threading.Thread(target=asker.stop)
    stopping.start()
    model.gate.set()
    stopping.join(LONG_S)
    for answer in left:
        assert isinstance(answer.exception(LONG_S), ClassifierDown)
    assert isinstance(asker.ask(Sample("after")).exception(0), ClassifierDown)
