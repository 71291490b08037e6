"""One thread that talks to the model: it gathers what waits into batches, what somebody waits for first."""

import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from time import monotonic
from typing import NamedTuple

import structlog

from moderation.classifiers.port import Classifier, ClassifierDown, Sample, Scored
from runtime import metrics

log = structlog.get_logger(__name__)

PATIENT_AT_ONCE = (
    16  # of the backlog in one batch: at 700 a second, who is asked for inline waits 23 ms at most
)
MOST_URGENT = 256  # who comes behind so many would not be answered within the budget


class _Asked(NamedTuple):
    sample: Sample
    answer: "Future[Scored]"
    at: float
    way: str


class Asker:
    """The one door to the model in this process. Any thread may ask; its own alone calls the model."""

    def __init__(self, classifier: Classifier) -> None:
        self.classifier = classifier
        self.failing = False  # the last answer was none
        self._urgent: deque[_Asked] = deque()
        self._patient: deque[_Asked] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopping = False

    def ask(self, sample: Sample) -> "Future[Scored]":
        """Return the score to be, for somebody who waits: cancel it once they no longer do.

        It raises `ClassifierDown` where the model cannot answer, at once where too many wait already.
        """
        return self._queue([sample], self._urgent, "inline", MOST_URGENT)[0]

    def ask_patiently(self, samples: Sequence[Sample]) -> "list[Future[Scored]]":
        """Return the scores to be of samples for which nobody waits."""
        return self._queue(samples, self._patient, "late", None)

    def _queue(
        self, samples: Sequence[Sample], queue: "deque[_Asked]", way: str, most: int | None
    ) -> "list[Future[Scored]]":
        now = monotonic()
        asked = [_Asked(sample, Future(), now, way) for sample in samples]
        with self._changed:
            if self._stopping or (most is not None and len(queue) >= most):
                for one in asked:
                    one.answer.set_exception(ClassifierDown())
            else:
                queue.extend(asked)
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="classifier", daemon=True)
                    self._thread.start()
                self._changed.notify()
        return [one.answer for one in asked]

    def stop(self, timeout_s: float = 10.0) -> None:
        """Answer what is being scored, turn away what waits, and end."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while batch := self._next():
            kept = [one for one in batch if one.answer.set_running_or_notify_cancel()]
            if kept:
                self._score(kept)
        with self._changed:
            left = [*self._urgent, *self._patient]
            self._urgent.clear()
            self._patient.clear()
        for one in left:
            if one.answer.set_running_or_notify_cancel():
                one.answer.set_exception(ClassifierDown())

    def _next(self) -> list[_Asked]:
        """Return what is to be scored together, once there is something; nothing when stopping."""
        with self._changed:
            while not (self._urgent or self._patient or self._stopping):
                self._changed.wait()
            if self._stopping:
                return []
            batch: list[_Asked] = []
            most = self.classifier.batch_size
            while self._urgent and len(batch) < most:
                batch.append(self._urgent.popleft())
            patient = min(PATIENT_AT_ONCE, most - len(batch), len(self._patient))
            batch += [self._patient.popleft() for _ in range(patient)]
            return batch

    def _score(self, batch: list[_Asked]) -> None:
        began = monotonic()
        try:
            scored = self.classifier.score([one.sample for one in batch])
            if len(scored) != len(batch):
                raise ValueError("one score per sample, no fewer")
        except Exception as fault:
            if isinstance(fault, ClassifierDown) or len(batch) == 1:
                self._down(batch, fault)
                return
            for one in batch:  # a text the model stumbles over must not take the others' answers with it
                self._score([one])
            return
        metrics.scoring_batch.observe(len(batch))
        metrics.scoring_seconds.observe(monotonic() - began)
        if self.failing:
            self.failing = False
            log.info("classifier_answers_again")
        now = monotonic()
        for one, answer in zip(batch, scored, strict=True):
            metrics.scored.labels(one.way).inc()
            metrics.score_wait_seconds.labels(one.way).observe(now - one.at)
            one.answer.set_result(answer)

    def _down(self, batch: list[_Asked], fault: Exception) -> None:
        if not self.failing:
            self.failing = True
            log.error("classifier_down", fault=type(fault).__name__)
        for one in batch:
            one.answer.set_exception(ClassifierDown())
