"""Somebody at the doors of `/_allauth/`: a browser with a cookie, or an app with a session token."""

import json
import re
from typing import Any

from django.core import mail
from django.test import Client

from accounts import totp
from runtime import clock
from runtime.worker import JobWorker

PASSWORD = "correct horse battery"
OTHER_PASSWORD = "staple battery horse"


class Visitor:
    """One browser or one app."""

    def __init__(self, client: str = "browser") -> None:
        self.client = client
        self.http = Client()
        self.token = ""

    def ask(self, method: str, door: str, body: Any = None) -> Any:
        """Ask a door of allauth and return the answer; a session token in it is kept."""
        headers = {"x-session-token": self.token} if self.token else {}
        answer = self.http.generic(
            method,
            f"/_allauth/{self.client}/v1/{door}",
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers=headers,
        )
        if answer.content:
            self.token = answer.json().get("meta", {}).get("session_token") or self.token
        return answer

    def post(self, door: str, **body: Any) -> Any:
        """POST to a door of allauth."""
        return self.ask("POST", door, body)

    def sign_up(self, name: str = "dana", **more: Any) -> Any:
        """Make an account and come in."""
        body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD, **more}
        return self.post("auth/signup", **body)

    def sign_in(self, name: str = "dana", password: str = PASSWORD) -> Any:
        """Show a name and a password."""
        return self.post("auth/login", username=name, password=password)

    def api(self, method: str, path: str, body: Any = None, token: str | None = None) -> Any:
        """Ask a door of our own API, with this browser's cookie or a bearer token."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        content = "" if body is None else json.dumps(body)
        return self.http.generic(
            method, f"/api/v1/{path}", content, content_type="application/json", headers=headers
        )

    def me(self, token: str | None = None) -> Any:
        """Return the answer of one's own record."""
        return self.api("GET", "users/me/", token=token)


def links() -> list[str]:
    """Do the waiting jobs, and return the path of each letter's link, the oldest letter first."""
    worker = JobWorker()
    while worker.run_once():
        pass
    found = [re.search(r"https?://\S+?(/\S+)", str(letter.body)) for letter in mail.outbox]
    return [match.group(1) for match in found if match]


def code_of(secret: str, step: int = 0) -> str:
    """Return the code of a TOTP secret, so many steps from now."""
    return totp.code_for(secret, totp.step_at(clock.now().timestamp()) + step)
