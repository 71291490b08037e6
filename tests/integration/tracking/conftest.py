"""Alice logs her days; Bob is in her circle; Clara is her clinician; Charlie is nobody to her."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import RoleAssignment, User
from accounts.roles import Role
from tests.integration.circles.conftest import Circle, Person


def made(name: str, *roles: Role, **fields: Any) -> Person:
    user = User.objects.create_user(name, None, **fields)
    for role in roles:
        RoleAssignment.objects.create(user=user, role=role)
    return Person(user)


@pytest.fixture
def alice() -> Person:
    return made("alice", time_zone="America/New_York")


@pytest.fixture
def bob() -> Person:
    return made("bob")


@pytest.fixture
def charlie() -> Person:
    return made("charlie")


@pytest.fixture
def clara(alice: Person) -> Person:
    """Alice's clinician, by her consent."""
    clara, ada = made("clara", Role.CLINICIAN), made("ada", Role.ADMIN)
    assigned = ada.post(f"users/{alice.id}/clinicians/", {"clinician": str(clara.id)}).json()["id"]
    alice.post(f"users/me/clinicians/{assigned}/accept/")
    return clara


Grants = Callable[..., None]


@pytest.fixture
def grant(alice: Person, bob: Person) -> Grants:
    """A function by which Alice grants Bob a category, to view unless told."""
    circle = Circle(alice)
    member = circle.bring(bob, "Bo")

    def give(category: str, access: str = "view", **fields: Any) -> None:
        answer = circle.grant(member, category, access=access, **fields)
        assert answer.status_code == 200, answer.content

    return give
