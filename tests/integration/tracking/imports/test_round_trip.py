"""An archive of this house brings back an equal account, in either form and any number of times."""

import io
import json
import zipfile
from typing import Any

import pytest

from tests.integration.circles.conftest import Person
from tests.integration.tracking.conftest import Grants, made
from tests.integration.tracking.imports.conftest import brought, counts, listed
from tests.integration.tracking.more_samples import SAMPLES
from tracking.models import HealthInsight, Import

pytestmark = pytest.mark.django_db(transaction=True)

PATHS = [one.path for one in SAMPLES if one.path != "nutrition-logs"]  # those are meals
ENTRIES = 2 * len(PATHS)
AWAY = ("id", "user", "author")  # what another account has otherwise


def logged(who: Person) -> None:
    for one in SAMPLES:
        if one.path in PATHS:
            for body in (one.full, one.least):
                assert who.post(f"{one.path}/", body).status_code == 201
    insight = who.get("health-insights/").json()["results"][0]["id"]
    assert who.ask("PATCH", f"health-insights/{insight}/", {}).status_code == 200


def archive_of(who: Person, form: str) -> bytes:
    answer = who.get(f"export/?as={form}")
    assert answer.status_code == 200
    return bytes(answer.content)


def content(archive: bytes) -> dict[str, list[dict[str, Any]]]:
    """What an archive holds, without what another account has otherwise."""
    with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
        found = {name: json.loads(zipped.read(name)) for name in zipped.namelist()}
    return {
        name: sorted(
            ({key: value for key, value in one.items() if key not in AWAY} for one in entries),
            key=lambda one: json.dumps(one, sort_keys=True),
        )
        for name, entries in found.items()
    }


@pytest.mark.parametrize("form", ["json", "csv"])
def test_an_empty_account_becomes_an_equal_one(alice: Person, form: str) -> None:
    logged(alice)
    dana = made("dana")
    ended = brought(dana, archive_of(alice, form), "hearth")
    assert (counts(ended), ended["errors"]) == (("done", ENTRIES, 0, 0), [])
    assert content(archive_of(dana, "json")) == content(archive_of(alice, "json"))
    for path in PATHS:
        assert {(one["user"], one["author"]) for one in listed(dana, path)} == {(str(dana.id), str(dana.id))}


@pytest.mark.parametrize("form", ["json", "csv"])
def test_ones_own_archive_adds_nothing(alice: Person, form: str) -> None:
    logged(alice)
    before = archive_of(alice, "json")
    assert counts(brought(alice, archive_of(alice, form), "hearth")) == ("done", 0, ENTRIES, 0)
    dana = made("dana")
    for added in (ENTRIES, 0):
        assert counts(brought(dana, archive_of(alice, form), "hearth"))[1] == added
    assert archive_of(alice, "json") == before


def test_what_was_deleted_comes_back_as_itself(alice: Person) -> None:
    logged(alice)
    archive = archive_of(alice, "json")
    before = {path: listed(alice, path) for path in PATHS}
    for path in PATHS:
        for one in before[path]:
            assert alice.delete(f"{path}/{one['id']}/").status_code == 204
    assert counts(brought(alice, archive, "hearth")) == ("done", ENTRIES, 0, 0)
    after = {path: listed(alice, path) for path in PATHS}

    def by_id(lists: dict[str, Any]) -> dict[str, Any]:
        return {path: sorted(entries, key=lambda one: one["id"]) for path, entries in lists.items()}

    assert by_id(after) == by_id(before)


def test_nobody_is_made_an_author_by_a_file(alice: Person, bob: Person, grant: Grants) -> None:
    grant("mood", "contribute")
    sample = next(one for one in SAMPLES if one.path == "mood")
    assert bob.post(f"mood/?user_id={alice.id}", sample.least).status_code == 201
    alice.post("mood/", sample.full)
    dana = made("dana")
    brought(dana, archive_of(alice, "json"), "hearth")
    assert {one["author"] for one in listed(dana, "mood")} == {None, str(dana.id)}


def test_an_id_of_somebody_elses_is_not_taken(alice: Person) -> None:
    logged(alice)
    dana = made("dana")
    brought(dana, archive_of(alice, "json"), "hearth")
    theirs, hers = ({one["id"] for path in PATHS for one in listed(who, path)} for who in (dana, alice))
    assert len(theirs) == len(hers) == ENTRIES
    assert not theirs & hers


def test_what_the_house_computed_is_left_to_it(alice: Person) -> None:
    logged(alice)
    HealthInsight.objects.update(author=None, sources="journal")
    dana = made("dana")
    assert counts(brought(dana, archive_of(alice, "json"), "hearth")) == ("done", ENTRIES - 2, 2, 0)
    assert not HealthInsight.objects.filter(user_id=dana.id).exists()


def test_a_part_of_an_archive_will_do_and_a_bad_entry_hinders_no_other(alice: Person) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as zipped:
        zipped.writestr(
            "my backup/Mood.JSON",
            json.dumps([{"at": "2026-11-20T10:00:00Z", "score": 3, "later": 1}, {"score": 11}, 7], indent=2),
        )
        zipped.writestr("notes.txt", "nothing of ours")
    ended = brought(alice, held.getvalue(), "hearth")
    assert counts(ended) == ("done", 1, 0, 2)
    assert ended["errors"] == [
        {"line": 2, "field": "at", "code": "required"},
        {"line": 2, "field": "score", "code": "out_of_range"},
        {"line": 3, "field": None, "code": "invalid"},
    ]
    assert Import.objects.get().errors == ended["errors"]
