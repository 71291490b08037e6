"""What a busy hour of the doors leaves in the logs: nothing about anybody."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from accounts import sessions
from accounts.models import User
from runtime import logs

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "correct horse battery"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    made = dict(logs.configuration(as_json=True, level="DEBUG")["formatters"]["lines"])
    handler = logging.StreamHandler(stream)
    handler.setFormatter(made.pop("()")(**made))
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


def test_no_log_names_anybody(written: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    alice = User.objects.create_user("alice", PASSWORD, email="alice@example.org")
    browser = Client(
        raise_request_exception=False,
        REMOTE_ADDR="203.0.113.9",
        headers={"user-agent": "Tattletale/1.0", "x-forwarded-for": "198.51.100.7"},
    )

    def post(path: str, body: dict[str, Any], token: str = "") -> Any:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return browser.post(f"/api/v1/{path}?q=secretquery", body, "application/json", headers=headers)

    guest = post("guests/", {}).json()["token"]
    pair = post("auth/token/", {"username": "alice", "password": PASSWORD}).json()
    post("auth/token/", {"username": "alice", "password": "wrong-guess"})
    ticket = post("realtime/ticket/", {}, pair["access"]).json()["ticket"]
    post("realtime/ticket/", {}, "g1_forgedforgedforgedforged")
    browser.get(f"/api/v1/nothing/{alice.pk}/")

    def bug(_: str) -> str:
        raise RuntimeError("alice@example.org from 203.0.113.9")

    monkeypatch.setattr(sessions, "open_guest", bug)
    assert post("guests/", {}).status_code == 500
    post("auth/logout/", {}, pair["access"])

    said = written.getvalue()
    lines = [json.loads(line) for line in said.splitlines()]
    assert sum(line["event"] == "request" for line in lines) >= 8
    assert any(line.get("exception_type") == "RuntimeError" for line in lines)
    secrets = ["alice", PASSWORD, "wrong-guess", "203.0.113", "198.51.100", "Tattletale", "secretquery"]
    secrets += [guest, pair["access"], pair["refresh"], ticket, str(alice.pk), alice.pk.hex, "forged"]
    assert [secret for secret in secrets if secret in said] == []
