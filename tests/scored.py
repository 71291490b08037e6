"""A process of a house whose classifier knows a few words: `python -m tests.scored serve`, or `runscreener`.

It stands still while the file at `STANDS_STILL` is there, as a model does that hangs.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.servers import Server, WebServer, house_environment

STEP_S = 0.01


class ScoredWeb(WebServer):
    """One daphne process of such a house."""

    def command(self) -> Sequence[str]:
        """Return the house's start command, by way of this module."""
        return [sys.executable, "-m", "tests.scored", "serve"]


class RunScreener(Server):
    """`manage.py runscreener` of such a house."""

    name = "screener"

    def __init__(self, variables: Mapping[str, str]) -> None:
        super().__init__()
        self.variables = dict(variables)

    def command(self) -> Sequence[str]:
        """Return the command, by way of this module."""
        return [sys.executable, "-m", "tests.scored", "runscreener"]

    def environment(self) -> Mapping[str, str]:
        """Return the house's variables."""
        return house_environment(self.variables)

    def answers(self) -> bool:
        """It has no door to ask at: what it does is seen in the database."""
        return self.running


def main(word: str) -> int:
    """Run the process with the classifier in its place."""
    import django

    from chatserver import serve

    django.setup()
    from django.core.management import call_command

    from moderation import scoring
    from moderation.classifiers.port import FakeClassifier, Sample, Scored

    class Model(FakeClassifier):
        def score(self, samples: Sequence[Sample]) -> list[Scored]:
            while Path(os.environ["STANDS_STILL"]).exists():
                threading.Event().wait(STEP_S)
            return super().score(samples)

    scoring.install(Model(taught={"zebra": {"self_risk": 0.99}, "walrus": {"threat": 0.99}}))
    if word == "serve":
        sys.argv = sys.argv[:1]
        return serve.main()
    call_command(word)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
