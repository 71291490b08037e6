"""People who ask the doors of circles: Alice owns, Bob may, Charlie may not."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts import sessions
from accounts.models import User
from accounts.principals import me_stream
from runtime import clock
from streams import log


class Person:
    """Somebody signed in, with the API in their hands."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.id = user.pk
        self._token = sessions.open_password(user, clock.now()).access

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        headers["authorization"] = f"Bearer {self._token}"
        data = "" if body is None else json.dumps(body)
        return Client().generic(
            method, f"/api/v1/{path}", data, content_type="application/json", headers=headers
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None) -> Any:
        return self.ask("POST", path, body)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        return self.ask("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.ask("DELETE", path, **headers)

    def told(self) -> list[dict[str, Any]]:
        """The events of one's family stream."""
        ref = log.get(me_stream(self.id, "family"))
        found: list[dict[str, Any]] = []
        while ref and (page := log.page(ref, after=len(found))):
            found += [json.loads(line.data) for line in page]
        return found


@pytest.fixture
def person() -> Callable[[str], Person]:
    return lambda name: Person(User.objects.create_user(name, None))


@pytest.fixture
def alice(person: Callable[[str], Person]) -> Person:
    return person("alice")


@pytest.fixture
def bob(person: Callable[[str], Person]) -> Person:
    return person("bob")


@pytest.fixture
def charlie(person: Callable[[str], Person]) -> Person:
    return person("charlie")


class Circle:
    """Alice's circle, and who is in it."""

    def __init__(self, owner: Person) -> None:
        self.owner = owner
        made = owner.post("circles/", {"name": "Home", "own_name": "Ali"})
        assert made.status_code == 201, made.content
        self.id = made.json()["id"]
        self.path = f"circles/{self.id}/"

    def token(self) -> str:
        made = self.owner.post(self.path + "invites/")
        assert made.status_code == 201, made.content
        return made.json()["token"]

    def bring(self, who: Person, name: str) -> str:
        """Let somebody in and return their member id."""
        joined = who.post("circles/accept/", {"token": self.token(), "name": name})
        assert joined.status_code == 200, joined.content
        members = self.owner.get(self.path + "members/").json()["results"]
        return next(one["id"] for one in members if one["user"] == str(who.id))

    def grant(self, member: str, category: str = "sleep", **fields: Any) -> Any:
        return self.owner.put(f"{self.path}grants/{member}/{category}/", {"access": "view", **fields})

    def grants(self, who: Person | None = None) -> Any:
        return (who or self.owner).get(self.path + "grants/").json()["results"]

    def log(self, who: Person | None = None) -> Any:
        return (who or self.owner).get(self.path + "log/").json()["results"]


@pytest.fixture
def circle(alice: Person) -> Circle:
    return Circle(alice)
