"""Pages of other origins: those that are named come in with a bearer token, and nobody else."""

from typing import Any

import pytest
from django.test import Client, override_settings

pytestmark = pytest.mark.django_db(transaction=True)

FRIEND = "https://app.example.org"


def preflight(path: str, origin: str) -> Any:
    headers = {
        "origin": origin,
        "access-control-request-method": "PUT",
        "access-control-request-headers": "authorization,if-match,idempotency-key",
    }
    return Client().options(path, headers=headers)


@override_settings(CORS_ALLOWED_ORIGINS=[FRIEND])
def test_a_named_origin_may_ask_the_api_without_the_cookie() -> None:
    answer = preflight("/api/v1/users/me/", FRIEND)
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == FRIEND
    assert {"if-match", "idempotency-key", "authorization"} <= set(
        answer["Access-Control-Allow-Headers"].split(", ")
    )
    assert "Access-Control-Allow-Credentials" not in answer


@override_settings(CORS_ALLOWED_ORIGINS=[FRIEND])
@pytest.mark.parametrize(
    ("path", "origin"),
    [
        ("/api/v1/users/me/", "https://evil.example.org"),
        ("/api/v1/users/me/", "null"),
        ("/_allauth/browser/v1/auth/session", FRIEND),
        ("/identity/o/authorize", FRIEND),
    ],
)
def test_others_and_doors_of_the_cookie_are_closed(path: str, origin: str) -> None:
    assert "Access-Control-Allow-Origin" not in preflight(path, origin)


def test_nobody_is_named_unless_configured() -> None:
    assert "Access-Control-Allow-Origin" not in preflight("/api/v1/users/me/", FRIEND)
