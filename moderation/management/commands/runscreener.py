"""`manage.py runscreener`: a process that does nothing but score what is owed."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from moderation import scoring, screening
from moderation.backlog.worker import LEASE_S, BacklogWorker

LOOK_S = 0.2  # nobody rings its bell: messages are written by other processes


class Command(BaseCommand):
    """Score delivered messages until SIGTERM or SIGINT; what is in hand is finished first."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the lease's length."""
        parser.add_argument(
            "--lease", type=float, default=LEASE_S, help="seconds a dead screener holds its rows"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run. Raises CommandError where there is no classifier to ask."""
        asker = scoring.asker()
        if asker is None:
            raise CommandError(
                "There is no classifier here: the rules decide alone and nothing is owed a score."
            )
        screening.screener()
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        worker = BacklogWorker(asker, lease_s=options["lease"], look_s=LOOK_S)
        worker.start(in_process=False)
        stopping.wait()
        worker.stop()
        asker.stop()
