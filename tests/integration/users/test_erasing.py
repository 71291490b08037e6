"""After an erasure no table knows the person any more."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import jobs as account_jobs
from accounts import registries, sessions, tickets
from accounts.audit import jobs
from accounts.audit.models import Entry
from accounts.audit.verify import verify
from accounts.circles import reading
from accounts.circles.models import Circle as Row
from accounts.models import AuthSession, User
from accounts.principals import authenticate_bearer
from runtime import clock
from runtime.models import OutboxJob
from tests.integration.circles.conftest import Circle

pytestmark = pytest.mark.django_db(transaction=True)


def dump() -> str:
    """All rows of all tables, bytes as they are."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                found.append(repr([bytes(v) if isinstance(v, memoryview) else str(v) for v in row]))
    return "\n".join(found)


def test_no_table_knows_an_erased_person(alice: Any, bob: Any, clara: Any, ada: Any) -> None:
    circle, own = Circle(alice), Circle(bob)
    circle.grant(circle.bring(bob, "Unmistakable"))
    own.grant(own.bring(alice, "Al"))
    bob.put("users/me/", {"profile": {"occupation": "baker"}})
    made = ada.post(f"users/{bob.id}/clinicians/", {"clinician": str(clara.id)}).json()["id"]
    bob.post(f"users/me/clinicians/{made}/accept/")
    traces = (str(bob.id), bob.id.hex, "bob", "Unmistakable")
    assert any(trace in dump() for trace in traces)
    registries.erase_person(bob.id)
    OutboxJob.objects.all().delete()
    held = dump()
    assert {trace for trace in traces if trace in held} == set()
    assert str(registries.export_person(alice.id)).count("Unmistakable") == 0
    for row in Row.objects.all():
        assert reading.rebuilt(row.pk) == reading.current(row)
    jobs.seal()
    assert verify().intact
    assert Entry.objects.filter(kind="clinician.ended").exists()


def test_erasing_may_be_begun_again(alice: Any, bob: Any) -> None:
    circle = Circle(alice)
    circle.bring(bob, "Bo")
    registries.erase_person(alice.id)
    registries.erase_person(alice.id)
    assert bob.get("circles/").json()["results"] == []


def test_the_doors_are_shut_before_anything_is_erased(bob: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[tuple[bool, bool]] = []

    def look(person_id: Any) -> None:
        alive = AuthSession.objects.filter(user_id=person_id, ended_at=None).exists()
        found.append((alive, User.objects.get(pk=person_id).admitted(clock.now())))

    monkeypatch.setitem(registries.erasers, "a first one", look)
    registries.erase_person(bob.id)
    assert found == [(False, False)]


def test_a_guest_unused_for_ninety_days_is_erased(monkeypatch: pytest.MonkeyPatch) -> None:
    used, unused, new = (authenticate_bearer(sessions.open_guest()) for _ in range(3))
    assert used and unused and new  # noqa: PT018
    old = clock.now() - timedelta(days=200)
    User.objects.filter(pk__in=[used.person_id, unused.person_id]).update(created_at=old)
    person = User.objects.create_user("kept", "a long password")
    User.objects.filter(pk=person.pk).update(created_at=old)
    tickets.issue(used, clock.now() - timedelta(days=89))
    tickets.issue(unused, clock.now() - timedelta(days=92))
    assert account_jobs.erase_unused_guests() == 1
    assert set(User.objects.values_list("pk", flat=True)) == {used.person_id, new.person_id, person.pk}


def test_the_last_use_is_a_day_and_is_written_once_a_day() -> None:
    guest = authenticate_bearer(sessions.open_guest())
    assert guest is not None
    noon = clock.now().replace(hour=12)
    tickets.issue(guest, noon)
    assert AuthSession.objects.get().last_used == noon.date()
    with CaptureQueriesContext(connection) as queries:
        tickets.issue(guest, noon + timedelta(hours=1))
    assert not any("UPDATE" in query["sql"] for query in queries.captured_queries)
    tickets.issue(guest, noon + timedelta(days=1))
    assert AuthSession.objects.get().last_used == (noon + timedelta(days=1)).date()
    assert AuthSession._meta.get_field("last_used").get_internal_type() == "DateField"
