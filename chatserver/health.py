"""Whether this process lives, takes work, and reaches what it stands on."""

from typing import Any

import redis
from django.conf import settings
from django.db import Error as DatabaseFault
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from psycopg_pool import PoolTimeout

from moderation import scoring, tallies
from moderation.policy.verdict import Level
from runtime import clock, lifecycle, metrics
from runtime.http.methods import only_safe
from runtime.worker import count_waiting

REDIS_TIMEOUT_S = 1.0
UNKNOWN = float("nan")


def database_answers() -> bool:
    """Return whether the database takes a query."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone())
    except (DatabaseFault, PoolTimeout):
        return False


def redis_answers() -> bool | None:
    """Return whether Redis answers; None where none is configured."""
    if not settings.REDIS_URL:
        return None
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S
    )
    try:
        return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
    finally:
        client.close()


@only_safe
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 `ok` or `degraded` (Redis is away), 503 without a database."""
    database, layer = database_answers(), redis_answers()
    status = "unavailable" if not database else "degraded" if layer is False else "ok"
    body: dict[str, Any] = {
        "status": status,
        "database": "ok" if database else "away",
        "redis": {None: "unused", True: "ok", False: "away"}[layer],
    }
    return JsonResponse(body, status=200 if database else 503)


@only_safe
@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """Answer 200: the process is not stuck."""
    return JsonResponse({"status": "ok"})


@only_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while new work is welcome: not while draining, nor without a database.

    How the classifier does is said beside it and decides nothing: without one the rules serve.
    """
    if lifecycle.draining():
        return JsonResponse({"status": "draining"}, status=503)
    if not database_answers():
        return JsonResponse({"status": "unavailable"}, status=503)
    return JsonResponse({"status": "ok", "classifier": scoring.state()})


@only_safe
@never_cache
def show_metrics(request: HttpRequest) -> HttpResponse:
    """Answer in Prometheus' text format."""
    try:
        _read_gauges()
    except (DatabaseFault, PoolTimeout):
        _blank_gauges()
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _read_gauges() -> None:
    """Set the gauges whose values stand in the database."""
    metrics.jobs_waiting.set(count_waiting(clock.now()))
    metrics.unscreened.set(tallies.unscreened())
    for level, count in tallies.open_cases().items():
        metrics.cases.labels(level=level).set(count)


def _blank_gauges() -> None:
    """Say of what stands in the database that it is not known: an old number would look like a new one."""
    metrics.jobs_waiting.set(UNKNOWN)
    metrics.unscreened.set(UNKNOWN)
    for level in Level:
        metrics.cases.labels(level=level.value).set(UNKNOWN)
