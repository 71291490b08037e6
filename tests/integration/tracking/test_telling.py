"""The family is told what was logged, by grant, in the transaction that stored it."""

from typing import Any

import pytest

from notifications.fanout import fan_out
from notifications.models import Announced
from tests.integration.circles.conftest import Person
from tests.integration.tracking.conftest import Grants
from tests.integration.tracking.more_samples import SAMPLES
from tests.integration.tracking.samples import MOOD, SEIZURES, Sample, at
from tracking.catalogue import last_logged

pytestmark = pytest.mark.django_db(transaction=True)


def told(who: Person) -> list[dict[str, Any]]:
    """What somebody hears, once the outbox is empty."""
    for row in Announced.objects.filter(told_at=None).order_by("created_at"):
        fan_out(row.pk)
    return [line for line in who.told() if line["kind"] == "activity.logged"]


def test_bob_hears_of_what_he_may_see_and_of_nothing_else(alice: Person, bob: Person, grant: Grants) -> None:
    grant("seizures")
    alice.post("mood/", MOOD.full)
    made = alice.post("seizures/", SEIZURES.full).json()
    (line,) = told(bob)
    assert (line["category"], line["entries"]) == ("seizures", 1)
    names = ("id", "start", "end", "duration_s", "seizure_class")
    assert line["entry"] == {name: made[name] for name in names}
    for word in ("two lines", "midazolam", "automatisms", "little sleep", "note", str(alice.id)):
        assert word not in str(line)


def test_nobody_hears_of_what_was_refused(alice: Person, bob: Person, grant: Grants) -> None:
    grant("mood")
    assert alice.post("mood/", {**MOOD.least, "score": 11}).status_code == 422
    assert alice.post("mood/bulk/", {"entries": [{}]}).json()["created"] == 0
    assert told(bob) == []


def test_bob_is_not_told_of_what_he_added_himself(alice: Person, bob: Person, grant: Grants) -> None:
    grant("mood", "contribute")
    assert bob.post(f"mood/?user_id={alice.id}", MOOD.least).status_code == 201
    assert told(bob) == []


def test_many_at_once_are_told_of_once_by_the_latest(alice: Person, bob: Person, grant: Grants) -> None:
    grant("mood")
    bodies = [{**MOOD.least, "at": at(hour)} for hour in (9, 12, 11)]
    results = alice.post("mood/bulk/", {"entries": bodies}).json()["results"]
    (line,) = told(bob)
    assert (line["entries"], line["entry"]["id"], line["entry"]["at"]) == (3, results[1]["id"], at(12))


@pytest.mark.parametrize("sample", SAMPLES, ids=[one.path for one in SAMPLES])
def test_what_is_told_is_what_a_reader_sees(
    alice: Person, bob: Person, grant: Grants, sample: Sample
) -> None:
    grant(sample.grant)
    alice.post(f"{sample.path}/", sample.full)
    (line,) = told(bob)
    seen = bob.get(f"{sample.path}/{line['entry']['id']}/").json()
    assert line["entry"].items() <= seen.items()
    for word in ("two lines", "river", "levetiracetam", "longer after", "slowly", "breakfast"):
        assert word not in str(line)


def test_when_something_was_last_logged(alice: Person) -> None:
    assert last_logged(alice.id, "mood") is None
    alice.post("mood/", {**MOOD.least, "at": at(10, 2)})
    first = last_logged(alice.id, "mood")
    alice.post("mood/", {**MOOD.least, "at": at(10, 1)})
    second = last_logged(alice.id, "mood")
    assert first is not None
    assert second is not None
    assert first < second  # by when it arrived, not by when it was
    assert last_logged(alice.id, "nutrition-logs") is last_logged(alice.id, "safety") is None
