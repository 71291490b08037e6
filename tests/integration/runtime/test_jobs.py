"""The outbox: nothing lost, nothing done for a transaction that did not commit."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from runtime import clock, jobs
from runtime.jobs import PermanentFailure, enqueue, every, job, pause_s, registered
from runtime.models import OutboxJob, PeriodicRun
from runtime.worker import JobWorker, claim_next, perform, purge, queue_periodic, slow_under_way

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]
done: list[str] = []


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    before = dict(registered)
    done.clear()

    @job("note")
    def note(what: str) -> None:
        done.append(what)

    @job("broken", attempts=3)
    def broken() -> None:
        raise ValueError("somebody's name")

    @job("hopeless")
    def hopeless() -> None:
        raise PermanentFailure

    yield
    registered.clear()
    registered.update(before)


def work(limit: int = 50) -> int:
    """Do every due job and return how many there were, periodic ones left out."""
    count = 0
    while count < limit and (claim := claim_next(clock.now(), 60.0)):
        perform(claim)
        count += 1
    return count


def test_a_job_is_done_once_and_its_row_goes() -> None:
    enqueue("note", what="one")
    assert work() == 1
    assert done == ["one"]
    assert not OutboxJob.objects.exists()


def test_nothing_is_done_for_a_transaction_that_was_rolled_back() -> None:
    with transaction.atomic():
        enqueue("note", what="never")
        transaction.set_rollback(True)
    assert work() == 0
    assert not OutboxJob.objects.exists()


def test_a_key_makes_a_job_unique_also_after_it_was_done() -> None:
    with transaction.atomic():
        enqueue("note", key="mail:1", what="one")
        enqueue("note", key="mail:1", what="two")
    work()
    enqueue("note", key="mail:1", what="three")
    work()
    assert done == ["one"]


def test_a_delayed_job_waits() -> None:
    enqueue("note", delay_s=60, what="later")
    assert work() == 0
    assert claim_next(clock.now() + timedelta(seconds=61), 60.0) is not None


def test_a_name_nobody_registered_is_an_error_at_once() -> None:
    with pytest.raises(KeyError):
        enqueue("unheard-of")


def test_a_failure_is_tried_again_later_and_given_up_in_the_end() -> None:
    enqueue("broken")
    for attempt in (1, 2):
        assert work() == 1
        row = OutboxJob.objects.get()
        assert (row.state, row.attempts, row.error) == ("queued", attempt, "ValueError")
        assert row.due_at > clock.now() + timedelta(seconds=pause_s(attempt) - 1)
        OutboxJob.objects.update(due_at=clock.now())
    work()
    assert OutboxJob.objects.get().state == "failed"
    assert "name" not in OutboxJob.objects.get().error


def test_pauses_double_up_to_an_hour() -> None:
    assert [pause_s(n) for n in (1, 2, 3)] == [2, 4, 8]
    assert pause_s(50) == 3_600


def test_a_permanent_failure_is_not_repeated() -> None:
    enqueue("hopeless")
    work()
    row = OutboxJob.objects.get()
    assert (row.state, row.attempts) == ("failed", 1)
    assert work() == 0


def test_two_workers_never_hold_the_same_job() -> None:
    for number in range(40):
        enqueue("note", what=str(number))
    claims: list[int] = []

    def take() -> None:
        while claim := claim_next(clock.now(), 60.0):
            claims.append(claim.pk)
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claims) == len(set(claims)) == 40


def test_an_expired_lease_is_taken_over_and_the_old_holder_changes_nothing() -> None:
    enqueue("note", what="one")
    late = claim_next(clock.now(), 0.0)
    time.sleep(0.01)
    heir = claim_next(clock.now(), 60.0)
    assert late is not None
    assert heir is not None
    assert late.pk == heir.pk
    perform(late)  # it was only slow
    assert OutboxJob.objects.get().state == "running"
    perform(heir)
    assert not OutboxJob.objects.exists()


def test_a_worker_thread_is_woken_by_the_commit_and_stops() -> None:
    worker = JobWorker(poll_s=30.0)
    worker.start()
    try:
        time.sleep(0.5)
        enqueue("note", what="woken")
        deadline = time.monotonic() + 10
        while "woken" not in done and time.monotonic() < deadline:
            time.sleep(0.02)
        assert "woken" in done
    finally:
        worker.stop()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("job")]


def test_a_slow_job_keeps_no_quick_one_waiting_and_keeps_its_lease() -> None:
    began, go_on = threading.Event(), threading.Event()

    @job("slow", slow=True)
    def slow() -> None:
        began.set()
        go_on.wait(20)

    enqueue("slow")
    worker = JobWorker(lease_s=0.6, poll_s=0.1)
    worker.start()
    try:
        assert began.wait(10)
        assert slow_under_way(clock.now())
        enqueue("note", what="quick")
        deadline = time.monotonic() + 10
        while "quick" not in done and time.monotonic() < deadline:
            time.sleep(0.02)
        assert "quick" in done
        time.sleep(1.0)
        assert OutboxJob.objects.get(name="slow").fence == 1
    finally:
        go_on.set()
        worker.stop()
    assert not slow_under_way(clock.now())


def test_a_worker_takes_the_slow_ones_or_the_others_where_it_is_told_so() -> None:
    @job("slow", slow=True)
    def slow() -> None:
        done.append("slow")

    enqueue("slow")
    enqueue("note", what="quick")
    worker = JobWorker()
    assert worker.run_once(slow=True)
    assert not worker.run_once(slow=True)
    assert done == ["slow"]
    while worker.run_once(slow=False):
        pass
    assert done == ["slow", "quick"]


def test_a_long_job_keeps_its_lease() -> None:
    began, go_on = threading.Event(), threading.Event()

    @job("long")
    def long() -> None:
        began.set()
        go_on.wait(20)

    enqueue("long")
    worker = JobWorker(lease_s=0.6)
    worker.start()
    try:
        assert began.wait(10)
        time.sleep(1.5)
        row = OutboxJob.objects.get(name="long")
        assert row.lease_until is not None
        assert row.lease_until > clock.now()
        assert row.fence == 1
    finally:
        go_on.set()
        worker.stop()


def test_a_periodic_job_is_written_once_per_period_over_all_processes() -> None:
    @every(seconds=60, name="sweep")
    def sweep() -> None:
        done.append("swept")

    now = clock.now()
    assert [queue_periodic(registered["sweep"], now) for _ in range(3)] == [True, False, False]
    work()
    assert done == ["swept"]
    assert queue_periodic(registered["sweep"], now + timedelta(seconds=61))
    assert PeriodicRun.objects.count() == 1


def test_old_keys_are_forgotten() -> None:
    enqueue("note", key="k", what="one")
    work()
    assert purge(clock.now()) == 0
    assert purge(clock.now() + timedelta(days=8)) == 1


SCRIPT = """
import os, sys, time
import django
django.setup()
from runtime.jobs import job
from runtime.worker import JobWorker

@job("slow")
def slow(path, seconds):
    with open(path, "a") as file:
        file.write("begun\\n")
    if os.environ["ROLE"] == "victim":
        time.sleep(60)
    with open(path, "a") as file:
        file.write("ended\\n")

JobWorker(lease_s=1.5, poll_s=0.1).run()
"""


def process(role: str) -> subprocess.Popen[bytes]:
    """Start a worker in a process of its own, on the test's database."""
    settings_dict = connection.settings_dict
    if connection.vendor == "postgresql":
        url = (
            f"postgresql://{settings_dict['USER']}:{settings_dict['PASSWORD']}@"
            f"{settings_dict['HOST']}:{settings_dict['PORT']}/{settings_dict['NAME']}"
        )
    else:
        url = f"sqlite:///{settings_dict['NAME']}"
    env = os.environ | {
        "ROLE": role,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "chatserver.settings",
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.Popen([sys.executable, "-c", SCRIPT], env=env, cwd=ROOT)


def wait_for(path: Path, text: str, *, seconds: float = 40.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if path.exists() and text in path.read_text():
            return
        time.sleep(0.05)
    raise AssertionError(f"{text!r} did not come")


def test_a_killed_workers_job_is_taken_up_again(tmp_path: Path) -> None:
    path = tmp_path / "trace"
    jobs.registered["slow"] = jobs.Job("slow", lambda **_: None, 12)
    enqueue("slow", path=str(path), seconds=60)
    victim = process("victim")
    try:
        wait_for(path, "begun")
        victim.kill()
        victim.wait(10)
        assert OutboxJob.objects.get(name="slow").state == "running"
        heir = process("heir")
        try:
            wait_for(path, "ended")
            deadline = time.monotonic() + 10
            while OutboxJob.objects.filter(name="slow").exists() and time.monotonic() < deadline:
                time.sleep(0.05)
            assert not OutboxJob.objects.filter(name="slow").exists()
        finally:
            heir.kill()
            heir.wait(10)
    finally:
        victim.kill()
        victim.wait(10)
    assert path.read_text().split() == ["begun", "begun", "ended"]
