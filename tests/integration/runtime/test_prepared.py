"""A query whose SQL is written once asks the database each time, and answers as the ORM does."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuthSession, User
from runtime import clock
from runtime.prepared import Prepared

pytestmark = pytest.mark.django_db(transaction=True)

COLUMNS = ("id", "user_id", "expires_at", "ended_at", "second_factor", "user__username", "user__roles__role")


def sessions_of() -> Prepared:
    return Prepared(
        lambda key: AuthSession.objects.filter(user_id=key, user__is_active=True).values_list(*COLUMNS)
    )


def test_it_answers_as_the_orm_does_for_every_key() -> None:
    asked = sessions_of()
    for name in ("alice", "bob", "charlie"):
        user = User.objects.create_user(name, None)
        AuthSession.objects.create(user=user, kind="password", expires_at=clock.now())
        for role in ("moderator", "clinician"):
            user.roles.create(role=role)
        plain = AuthSession.objects.filter(user_id=user.pk).values_list(*COLUMNS)
        assert sorted(asked(user.pk)) == sorted(plain)
        assert len(asked(user.pk)) == 2
    assert asked(uuid.uuid4()) == []


def test_it_sees_what_changed_and_asks_once() -> None:
    alice = User.objects.create_user("alice", None)
    asked = sessions_of()
    assert asked(alice.pk) == []
    AuthSession.objects.create(user=alice, kind="password")
    with CaptureQueriesContext(connection) as queries:
        assert len(asked(alice.pk)) == 1
    assert len(queries) == 1
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert asked(alice.pk) == []


def test_threads_share_it() -> None:
    alice = User.objects.create_user("alice", None)
    session = AuthSession.objects.create(user=alice, kind="password")
    asked = sessions_of()

    def look(_: int) -> object:
        try:
            return asked(alice.pk)[0][0]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(look, range(12))) == {session.pk}
