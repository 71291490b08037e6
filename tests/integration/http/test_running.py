"""Health, metrics, documents, and a production start."""

import json
import os
import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client, override_settings

from chatserver import health
from moderation import cases
from moderation.backlog import rows
from moderation.backlog.rows import Owed
from moderation.classifiers.port import Sample
from moderation.models import Case
from moderation.policy.verdict import Level, Reason, Verdict, Visibility
from runtime import lifecycle
from runtime.keyset import new_hash_key, new_keyset
from streams import log
from streams.commit import Item, write_now
from streams.transaction import Tx

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.django_db(transaction=True)


def away() -> Any:
    raise OperationalError


def test_a_healthy_house() -> None:
    answer = Client().get("/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


@override_settings(REDIS_URL="redis://127.0.0.1:1/0")
def test_without_redis_it_is_degraded_and_answers_200() -> None:
    answer = Client().get("/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert Client().get("/readyz").status_code == 200


def test_without_a_database_it_is_503(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "cursor", away)
    assert health.database_answers() is False
    assert Client().get("/health").status_code == 503
    assert Client().get("/readyz").status_code == 503
    assert Client().get("/livez").status_code == 200


def test_a_draining_process_takes_no_new_work() -> None:
    lifecycle.begin_drain()
    try:
        assert Client().get("/readyz").status_code == 503
        assert Client().get("/livez").status_code == 200
    finally:
        lifecycle.end_drain()
    assert Client().get("/readyz").status_code == 200


def test_metrics_are_prometheus_text_without_names() -> None:
    Client().post("/api/v1/guests/", {}, content_type="application/json")
    text = Client().get("/metrics").content.decode()
    for name in (
        "hearth_sockets",
        "hearth_send_to_deliver_seconds",
        "hearth_cursors_behind",
        "hearth_unscreened",
    ):
        assert name in text
    assert 'hearth_http_requests_total{method="POST",status="201"}' in text


def shown(line: str) -> float:
    text = Client().get("/metrics").content.decode()
    return float(re.search(rf"^{re.escape(line)} (\S+)$", text, re.M)[1])  # type: ignore[index]


def test_the_gauges_of_cases_say_what_is_open() -> None:
    room = log.ensure(log.new_room_name())

    def flag(member: str, level: Level, tx: Tx) -> None:
        verdict = Verdict(level, Visibility.DELIVER, False, (Reason("t", 1, level, "test"),), "en")
        cases.flag(
            tx, room=room, room_slug="sleep", member_id=member, event_id=f"01{member}", verdict=verdict,
            now=tx.now,
        )  # fmt: skip
        rows.owe(tx, Owed(f"01{member}", room, "sleep", member, tx.now, Sample("hello")))

    for member, level in (("m_a", Level.L2), ("m_b", Level.L2), ("m_c", Level.C)):
        write_now(Item((room, cases.queue_stream()), partial(flag, member, level)))
    assert shown('hearth_cases{level="L2"}') == 2
    assert shown('hearth_cases{level="C"}') == 1
    assert shown('hearth_cases{level="L4"}') == 0
    assert shown("hearth_unscreened") == 3
    Case.objects.filter(member_id="m_a").update(state="closed")
    assert shown('hearth_cases{level="L2"}') == 1


def test_without_a_database_the_gauges_do_not_pretend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "cursor", away)
    assert shown("hearth_unscreened") != shown("hearth_unscreened")
    assert shown('hearth_cases{level="L2"}') != 0


def test_the_openapi_document_names_every_door() -> None:
    answer = Client().get("/openapi.json")
    assert answer.status_code == 200
    document = answer.json()
    assert document["openapi"].startswith("3.")
    assert {"/api/v1/guests/", "/api/v1/auth/token/", "/api/v1/realtime/ticket/"} <= set(document["paths"])
    refused = document["paths"]["/api/v1/auth/token/"]["post"]["responses"]["401"]
    assert "application/problem+json" in refused["content"]
    assert "Problem" in document["components"]["schemas"]


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_the_documents_pages_ask_nobody_else(page: str) -> None:
    answer = Client().get(page)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", html)
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    assert "unsafe-eval" not in policy
    assert not re.findall(r"<script>(.+?)</script>", html, re.S)
    for source in re.findall(r"""<script[^>]+src=["']([^"']+)""", html):
        assert Client().get(source).status_code == 200


def test_static_files_are_served() -> None:
    answer = Client().get("/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/css")
    assert not answer.streaming
    again = Client().get(
        "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css",
        headers={"if-modified-since": answer["Last-Modified"]},
    )
    assert again.status_code == 304


# --- production ---


def production(**changed: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "chatserver.settings",
        "ENVIRONMENT": "production",
        "SECRET_KEY": "q8Zr-" * 14,
        "ALLOWED_HOSTS": "hearth.example",
        "ALLOWED_ORIGINS": "https://hearth.example",
        "CONTENT_KEYSET": new_keyset(),
        "IDENTITY_KEYSET": new_keyset(),
        "HASH_KEY": new_hash_key(),
        "DATABASE_URL": "postgresql://hearth@127.0.0.1:1/hearth?sslmode=require",
        "REDIS_URL": "rediss://127.0.0.1:1/0",
    } | changed


def manage(env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_deployment_check_is_clean(tmp_path: Path) -> None:
    env = production(DATA_DIR=str(tmp_path))
    result = manage(env, "check", "--deploy", "--fail-level", "WARNING")
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


def test_a_missing_secret_refuses_to_start_by_name(tmp_path: Path) -> None:
    env = production(DATA_DIR=str(tmp_path))
    del env["SECRET_KEY"]
    result = manage(env, "check")
    assert result.returncode != 0
    assert "SECRET_KEY: must be set in production" in result.stderr


PROBE = """
import json
import django
django.setup()
from django.test import Client
plain = Client().get("/api/v1/nothing/", headers={"host": "hearth.example"})
safe = Client().get("/api/v1/nothing/", headers={"host": "hearth.example", "x-forwarded-proto": "https"})
live = Client().get("/livez", headers={"host": "hearth.example"})
print(json.dumps({"plain": plain.status_code, "to": plain.get("Location"), "safe": safe.status_code,
                  "hsts": safe.get("Strict-Transport-Security"), "live": live.status_code}))
"""


def test_production_speaks_https_only(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", PROBE],
        cwd=ROOT,
        env=production(DATA_DIR=str(tmp_path), REDIS_URL=""),
        capture_output=True,
        text=True,
        timeout=120,
    )
    said = json.loads(result.stdout)
    assert (said["plain"], said["safe"], said["live"]) == (301, 404, 200)
    assert said["to"].startswith("https://")
    assert "max-age=31536000" in said["hsts"]


def test_sqlite_is_durable_as_it_runs() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL is durable by its own defaults")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone()[0] == "wal"
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone()[0] == 2
