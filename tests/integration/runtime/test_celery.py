"""Celery's workers over a real Redis: a bell that may be lost, over an outbox that may not."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.db import connection
from kombu.exceptions import OperationalError

from chatserver import celery
from runtime import clock, jobs, waking
from runtime.jobs import enqueue
from runtime.models import OutboxJob
from tests.servers import RedisServer, free_port

# Three workers are started here, which takes a while: once on each database.
ELSEWHERE = bool(os.environ.get("DATABASE_URL")) != bool(os.environ.get("REDIS_URL"))
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(ELSEWHERE, reason="Celery is tried on sqlite-memory and on postgres-redis"),
]

ROOT = Path(__file__).resolve().parents[3]
TRACED = """
import os, time
from runtime.jobs import job

@job("traced")
def traced(path, seconds):
    with open(path, "a") as file:
        file.write("begun\\n")
    time.sleep(float(os.environ["TRACED_S"]))
    with open(path, "a") as file:
        file.write("ended\\n")
"""


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the traced job writes; it is registered here too, so that it can be asked for."""
    (tmp_path / "traced.py").write_text(TRACED)
    monkeypatch.setitem(jobs.registered, "traced", jobs.Job("traced", lambda **_: None, 12))
    return tmp_path / "trace"


@contextmanager
def far_bell(url: str) -> Iterator[None]:
    waking.register_bell(partial(celery.ring, url))
    try:
        yield
    finally:
        waking.register_bell(None)


def database_url() -> str:
    at = connection.settings_dict
    if connection.vendor == "postgresql":
        return f"postgresql://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    return f"sqlite:///{at['NAME']}"


@contextmanager
def worker(
    folder: Path, url: str, *, seconds: float = 0, beat: bool = False
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker with one process for jobs, in a group of its own; with `beat` it rings by itself."""
    env = os.environ | {
        "TRACED_S": str(seconds),
        "DATABASE_URL": database_url(),
        "CELERY_BROKER_URL": url,
        "DJANGO_SETTINGS_MODULE": "chatserver.settings",
        "PYTHONPATH": f"{ROOT}:{folder}",
    }
    command = [sys.executable, "-m", "celery", "-A", "chatserver.celery", "worker", "--concurrency", "1"]
    command += ["--include", "traced", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    command += ["--beat", "--schedule", str(folder / "beat")] if beat else []
    with (folder / "worker.log").open("ab") as log:
        running = subprocess.Popen(
            command, env=env, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            yield running
        finally:
            kill(running)


def kill(running: subprocess.Popen[bytes]) -> None:
    if running.poll() is None:
        os.killpg(running.pid, signal.SIGKILL)  # the worker and its child: both are ours
        running.wait()


def wait_for(true: Callable[[], bool], folder: Path, *, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return
        time.sleep(0.05)
    raise AssertionError((folder / "worker.log").read_text()[-3_000:])


def lines(path: Path) -> list[str]:
    return path.read_text().split() if path.exists() else []


def done() -> bool:
    return OutboxJob.objects.get(name="traced").state == OutboxJob.State.DONE


def test_a_worker_killed_in_the_middle_leaves_its_job_to_another(
    redis_server: RedisServer, path: Path, tmp_path: Path
) -> None:
    with worker(
        tmp_path, redis_server.url, seconds=600
    ) as first:  # without beat: it is the bell that wakes it
        with far_bell(redis_server.url):
            enqueue("traced", key="one", path=str(path), seconds=0)
            wait_for(lambda: lines(path) == ["begun"], tmp_path)
        kill(first)
    assert OutboxJob.objects.get(name="traced").state == OutboxJob.State.RUNNING
    OutboxJob.objects.update(lease_until=clock.now() - timedelta(seconds=1))  # a minute later
    with worker(tmp_path, redis_server.url, beat=True):
        wait_for(done, tmp_path)
    assert lines(path) == ["begun", "begun", "ended"]


def test_a_broker_that_is_away_loses_nothing_and_one_that_rings_too_often_doubles_nothing(
    redis_server: RedisServer, path: Path, tmp_path: Path
) -> None:
    with far_bell(f"redis://127.0.0.1:{free_port()}/0"):
        enqueue("traced", key="one", path=str(path), seconds=0)
    with pytest.raises(OperationalError):
        celery.ring(f"redis://127.0.0.1:{free_port()}/0")
    for _ in range(5):
        celery.ring(redis_server.url)
    with worker(tmp_path, redis_server.url, beat=True):
        wait_for(done, tmp_path)
        enqueue("traced", key="two", path=str(path), seconds=0)
        wait_for(lambda: not OutboxJob.objects.filter(name="traced").exclude(state="done").exists(), tmp_path)
    assert lines(path) == ["begun", "ended"] * 2
