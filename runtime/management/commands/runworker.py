"""`manage.py runworker`: a process that does nothing but jobs."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from runtime import lifecycle
from runtime.worker import LEASE_S, JobWorker


class Command(BaseCommand):
    """Take jobs from the outbox until SIGTERM or SIGINT; the job in hand is finished first."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the lease's length."""
        parser.add_argument(
            "--lease", type=float, default=LEASE_S, help="seconds a dead worker holds its job"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        worker = JobWorker(lease_s=options["lease"])
        worker.start()
        stopping.wait()
        lifecycle.begin_drain()  # what takes minutes stops half-way, to go on elsewhere
        worker.stop()
