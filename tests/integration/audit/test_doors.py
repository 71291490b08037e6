"""What the doors write into the audit, and who may read it."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts import factors, sessions
from accounts.audit.models import Entry
from accounts.audit.record import open_entry, record
from accounts.models import RoleAssignment, User
from accounts.roles import Role
from runtime import clock

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "correct horse battery"


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("alice", PASSWORD)


@pytest.fixture
def sam() -> User:
    user = User.objects.create_user("sam", PASSWORD)
    RoleAssignment.objects.create(user=user, role=Role.SUPERVISOR)
    factors.set_secret(user, "HEARTHDEMOHEARTH")
    return user


def token(user: User) -> str:
    return sessions.open_password(user, clock.now()).access


def ask(path: str, user: User, **query: Any) -> Any:
    headers = {"authorization": f"Bearer {token(user)}"}
    return Client().get(f"/api/v1/{path}", query, headers=headers)


def sign_in(name: str, password: str) -> Any:
    body = json.dumps({"username": name, "password": password})
    return Client().post("/api/v1/auth/token/", body, content_type="application/json")


def rows() -> list[tuple[str, Any, Any]]:
    return [(e.kind, open_entry(e).actor, open_entry(e).subject) for e in Entry.objects.order_by("id")]


def test_signing_in_and_out_leaves_rows(alice: User) -> None:
    assert sign_in("alice", "wrong").status_code == 401
    assert sign_in("nobody", "wrong").status_code == 401
    access = sign_in("alice", PASSWORD).json()["access"]
    Client().post("/api/v1/auth/logout/", headers={"authorization": f"Bearer {access}"})
    assert rows() == [
        ("sign_in.refused", None, alice.pk),
        ("sign_in.refused", None, None),
        ("sign_in", alice.pk, alice.pk),
        ("sign_out", alice.pk, alice.pk),
    ]
    assert all(Entry.objects.values_list("request_id", flat=True))


def test_a_supervisor_searches_the_audit_and_is_recorded(alice: User, sam: User) -> None:
    record("sleep.read", actor=alice.pk, subject=alice.pk, detail={"as": "self"}, shown=True)
    answer = ask("moderation/audit/", sam)
    assert answer.status_code == 200
    looked, read = answer.json()["results"]
    assert (looked["kind"], looked["actor"]) == ("audit.read", str(sam.pk))
    assert (read["kind"], read["actor"], read["subject"]) == ("sleep.read", str(alice.pk), str(alice.pk))
    assert [looked["seq"], read["seq"]] == [2, 1]
    assert len(read["hash"]) == 64
    found = ask("moderation/audit/", sam, kind="sleep.read", actor=str(alice.pk), subject=str(alice.pk))
    assert [row["seq"] for row in found.json()["results"]] == [1]
    assert ask("moderation/audit/", sam, actor="alice").status_code == 422


def test_the_audit_is_closed_to_everyone_else_and_says_who_tried(alice: User) -> None:
    assert ask("moderation/audit/", alice).status_code == 403
    assert rows() == [("refused", alice.pk, None)]
    assert Client().get("/api/v1/moderation/audit/").status_code == 401
