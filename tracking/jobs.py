"""The jobs of tracking: reading what people bring, and figuring out what days come to."""

from uuid import UUID

from runtime import clock
from runtime.jobs import enqueue, every, job
from tracking.figures.numbers import PEOPLE_AT_ONCE, SETTLES
from tracking.figuring import figure_out
from tracking.imports import changes
from tracking.models import Edition


@every(seconds=300, name="tracking.figures")
def hand_out() -> None:
    """Ask for the figures of everybody whose days changed some minutes ago, who waits longest first."""
    waiting = Edition.objects.filter(waiting_since__lte=clock.now() - SETTLES).order_by("waiting_since", "pk")
    for person_id, edition in waiting.values_list("pk", "current")[:PEOPLE_AT_ONCE]:
        # An edition is figured out once, whoever asks for it how often.
        enqueue("tracking.figure_out", key=f"figures:{edition}", person=str(person_id))


@job("tracking.figure_out")
def figure(person: str) -> None:
    """Compute one person's figures."""
    figure_out(UUID(person), clock.now())


@job("tracking.import", slow=True)
def run_import(import_id: str) -> None:
    """Read a file that somebody brought."""
    changes.work(UUID(import_id))


@every(seconds=3_600, name="tracking.purge_imports")
def purge_imports() -> int:
    """Let go of files and of what became of them; return how many."""
    return changes.purge(clock.now())
