"""Idempotency-Key."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import sessions
from accounts.models import User
from chatserver import urls
from runtime import clock
from runtime.http.etags import require_match, tagged
from runtime.http.problems import conflict
from runtime.models import KeptAnswer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]

calls: list[Any] = []
gate = threading.Event()
inside = threading.Event()
thing = {"id": 1, "title": "one"}


class Things(APIView):
    """A door of the test's own."""

    def post(self, request: Request) -> Response:
        calls.append(request.data)
        if request.data.get("wait"):
            inside.set()
            gate.wait(10)
        if request.data.get("fail"):
            raise conflict("not now")
        return Response(
            {"number": len(calls), "secret": "tell nobody"}, status=201, headers={"Location": "/x"}
        )

    def get(self, request: Request) -> Response:
        return tagged(thing)

    def put(self, request: Request) -> Response:
        require_match(request, thing)
        thing["title"] = request.data["title"]
        return tagged(thing)


urlpatterns = [
    *urls.urlpatterns,
    path("api/v1/things/", Things.as_view()),
    path("api/v1/others/", Things.as_view()),
]


@pytest.fixture(autouse=True)
def clean() -> None:
    calls.clear()
    gate.clear()
    inside.clear()
    thing["title"] = "one"


@pytest.fixture
def alice() -> str:
    return sessions.open_guest()


@pytest.fixture
def bob() -> str:
    return sessions.open_guest()


def send(token: str | None, body: Any, key: str | None = "k1", door: str = "things/") -> Any:
    headers = {}
    if token:
        headers["authorization"] = f"Bearer {token}"
    if key is not None:
        headers["idempotency-key"] = key
    return Client().post(f"/api/v1/{door}", body, content_type="application/json", headers=headers)


def test_the_same_body_gets_the_first_answer_again(alice: str) -> None:
    first, second = send(alice, {"a": 1}), send(alice, {"a": 1})
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second["Location"] == "/x"
    assert second["Content-Type"] == "application/json"
    assert len(calls) == 1


def test_spacing_and_order_make_no_other_body(alice: str) -> None:
    send(alice, '{"a":1,"b":2}')
    send(alice, '{ "b": 2, "a": 1 }')
    assert len(calls) == 1


def test_another_body_is_refused(alice: str) -> None:
    send(alice, {"a": 1})
    answer = send(alice, {"a": 2})
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert len(calls) == 1


def test_an_error_frees_the_key(alice: str) -> None:
    assert send(alice, {"fail": True}).status_code == 409
    assert send(alice, {"fail": False}).status_code == 201
    assert len(calls) == 2


def test_keys_are_per_principal_and_path(alice: str, bob: str) -> None:
    numbers = [send(alice, {}), send(bob, {}), send(alice, {}, door="others/")]
    assert [answer.json()["number"] for answer in numbers] == [1, 2, 3]


def test_a_path_without_its_slash_is_the_same_path(alice: str) -> None:
    send(alice, {})
    send(alice, {}, door="things")
    assert len(calls) == 1


def test_without_a_key_everything_is_new(alice: str) -> None:
    send(alice, {}, key=None)
    send(alice, {}, key=None)
    assert len(calls) == 2


def test_without_a_credential_the_key_is_not_looked_at() -> None:
    assert send(None, {}).status_code == 401
    assert not KeptAnswer.objects.exists()


def test_one_that_still_runs_is_in_progress(alice: str) -> None:
    answers: list[Any] = []

    def first() -> None:
        answers.append(send(alice, {"wait": True}))
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(10)
    second = send(alice, {"wait": True})
    gate.set()
    thread.join()
    assert (second.status_code, second.json()["code"]) == (409, "in_progress")
    assert answers[0].status_code == 201
    assert send(alice, {"wait": True}).json() == answers[0].json()
    assert len(calls) == 1


def test_a_key_is_forgotten_after_a_day(alice: str) -> None:
    send(alice, {})
    KeptAnswer.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    send(alice, {"b": 2})
    assert len(calls) == 2


def test_a_mark_left_by_a_crash_is_taken_over(alice: str) -> None:
    send(alice, {})
    KeptAnswer.objects.update(answer=None, lease_until=clock.now() - timedelta(seconds=1))
    assert send(alice, {}).status_code == 201
    assert len(calls) == 2


def test_what_is_kept_is_encrypted(alice: str) -> None:
    send(alice, {}, key="my-key")
    row = KeptAnswer.objects.get()
    assert b"tell nobody" not in bytes(row.answer or b"")
    assert "my-key" not in row.key_hash


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_has_a_form(alice: str, key: str) -> None:
    answer = send(alice, {}, key=key)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")


@override_settings(MAX_BODY_BYTES=10)
def test_a_large_body_is_still_too_large(alice: str) -> None:
    assert send(alice, json.dumps({"x": "y" * 100})).status_code == 413


# --- ETags ---


def put(token: str, title: str, tag: str | None = None) -> Any:
    headers = {"authorization": f"Bearer {token}"} | ({"if-match": tag} if tag else {})
    return Client().put("/api/v1/things/", {"title": title}, content_type="application/json", headers=headers)


def test_a_stale_change_is_refused(alice: str) -> None:
    tag = Client().get("/api/v1/things/", headers={"authorization": f"Bearer {alice}"})["ETag"]
    changed = put(alice, "two", tag)
    assert changed.status_code == 200
    assert changed["ETag"] != tag
    stale = put(alice, "three", tag)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert put(alice, "three", changed["ETag"]).status_code == 200
    assert put(alice, "four").status_code == 200
    assert put(alice, "five", "*").status_code == 200


def test_a_browsers_session_has_keys_as_a_token_has() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(User.objects.create_user("dana"))
    browser.cookies["csrftoken"] = "a" * 32
    headers = {"x-csrftoken": "a" * 32, "idempotency-key": "once"}
    answers = [
        browser.post("/api/v1/things/", {"a": 1}, content_type="application/json", headers=headers)
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert len(calls) == 1
    del headers["x-csrftoken"]
    forged = browser.post("/api/v1/things/", {"a": 1}, content_type="application/json", headers=headers)
    assert (forged.status_code, forged.json()["code"]) == (403, "csrf_failed")
