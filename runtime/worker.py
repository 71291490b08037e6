"""The thread that takes jobs from the outbox. Any number may run, in any number of processes."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from django.db import Error as DatabaseFault
from django.db import close_old_connections, connection, transaction
from django.db.models import Q, QuerySet

from runtime import clock, metrics
from runtime.jobs import Job, PermanentFailure, Postponed, enqueue, every, pause_s, registered, slow_ones
from runtime.models import KeptAnswer, OutboxJob, PeriodicRun
from runtime.waking import wake

log = structlog.get_logger(__name__)

LEASE_S = 60.0  # a dead worker's job waits this long at most
POLL_S = 1.0  # jobs of other processes are seen this late; one's own ring the bell
KEYS_KEPT = timedelta(days=7)
ERROR_PAUSE_S = 2.0


@dataclass(frozen=True)
class Claim:
    """One job held under a lease; `fence` tells its holder from a later one."""

    pk: int
    fence: int
    name: str
    ids: dict[str, str | int | None]
    attempts: int


class JobWorker:
    """Takes one job at a time, renews its lease while it runs, and records how it ended.

    In the background it has two threads, of which one does nothing but slow jobs: a file that takes minutes
    to read must not keep an alarm waiting.
    """

    def __init__(self, *, lease_s: float = LEASE_S, poll_s: float = POLL_S) -> None:
        self.lease_s = lease_s
        self.poll_s = poll_s
        self._stopping = threading.Event()
        self._current: dict[int, Claim] = {}  # by the thread that has it in hand
        self._threads: list[threading.Thread] = []
        self._next_periodic: dict[str, float] = {}

    def start(self) -> None:
        """Begin in the background."""
        self._begin("jobs", partial(self.run, slow=False))
        self._begin("jobs-slow", partial(self.run, slow=True))
        self.keep_leases()

    def keep_leases(self) -> None:
        """Renew the lease of the job in hand in the background; whoever calls `run_once` needs it."""
        self._begin("job-leases", self._renew_leases)

    def _begin(self, name: str, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, name=name, daemon=True)
        thread.start()
        self._threads.append(thread)

    def stop(self, timeout_s: float = 10.0) -> None:
        """Finish the job in hand, at most `timeout_s` long, and end."""
        self._stopping.set()
        wake.set()
        for thread in self._threads:
            thread.join(timeout_s)

    def run(self, *, slow: bool | None = None) -> None:
        """Work until stopped, at slow jobs, quick ones, or both; a database that is away is waited for."""
        while not self._stopping.is_set():
            if not slow:
                wake.clear()
            try:
                busy = self.run_once(slow=slow)
            except DatabaseFault:
                log.warning("jobs_database_away")
                busy = False
                self._stopping.wait(ERROR_PAUSE_S)
            except Exception:
                log.exception("jobs_worker_stumbled")  # a bug must not end the only worker there is
                busy = False
                self._stopping.wait(ERROR_PAUSE_S)
            finally:
                connection.close()  # back to the pool: an idle worker holds nothing
            if not busy and not self._stopping.is_set():
                # The bell is the quick one's: whoever waits for a slow job does not wait for a second.
                (self._stopping if slow else wake).wait(self.poll_s)

    def run_once(self, *, slow: bool | None = None) -> bool:
        """Do one due job, slow or quick, or whichever comes first; return whether there was one."""
        if not slow:
            self._queue_periodic()
        claim = claim_next(clock.now(), self.lease_s, slow=slow)
        if claim is None:
            return False
        hand = threading.get_ident()
        self._current[hand] = claim
        try:
            perform(claim)
        finally:
            self._current.pop(hand, None)
        return True

    def _queue_periodic(self) -> None:
        moment = clock.monotonic()
        for job in [job for job in registered.values() if job.every_s is not None]:
            if moment >= self._next_periodic.get(job.name, 0.0):
                queue_periodic(job, clock.now())
                # Looked at more often than it is due: another process may be the one that dies.
                self._next_periodic[job.name] = moment + min(job.every_s or 60.0, 60.0)

    def _renew_leases(self) -> None:
        while not self._stopping.wait(self.lease_s / 3):
            for claim in list(self._current.values()):
                try:
                    _held(claim).update(lease_until=clock.now() + timedelta(seconds=self.lease_s))
                except DatabaseFault:
                    log.warning("job_lease_not_renewed", job=claim.name)
                finally:
                    connection.close()


def claim_next(now: datetime, lease_s: float, *, slow: bool | None = None) -> Claim | None:
    """Return the next due job under a lease, slow or quick if that is asked, or None.

    No two workers get the same one.
    """
    due = Q(state=OutboxJob.State.QUEUED, due_at__lte=now)
    abandoned = Q(state=OutboxJob.State.RUNNING, lease_until__lt=now)
    ready = OutboxJob.objects.filter(due | abandoned)
    if slow is not None:
        named = Q(name__in=slow_ones())
        ready = ready.filter(named if slow else ~named)
    if not ready.exists():  # a plain read: an idle worker takes no lock
        return None
    with transaction.atomic():
        row = ready.select_for_update(skip_locked=True).order_by("due_at", "id").first()
        if row is None:
            return None
        row.state = OutboxJob.State.RUNNING
        row.fence += 1
        row.attempts += 1
        row.lease_until = now + timedelta(seconds=lease_s)
        row.save(update_fields=["state", "fence", "attempts", "lease_until"])
    return Claim(row.pk, row.fence, row.name, row.ids, row.attempts)


def perform(claim: Claim) -> None:
    """Run one claimed job and record the outcome, unless another worker has taken it over meanwhile."""
    job = registered.get(claim.name)
    try:
        if job is None:
            raise PermanentFailure("nobody registered this job")
        job.run(**claim.ids)
    except PermanentFailure as error:
        _failed(claim, error)
    except Postponed:
        close_old_connections()
        _postponed(claim)
    except Exception as error:
        close_old_connections()
        if job is not None and claim.attempts >= job.attempts:
            _failed(claim, error)
        else:
            _again(claim, error)
    else:
        _done(claim)


def _held(claim: Claim) -> QuerySet[OutboxJob]:
    return OutboxJob.objects.filter(pk=claim.pk, fence=claim.fence, state=OutboxJob.State.RUNNING)


def _done(claim: Claim) -> None:
    metrics.jobs.labels(claim.name, "done").inc()
    # A key stays a while, so that the same work is not asked for twice; other rows have served.
    if not _held(claim).filter(key=None).delete()[0]:
        _held(claim).update(state=OutboxJob.State.DONE, finished_at=clock.now(), lease_until=None, error="")


def _again(claim: Claim, error: Exception) -> None:
    metrics.jobs.labels(claim.name, "retried").inc()
    log.warning("job_failed", job=claim.name, attempts=claim.attempts, error=type(error).__name__)
    _held(claim).update(
        state=OutboxJob.State.QUEUED,
        due_at=clock.now() + timedelta(seconds=pause_s(claim.attempts)),
        lease_until=None,
        error=type(error).__name__[:64],
    )


def _postponed(claim: Claim) -> None:
    metrics.jobs.labels(claim.name, "postponed").inc()
    _held(claim).update(
        state=OutboxJob.State.QUEUED, due_at=clock.now(), attempts=claim.attempts - 1, lease_until=None
    )


def slow_under_way(now: datetime) -> bool:
    """Return whether somebody has a slow job in hand."""
    running = OutboxJob.objects.filter(state=OutboxJob.State.RUNNING, lease_until__gte=now)
    return running.filter(name__in=slow_ones()).exists()


def _failed(claim: Claim, error: Exception) -> None:
    metrics.jobs.labels(claim.name, "failed").inc()
    log.error("job_given_up", job=claim.name, attempts=claim.attempts, error=type(error).__name__)
    _held(claim).update(
        state=OutboxJob.State.FAILED,
        finished_at=clock.now(),
        lease_until=None,
        error=type(error).__name__[:64],
    )


def queue_periodic(job: Job, now: datetime) -> bool:
    """Write the periodic job if it is due and no process wrote it yet; return whether it was written."""
    if not PeriodicRun.objects.filter(name=job.name, due_at__gt=now).exists():
        with transaction.atomic():
            PeriodicRun.objects.bulk_create([PeriodicRun(name=job.name, due_at=now)], ignore_conflicts=True)
            taken = PeriodicRun.objects.filter(name=job.name, due_at__lte=now).update(
                due_at=now + timedelta(seconds=job.every_s or 0)
            )
            if taken:
                enqueue(job.name)
                return True
    return False


def purge(now: datetime) -> int:
    """Delete finished jobs whose key need not be remembered any more; return how many."""
    ended = OutboxJob.objects.exclude(finished_at=None).filter(finished_at__lt=now - KEYS_KEPT)
    return ended.delete()[0]


@every(seconds=3_600, name="runtime.purge")
def purge_old() -> None:
    """Delete what the outbox and the idempotency keys need not remember."""
    now = clock.now()
    purge(now)
    KeptAnswer.objects.filter(expires_at__lt=now).delete()


def count_waiting(now: datetime) -> int:
    """Return how many jobs are due and not taken."""
    return OutboxJob.objects.filter(state=OutboxJob.State.QUEUED, due_at__lte=now).count()
