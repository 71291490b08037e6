"""Everything that was logged leaves the house in two forms, and both say what the doors say."""

import csv
import io
import json
import zipfile
from typing import Any

import pytest

from tests.integration.circles.conftest import Person
from tests.integration.tracking.conftest import Grants
from tests.integration.tracking.more_samples import SAMPLES

pytestmark = pytest.mark.django_db

KEPT = [one for one in SAMPLES if one.path != "nutrition-logs"]  # those are meals


def exported(who: Person, form: str) -> dict[str, str]:
    answer = who.get(f"export/?as={form}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as zipped:
        assert zipped.testzip() is None
        return {name: zipped.read(name).decode() for name in zipped.namelist()}


def logged(alice: Person) -> dict[str, list[dict[str, Any]]]:
    for one in KEPT:
        for body in (one.full, one.least):
            assert alice.post(f"{one.path}/", body).status_code == 201
    return {one.path: alice.get(f"{one.path}/").json()["results"] for one in KEPT}


def by_id(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(lines, key=lambda line: line["id"])


def test_as_json_it_is_what_the_lists_show(alice: Person) -> None:
    lists = logged(alice)
    files = exported(alice, "json")
    assert set(files) == {f"{path}.json" for path in lists}
    for path, lines in lists.items():
        assert by_id(json.loads(files[f"{path}.json"])) == by_id(lines)


def test_as_csv_it_is_what_the_lists_show(alice: Person) -> None:
    lists = logged(alice)
    files = exported(alice, "csv")
    assert set(files) == {f"{path}.csv" for path in lists}
    for path, lines in lists.items():
        rows = list(csv.DictReader(io.StringIO(files[f"{path}.csv"], newline="")))
        for row, line in zip(by_id(rows), by_id(lines), strict=True):
            assert set(row) == set(line)
            for name, value in line.items():
                if isinstance(value, str):
                    assert row[name] == value
                else:
                    assert (json.loads(row[name]) if row[name] else None) == value


def test_it_holds_what_others_added_and_nothing_of_others(alice: Person, bob: Person, grant: Grants) -> None:
    grant("mood", "contribute")
    sample = next(one for one in KEPT if one.path == "mood")
    his = bob.post("mood/", sample.least).json()
    added = bob.post(f"mood/?user_id={alice.id}", sample.least).json()
    assert json.loads(exported(alice, "json")["mood.json"]) == [added]
    assert json.loads(exported(bob, "json")["mood.json"]) == [his]


def test_nothing_is_an_empty_list_and_a_header(alice: Person) -> None:
    assert json.loads(exported(alice, "json")["sleep.json"]) == []
    (header,) = exported(alice, "csv")["sleep.csv"].splitlines()
    assert header.startswith("id,user,author,")


def test_there_are_two_forms(alice: Person) -> None:
    answer = alice.get("export/?as=xml")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "as")
