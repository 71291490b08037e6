"""Jobs on Celery: `celery -A chatserver.celery worker`, and `… beat` beside it.

Its messages are a bell and no more: "there is work". What is to be done stands in the outbox, where a worker
claims it under a lease and a fence as every other worker of the house does. So a message that is lost,
doubled or late changes nothing but the moment; beat rings in any case.
"""

import os
import threading
from functools import lru_cache

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatserver.settings")
if not apps.ready:
    django.setup(set_prefix=False)

from celery import Celery
from django.conf import settings
from django.db import connection
from kombu.connection import Connection

from runtime import clock
from runtime.worker import JobWorker, slow_under_way

BEAT_S = 1.0  # as often as a worker of the house's own looks
MOST = 200  # jobs done at one ring, so that a worker that is to end does
SEND_S = 2.0  # a broker that is away is not waited for any longer

app = Celery("hearth", set_as_current=False)
app.conf.update(
    broker_url=settings.CELERY_BROKER_URL or "memory://",
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": 300,
        "socket_timeout": 30,
        "socket_connect_timeout": SEND_S,
        "global_keyprefix": "hearth-jobs:",
    },
    task_default_queue="bell",
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    timezone="UTC",
    beat_schedule={"ring": {"task": "hearth.work", "schedule": BEAT_S, "options": {"expires": 10 * BEAT_S}}},
)


@lru_cache
def _hands(pid: int, thread: int) -> JobWorker:
    """One worker for each thread of each process: it keeps the lease of the one job it has in hand."""
    made = JobWorker()
    made.keep_leases()
    return made


def work() -> int:
    """Do what is due; return how many jobs that was."""
    hands = _hands(os.getpid(), threading.get_ident())
    count = 0
    try:
        # One slow job at a time over all workers, so that there is always one for the others.
        while count < MOST and hands.run_once(slow=False if slow_under_way(clock.now()) else None):
            count += 1
    finally:
        connection.close()
    return count


work_task = app.task(work, name="hearth.work")


def ring(broker: str | None = None) -> None:
    """Tell the workers that there is work. Raises whatever the broker does, after `SEND_S` at most twice."""
    options = {**app.conf.broker_transport_options, "max_retries": 1, "interval_start": 0.1}
    url = broker or app.conf.broker_url
    with Connection(url, transport_options=options) as line:  # type: ignore[no-untyped-call]
        work_task.apply_async(connection=line, retry=False, expires=60)
