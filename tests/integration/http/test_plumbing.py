"""What every HTTP door of the API does alike: problems, slashes, bodies, limits, headers."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client, override_settings

from accounts import sessions
from accounts.models import User
from runtime.rates import scaled

pytestmark = pytest.mark.django_db(transaction=True)

STRANGER = "203.0.113.9"


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert (body["status"], body["code"]) == (status, code)
    assert set(body) >= {"title", "status", "code", "detail", "errors"}
    return body


def send(path: str, data: Any = "{}", **more: Any) -> Any:
    return Client(raise_request_exception=False).post(
        f"/api/v1/{path}", data, content_type="application/json", **more
    )


# --- problems ---


@pytest.mark.parametrize(
    "body", ["{", "[1]", "nothing", b"\xff\xfe", '{"username": NaN}', '"x"', '{"a":"\\ud800"}']
)
def test_what_cannot_be_read_is_malformed(body: Any) -> None:
    problem(send("auth/token/", body), 400, "malformed")
    problem(send("guests/", body), 400, "malformed")  # which asks for nothing, and yet for JSON


def test_deeply_nested_json_is_no_server_error() -> None:
    answer = send("auth/token/", "[" * 100_000)
    problem(answer, 400, "malformed")


def test_what_is_readable_but_wrong_names_each_field() -> None:
    body = problem(send("auth/token/", {"username": 7, "password": None}), 422, "invalid")
    assert {error["field"] for error in body["errors"]} == {"password"}
    assert all({"code", "message"} <= set(error) for error in body["errors"])


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/api/v1/rooms/"), ("DELETE", "/api/v1/rooms/sleep/"), ("GET", "/api/v1/realtime/ticket/"),
        ("GET", "/api/v1/reports"), ("POST", "/health"), ("DELETE", "/livez"), ("PUT", "/metrics"),
        ("POST", "/openapi.json"), ("POST", "/"), ("PATCH", "/docs"),
    ],
)  # fmt: skip
def test_a_method_that_a_door_has_not_is_405_whoever_asks(method: str, path: str) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    answer = client.generic(method, path)
    problem(answer, 405, "method_not_allowed")
    assert answer["Allow"]
    assert method not in answer["Allow"].split(", ")


@pytest.mark.parametrize("path", ["/health", "/livez/", "/metrics"])
def test_a_door_that_only_shows_says_so(path: str) -> None:
    answer = Client().options(path)
    assert (answer.status_code, answer["Allow"]) == (204, "GET, HEAD, OPTIONS")


def test_unknown_fields_are_ignored() -> None:
    assert send("guests/", {"name": "x"}).status_code == 201


def test_an_empty_body_is_an_empty_object() -> None:
    assert send("guests/", "").status_code == 201


def test_an_unknown_address_is_not_found() -> None:
    problem(Client().get("/api/v1/nothing/"), 404, "not_found")
    problem(Client().get("/api/v1/nothing"), 404, "not_found")


def test_a_wrong_method_is_said_as_a_problem() -> None:
    answer = Client().get("/api/v1/guests/")
    problem(answer, 405, "method_not_allowed")
    assert "POST" in answer["Allow"]


def test_format_in_the_query_changes_nothing() -> None:
    answer = Client().post(
        "/api/v1/guests/?format=html", "{}", "application/json", headers={"accept": "text/html"}
    )
    assert answer.status_code == 201
    assert answer["Content-Type"] == "application/json"


def test_a_database_fault_is_503_with_retry_after(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_: str) -> str:
        raise OperationalError("server closed the connection at 10.0.0.7")

    monkeypatch.setattr(sessions, "open_guest", away)
    answer = send("guests/")
    assert "10.0.0.7" not in json.dumps(problem(answer, 503, "unavailable"))
    assert int(answer["Retry-After"]) >= 1


def test_a_bug_is_a_bare_500(monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(_: str) -> str:
        raise RuntimeError("alice@example.org")

    monkeypatch.setattr(sessions, "open_guest", bug)
    answer = send("guests/")
    problem(answer, 500, "internal")
    assert b"alice" not in answer.content


# --- slashes and bodies ---


def test_a_path_without_its_slash_needs_no_redirect() -> None:
    assert send("guests").status_code == 201


def test_a_body_over_one_mebibyte_is_too_large() -> None:
    problem(send("guests/", json.dumps({"x": "y" * 1_048_576})), 413, "too_large")
    assert send("guests/", json.dumps({"x": "y" * 1_048_000})).status_code == 201


# --- limits per address ---


def tries(count: int, path: str = "auth/refresh/", address: str = STRANGER, **more: Any) -> list[int]:
    return [send(path, {"refresh": "x"}, REMOTE_ADDR=address, **more).status_code for _ in range(count)]


@override_settings(LIMITS=scaled(1, http_per_second=10_000))
def test_sign_in_doors_take_a_hundred_a_minute() -> None:
    assert tries(103) == [401] * 100 + [429] * 3


@override_settings(LIMITS=scaled(1, http_per_second=10_000))
def test_a_refusal_says_when_to_come_back() -> None:
    tries(100)
    answer = send("auth/refresh/", {"refresh": "x"}, REMOTE_ADDR=STRANGER)
    problem(answer, 429, "rate_limited")
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert "r=0" in answer["RateLimit"]


def test_ten_a_second() -> None:
    codes = tries(40)
    assert codes[:10] == [401] * 10
    assert 429 in codes


@override_settings(LIMITS=scaled(1, http_per_second=10_000))
def test_new_guests_sixty_a_minute() -> None:
    codes = tries(65, "guests/")
    assert codes == [201] * 60 + [429] * 5
    assert User.objects.count() == 60


@override_settings(LIMITS=scaled(1, http_per_second=10_000))
def test_tickets_sixty_a_minute_per_person() -> None:
    token = sessions.open_guest()
    other = sessions.open_guest()
    header = {"headers": {"authorization": f"Bearer {token}"}}
    assert tries(62, "realtime/ticket/", "127.0.0.1", **header) == [200] * 60 + [429] * 2
    header = {"headers": {"authorization": f"Bearer {other}"}}
    assert tries(1, "realtime/ticket/", "127.0.0.1", **header) == [200]


@override_settings(LIMITS=scaled(1, http_per_second=10_000))
@pytest.mark.parametrize("kind", ["nothing", "header", "cookie"])
def test_a_forged_credential_is_worth_no_more_than_none(kind: str) -> None:
    client = Client(REMOTE_ADDR=STRANGER)
    headers = {"authorization": "Bearer forged"} if kind == "header" else {}
    if kind == "cookie":
        client.cookies[settings.SESSION_COOKIE_NAME] = "forged"
    codes = [client.get("/api/v1/rooms/", headers=headers).status_code for _ in range(103)]
    assert codes == [401 if kind == "header" else 200] * 100 + [429] * 3


@override_settings(LIMITS=scaled(1, http_per_second=10_000))
def test_who_is_known_is_not_counted_as_anonymous() -> None:
    headers = {"authorization": f"Bearer {sessions.open_guest()}"}
    client = Client(REMOTE_ADDR=STRANGER)
    assert {client.get("/api/v1/rooms/", headers=headers).status_code for _ in range(110)} == {200}


def test_addresses_are_counted_apart() -> None:
    tries(40)
    assert tries(1, address="203.0.113.10") == [401]


def test_loopback_is_exempt_outside_production() -> None:
    assert set(tries(120, address="127.0.0.1")) == {401}


@override_settings(RATE_LIMIT_LOOPBACK=True)
def test_loopback_is_counted_when_told() -> None:
    assert 429 in tries(40, address="127.0.0.1")


@override_settings(LIMITS=scaled(100))
def test_the_scale_multiplies_the_limits() -> None:
    assert set(tries(120)) == {401}


def test_what_is_left_stands_in_the_header() -> None:
    answer = send("guests/", REMOTE_ADDR=STRANGER)
    assert answer["RateLimit"].startswith('"default";r=')
    assert "RateLimit-Policy" in answer


def test_a_page_of_the_house_is_not_counted() -> None:
    codes = [Client(REMOTE_ADDR=STRANGER).get("/livez").status_code for _ in range(40)]
    assert set(codes) == {200}


# --- headers ---


def test_every_answer_carries_the_headers_of_safety() -> None:
    answer = send("guests/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["Cache-Control"] == "no-store"
