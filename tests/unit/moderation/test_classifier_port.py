"""The fake classifier keeps the port's promises."""

import pytest

from moderation.classifiers.port import Classifier, ClassifierDown, FakeClassifier, Sample


def fake() -> FakeClassifier:
    return FakeClassifier(taught={"bridge": {"self_risk": 0.9}}, batch_size=2)


def test_it_scores_by_what_it_was_taught() -> None:
    classifier: Classifier = fake()
    first, second = classifier.score([Sample("on the bridge"), Sample("hello")])
    assert first.scores is not None
    assert first.scores["self_risk"] == 0.9
    assert second.scores is not None
    assert second.scores["self_risk"] == 0.0


def test_it_never_scores_a_language_it_cannot_read() -> None:
    assert fake().score([Sample("bridge", language="fi")])[0].scores is None


def test_it_refuses_more_than_a_batch() -> None:
    with pytest.raises(ValueError, match="at most 2"):
        fake().score([Sample("a")] * 3)


def test_it_can_be_down() -> None:
    classifier = fake()
    classifier.down = True
    with pytest.raises(ClassifierDown):
        classifier.score([Sample("a")])
