"""How often one address may try the doors of signing in: a hundred times a minute, whatever comes along."""

from typing import Any

import pytest
from django.test import Client, override_settings

from runtime.rates import scaled

pytestmark = pytest.mark.django_db(transaction=True)

STRANGER = "203.0.113.9"


def knock(path: str, body: dict[str, str], kind: str) -> Any:
    # A cookie or a header of nobody's makes it no less a door.
    headers = {"authorization": "Bearer forged"} if kind == "application/json" else {}
    return Client(REMOTE_ADDR=STRANGER).post(path, body, kind, headers=headers)


@override_settings(LIMITS=scaled(1, http_per_second=10_000))
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/_allauth/app/v1/auth/2fa/authenticate", "application/json"),
        ("/_allauth/app/v1/auth/password/reset", "application/json"),
        ("/identity/o/api/token", "application/x-www-form-urlencoded"),
    ],
)
def test_a_door_of_signing_in_takes_a_hundred_a_minute(path: str, kind: str) -> None:
    body: Any = {} if kind == "application/json" else "grant_type=refresh_token&refresh_token=x"
    answers = [knock(path, body, kind) for _ in range(102)]
    assert [answer.status_code == 429 for answer in answers] == [False] * 100 + [True] * 2
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
