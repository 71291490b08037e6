"""People with accounts: Alice, Bob, the clinician Clara and the admin Ada."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import RoleAssignment, User
from accounts.roles import Role
from tests.integration.circles.conftest import Person


def made(name: str, *roles: Role, **fields: Any) -> Person:
    user = User.objects.create_user(name, None, email=f"{name}@example.org", **fields)
    for role in roles:
        RoleAssignment.objects.create(user=user, role=role)
    return Person(user)


@pytest.fixture
def person() -> Callable[..., Person]:
    return made


@pytest.fixture
def alice() -> Person:
    return made("alice")


@pytest.fixture
def bob() -> Person:
    return made("bob")


@pytest.fixture
def clara() -> Person:
    return made("clara", Role.CLINICIAN)


@pytest.fixture
def ada() -> Person:
    return made("ada", Role.ADMIN)
