"""The door to a model that scores messages. None is configured by default: then the rules decide alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

LABELS = (
    "self_risk",
    "other_risk",
    "threat",
    "abuse",
    "domestic",
    "support_seeking",
    "severity",
    "sentiment",
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message; `own` if the judged sender wrote it."""

    text: str
    own: bool = True


@dataclass(frozen=True, slots=True)
class Sample:
    """One message to score, with up to three earlier ones, oldest first."""

    text: str
    context: tuple[Turn, ...] = ()
    language: str = "und"


@dataclass(frozen=True, slots=True)
class Scored:
    """What the model says of one sample: a score per label, 0–1 (`sentiment` −1…1).

    `scores` is None for a language whose text the model cannot read: never a guess.
    """

    scores: Mapping[str, float] | None
    model_version: str


class ClassifierDown(Exception):
    """The model cannot answer now; the rules decide and a backlog scores the message later."""


class Classifier(Protocol):
    """A model behind one micro-batching port. Never called on the event loop."""

    @property
    def version(self) -> str:
        """The name and version that go into the record."""
        ...

    @property
    def languages(self) -> frozenset[str]:
        """The languages the model can read, as ISO 639-1 codes."""
        ...

    @property
    def batch_size(self) -> int:
        """The most samples one `score` call takes."""
        ...

    def score(self, samples: Sequence[Sample]) -> list[Scored]:
        """Return one `Scored` per sample, in order. Raises `ClassifierDown`, `ValueError` past
        `batch_size`."""
        ...


class LanguageGate(Protocol):
    """Says which language a text is in, so that a model never scores what it cannot read."""

    def language(self, text: str) -> str:
        """Return an ISO 639-1 code, or `und` where the text is too short or mixed to say."""
        ...


@dataclass(slots=True)
class FakeClassifier:
    """A classifier for tests: scores by words it was taught, fails on demand, remembers its batches."""

    taught: dict[str, Mapping[str, float]] = field(default_factory=dict)
    languages: frozenset[str] = frozenset({"en", "und"})
    batch_size: int = 32
    version: str = "fake-1"
    down: bool = False
    batches: list[int] = field(default_factory=list)

    def score(self, samples: Sequence[Sample]) -> list[Scored]:
        """Return, per sample, the highest taught score of each label among the words it contains."""
        if self.down:
            raise ClassifierDown
        if len(samples) > self.batch_size:
            raise ValueError(f"{len(samples)} samples, at most {self.batch_size}")
        self.batches.append(len(samples))
        return [self._one(sample) for sample in samples]

    def _one(self, sample: Sample) -> Scored:
        if sample.language not in self.languages:
            return Scored(None, self.version)
        scores = dict.fromkeys(LABELS, 0.0)
        for word, taught in self.taught.items():
            if word in sample.text.lower():
                for label, score in taught.items():
                    scores[label] = max(scores[label], score)
        return Scored(scores, self.version)
