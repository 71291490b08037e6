"""Sums that are kept show every change at once to whoever may see it, and are summed once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.audit.models import Entry as AuditRow
from accounts.registries import erase_person
from runtime import clock
from runtime.shelves import ALIAS
from tests.integration.circles.conftest import Person
from tests.integration.tracking.conftest import Grants
from tests.integration.tracking.more_samples import SAMPLES
from tests.integration.tracking.samples import Sample, at
from tracking import editions
from tracking.models import Edition, Mood

pytestmark = pytest.mark.django_db

SPAN = "from=2026-11-01&to=2026-12-01"


@pytest.fixture(autouse=True)
def empty_shelves() -> None:
    caches[ALIAS].clear()


def summed(who: Person, whose: Person | None = None, span: str = SPAN) -> list[dict[str, Any]]:
    answer = who.get(f"summary/?{span}" + (f"&user_id={whose.id}" if whose else ""))
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def asked(act: Callable[[], Any]) -> list[str]:
    """The reads of what was logged that an act needs."""
    with CaptureQueriesContext(connection) as queries:
        act()
    return [one["sql"] for one in queries if 'FROM "tracking_' in one["sql"] and "GROUP BY" in one["sql"]]


def test_a_second_look_sums_nothing(alice: Person) -> None:
    alice.post("mood/", {"at": at(), "score": 4})
    first = summed(alice)
    assert not asked(lambda: summed(alice))
    assert summed(alice) == first
    assert [line["date"] for line in summed(alice, span=SPAN + "&period=week")] == ["2026-11-16"]
    assert not asked(lambda: summed(alice, span=SPAN + "&period=week"))
    assert len(asked(lambda: summed(alice, span="from=2026-11-02&to=2026-12-01"))) == 1


def test_every_change_shows_at_once(alice: Person) -> None:
    made = alice.post("mood/", {"at": at(), "score": 4}).json()
    assert summed(alice)[0]["mood"] == 4
    alice.ask("PATCH", f"mood/{made['id']}/", {"score": 6})
    assert summed(alice)[0]["mood"] == 6
    alice.post("mood/bulk/", {"entries": [{"at": at(), "score": 8}]})
    assert summed(alice)[0]["mood"] == 7
    alice.delete(f"mood/{made['id']}/")
    assert summed(alice)[0]["mood"] == 8


@pytest.mark.parametrize("sample", SAMPLES, ids=[one.path for one in SAMPLES])
def test_each_change_of_each_resource_is_a_new_edition(alice: Person, sample: Sample) -> None:
    seen: set[UUID | None] = {editions.of(alice.id)}
    assert seen == {None}
    made = alice.post(f"{sample.path}/", sample.least).json()
    seen.add(editions.of(alice.id))
    alice.post(f"{sample.path}/bulk/", {"entries": [sample.least]})
    seen.add(editions.of(alice.id))
    assert alice.put(f"{sample.path}/{made['id']}/", sample.change).status_code == 200
    seen.add(editions.of(alice.id))
    alice.delete(f"{sample.path}/{made['id']}/")
    seen.add(editions.of(alice.id))
    assert len(seen) == 5


def test_what_was_refused_is_no_new_edition(alice: Person, charlie: Person) -> None:
    alice.post("mood/", {"at": at(), "score": 4})
    before = editions.of(alice.id)
    assert alice.post("mood/", {"at": at(), "score": 40}).status_code == 422
    assert alice.post("mood/bulk/", {"entries": [{"score": 1}]}).json()["created"] == 0
    assert charlie.post(f"mood/?user_id={alice.id}", {"at": at(), "score": 4}).status_code == 404
    assert editions.of(alice.id) == before


def test_what_is_kept_is_shown_by_the_grants_as_they_are(
    alice: Person, bob: Person, charlie: Person, grant: Grants
) -> None:
    alice.post("mood/", {"at": at(), "score": 4})
    alice.post("seizures/", {"start": at(), "seizure_class": "focal"})
    grant("mood")
    assert summed(alice)[0]["seizures"] == 1  # everything of hers is kept now
    (line,) = summed(bob, alice)
    assert (line["mood"], line["seizures"]) == (4, None)
    grant("seizures")
    assert summed(bob, alice)[0]["seizures"] == 1
    assert charlie.get(f"summary/?{SPAN}&user_id={alice.id}").status_code == 404
    assert AuditRow.objects.filter(kind="summary.read").count() == 3


def test_who_reads_while_somebody_writes_keeps_nothing_old(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look that read the edition before a change, and sums after it, hides the change from nobody."""
    alice.post("mood/", {"at": at(), "score": 4})
    real = editions.of

    def of(person_id: UUID) -> UUID | None:
        edition = real(person_id)
        monkeypatch.setattr(editions, "of", real)
        alice.post("mood/", {"at": at(), "score": 8})
        return edition

    monkeypatch.setattr(editions, "of", of)
    summed(alice)
    assert summed(alice)[0]["mood"] == 6


def test_what_was_rolled_back_leaves_nothing(alice: Person) -> None:
    alice.post("mood/", {"at": at(), "score": 4})
    before = editions.of(alice.id)
    try:
        with transaction.atomic():
            Mood.objects.update(score=9)
            editions.renew(alice.id, clock.now())
            assert summed(alice)[0]["mood"] == 9
            raise RuntimeError
    except RuntimeError:
        pass
    assert editions.of(alice.id) == before
    editions.renew(alice.id, clock.now())
    assert summed(alice)[0]["mood"] == 4


def test_nobody_without_entries_is_kept(alice: Person) -> None:
    assert summed(alice) == []
    alice.post("mood/", {"at": at(), "score": 4})
    assert summed(alice)[0]["mood"] == 4


def test_erasing_takes_the_edition(alice: Person) -> None:
    alice.post("mood/", {"at": at(), "score": 4})
    summed(alice)
    erase_person(alice.id)
    assert not Edition.objects.exists()
