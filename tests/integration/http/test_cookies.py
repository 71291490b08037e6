"""What a browser holds, and what a page elsewhere can do with it: nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.integration.http.test_running import production
from tests.visitor import PASSWORD, Visitor

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]
PROBE = """
import json
import django
django.setup()
from django.conf import settings
names = ("SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SECURE",
         "CSRF_COOKIE_SAMESITE", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD", "DEBUG")
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def test_a_sign_in_is_a_cookie_no_script_can_read_and_no_other_site_can_send() -> None:
    dana = Visitor()
    assert dana.sign_up().status_code == 200
    session = dana.http.cookies[settings.SESSION_COOKIE_NAME]
    assert session["httponly"]
    assert session["samesite"] == "Lax"
    assert dana.http.cookies["csrftoken"]["samesite"] == "Lax"


def test_in_production_cookies_travel_in_https_alone(tmp_path: Path) -> None:
    env = production(DATA_DIR=str(tmp_path), REDIS_URL="") | {"PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-c", PROBE], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120
    )
    assert json.loads(done.stdout) == {
        "SESSION_COOKIE_SECURE": True, "SESSION_COOKIE_HTTPONLY": True, "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SECURE": True, "CSRF_COOKIE_SAMESITE": "Lax", "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "SECURE_HSTS_PRELOAD": True, "DEBUG": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/circles/"),
        ("PUT", "/api/v1/users/me/"),
        ("PATCH", "/api/v1/users/me/"),
        ("DELETE", "/api/v1/users/me/"),
        ("POST", "/api/v1/users/me/erase/"),
        ("POST", "/api/v1/sleep/"),
        ("POST", "/api/v1/auth/logout/"),
        ("POST", "/_allauth/browser/v1/account/password/change"),
        ("DELETE", "/_allauth/browser/v1/auth/session"),
    ],
)
def test_a_write_by_cookie_alone_is_refused(method: str, path: str) -> None:
    dana = Visitor()
    dana.sign_up()
    forged = Client(enforce_csrf_checks=True, raise_request_exception=False)
    forged.cookies[settings.SESSION_COOKIE_NAME] = dana.http.cookies[settings.SESSION_COOKIE_NAME].value
    answer = forged.generic(method, path, "{}", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    assert dana.me().status_code == 200  # still there, still signed in


def test_a_read_by_cookie_needs_no_token_and_changes_nothing() -> None:
    dana = Visitor()
    dana.sign_up()
    assert dana.me().json()["username"] == "dana"
    assert PASSWORD not in json.dumps(dana.me().json())


def test_a_bearer_token_needs_no_csrf_token() -> None:
    browser = Client(enforce_csrf_checks=True)
    token = browser.post("/api/v1/guests/", "{}", content_type="application/json").json()["token"]
    answer = browser.post(
        "/api/v1/realtime/ticket/",
        content_type="application/json",
        headers={"authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200
