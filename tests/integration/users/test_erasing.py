"""After an erasure no table knows the person any more."""

from typing import Any

import pytest
from django.db import connection

from accounts import registries
from accounts.audit import jobs
from accounts.audit.models import Entry
from accounts.audit.verify import verify
from accounts.circles import reading
from accounts.circles.models import Circle as Row
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
