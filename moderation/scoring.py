"""This process's classifier, if it has one: who asks it, and how it does."""

import asyncio
from collections.abc import Collection
from threading import Lock

from moderation import numbers
from moderation.classifiers import configured
from moderation.classifiers.asker import Asker
from moderation.classifiers.port import Classifier, ClassifierDown, Sample, Scored
from runtime import metrics

_asker: Asker | None = None
_looked = False
_start = Lock()


def asker() -> Asker | None:
    """Return the door to the classifier; None where none is configured or its files are not whole.

    The first call may take as long as the model takes to load: not on the event loop.
    """
    global _asker, _looked
    if not _looked:
        with _start:
            if not _looked:
                found = configured.classifier()
                _asker = Asker(found) if found is not None else None
                _looked = True
    return _asker


def install(classifier: Classifier | None) -> Asker | None:
    """Let this process have another classifier from now on, or none; return the door to it."""
    global _asker, _looked
    with _start:
        former, _asker = _asker, Asker(classifier) if classifier is not None else None
        _looked = True
    if former is not None:
        former.stop()
    return _asker


def languages() -> Collection[str] | None:
    """Return which languages the classifier reads; None where there is no classifier."""
    found = asker()
    return found.classifier.languages if found is not None else None


def state() -> str:
    """Return how the classifier does: `ok`, `failing` (rules decide, scores come later) or `absent`."""
    found = asker()
    if found is None:
        return "absent"
    return "failing" if found.failing else "ok"


async def within_budget(sample: Sample) -> Scored | None:
    """Return the score of a message whose sender waits; None where none comes in time."""
    found = asker()
    if found is None:
        return None
    asked = asyncio.wrap_future(found.ask(sample))
    try:
        async with asyncio.timeout(numbers.CLASSIFIER_BUDGET.total_seconds()):
            return await asked
    except (ClassifierDown, TimeoutError):
        metrics.scores_missed.inc()
        return None
