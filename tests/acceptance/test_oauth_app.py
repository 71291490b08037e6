"""An OAuth2 client that nobody here wrote comes in, goes on, and is shut out, at a running house."""

import contextlib
import re
from html import unescape

import httpx
from authlib.common.security import generate_token
from authlib.integrations.httpx_client import OAuth2Client

from tests.house import DEMO_PASSWORD, House

REDIRECT = "http://127.0.0.1:9/back"
SCOPE = "openid profile tracking:read tracking:write"


def browser_of(house: House, name: str) -> httpx.Client:
    """Return the browser of somebody signed in."""
    browser = httpx.Client(base_url=house.url, timeout=30, trust_env=False)
    browser.get("/_allauth/browser/v1/config")
    headers = {"X-CSRFToken": browser.cookies.get("csrftoken", "")}
    body = {"username": name, "password": DEMO_PASSWORD}
    answer = browser.post("/_allauth/browser/v1/auth/login", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return browser


def allow(browser: httpx.Client, address: str) -> str:
    """Press the button that lets the app in; return the address it is sent back to."""
    page = browser.get(address)
    assert page.status_code == 200, page.text
    assert "form-action 'self' http://127.0.0.1:9" in page.headers["content-security-policy"]
    fields: dict[str, list[str]] = {"action": ["grant"]}
    for found in re.findall(r"<input type=\"hidden\"[^>]+>", page.text):
        name = re.search(r'name="([^"]+)"', found)
        value = re.search(r'value="([^"]*)"', found)
        assert name is not None
        assert value is not None
        fields.setdefault(name[1], []).append(unescape(value[1]))
    answer = browser.post("/identity/o/authorize", data=fields, headers={"Referer": address})
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


async def test_authlib_comes_in_by_code_and_pkce_refreshes_and_is_shut_out(house: House) -> None:
    options = ["--redirect", REDIRECT, *(part for word in SCOPE.split() for part in ("--scope", word))]
    made = dict(line.split("=", 1) for line in house.manage("oauth_client", "Diary", *options).split())
    told = (await house.get("/.well-known/openid-configuration")).json()
    assert told["issuer"] == house.url
    app = OAuth2Client(
        made["client_id"],
        made["client_secret"],
        scope=SCOPE,
        redirect_uri=REDIRECT,
        code_challenge_method="S256",
        trust_env=False,
    )
    verifier = generate_token(64)
    address, state = app.create_authorization_url(told["authorization_endpoint"], code_verifier=verifier)
    with contextlib.closing(browser_of(house, "bob")) as browser:
        back = allow(browser, address)
        first = app.fetch_token(
            told["token_endpoint"], authorization_response=back, state=state, code_verifier=verifier
        )
        mood = app.post(f"{house.url}/api/v1/mood/", json={"at": "2026-01-01T10:00:00Z", "score": 6})
        assert mood.status_code == 201, mood.text
        assert app.get(f"{house.url}/api/v1/users/me/").status_code == 403
        assert app.get(told["userinfo_endpoint"]).json()["preferred_username"] == "bob"

        second = app.refresh_token(told["token_endpoint"], refresh_token=first["refresh_token"])
        assert second["access_token"] != first["access_token"]
        assert app.get(f"{house.url}/api/v1/mood/").status_code == 200

        headers = {"X-CSRFToken": browser.cookies.get("csrftoken", "")}
        browser.delete("/_allauth/browser/v1/auth/session", headers=headers)
    assert app.get(f"{house.url}/api/v1/mood/").status_code == 401
    app.close()
