"""`/api/v1/imports/`: who may, what is taken, and what is told of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from accounts.audit.models import Entry as AuditEntry
from accounts.audit.record import open_entry
from accounts.registries import erase_person, export_person
from tests.integration.circles.conftest import Person
from tests.integration.tracking.conftest import Grants
from tests.integration.tracking.imports.conftest import SAMPLES, brought, counts, listed, posted, work
from tracking.imports import upload
from tracking.models import Import, Mood
from tracking.numbers import IMPORTS_WAITING

pytestmark = pytest.mark.django_db(transaction=True)

MOODS = b"""at,score,activities,note
2026-11-20T10:00:00Z,7,walk;tea,fine
2026-11-20T18:00:00+01:00,11,,
2026-11-21T10:00:00,5,,
2026-11-21T10:00:00Z,,,
yesterday,5,,
2026-11-22T10:00:00Z,3,,
"""
HALF = b'--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nhalf'


def test_a_file_is_taken_in_and_read_soon_after(alice: Person, folder: Path) -> None:
    answer = posted(alice, MOODS, category="mood")
    assert answer.status_code == 202
    first = answer.json()
    assert (first["status"], first["progress"], first["category"]) == ("queued", 0, "mood")
    assert counts(first) == ("queued", 0, 0, 0)
    assert answer["ETag"]
    assert work() >= 1
    ended = alice.get(f"imports/{first['id']}/").json()
    assert counts(ended) == ("done", 2, 0, 4)
    assert ended["progress"] == 1
    assert ended["errors"] == [
        {"line": 3, "field": "score", "code": "out_of_range"},
        {"line": 4, "field": "at", "code": "naive"},
        {"line": 5, "field": "score", "code": "required"},
        {"line": 6, "field": "at", "code": "invalid"},
    ]
    moods = listed(alice, "mood")
    assert [(one["score"], one["activities"], one["author"]) for one in moods] == [
        (3, None, str(alice.id)), (7, ["walk", "tea"], str(alice.id)),
    ]  # fmt: skip
    assert moods[0]["time_zone"] == "America/New_York"
    assert alice.get("imports/").json()["results"] == [ended]
    assert list(folder.iterdir()) == []


def test_again_it_adds_nothing(alice: Person) -> None:
    assert counts(brought(alice, MOODS)) == ("done", 2, 0, 4)
    assert counts(brought(alice, MOODS)) == ("done", 0, 2, 4)
    more = MOODS + b"2026-11-23T10:00:00Z,4,,\n2026-11-23T10:00:00Z,4,,\n"
    assert counts(brought(alice, more)) == ("done", 1, 3, 4)
    assert Mood.objects.count() == 3


def test_a_dry_run_tells_the_same_and_adds_nothing(alice: Person) -> None:
    double = MOODS + b"2026-11-22T10:00:00Z,3,,\n"
    dry = brought(alice, double, dry_run="true")
    assert counts(dry) == ("done", 2, 1, 4)
    assert not Mood.objects.exists()
    wet = brought(alice, double)
    assert (counts(wet), wet["errors"]) == (counts(dry), dry["errors"])


def test_bob_and_charlie_find_nothing(alice: Person, bob: Person, charlie: Person, grant: Grants) -> None:
    grant("mood", "contribute")
    made = brought(alice, MOODS)
    for other in (bob, charlie):
        answer = other.get(f"imports/{made['id']}/")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        row = AuditEntry.objects.order_by("id").last()
        assert row is not None
        assert (row.kind, open_entry(row).subject) == ("refused", alice.id)
        assert other.get("imports/").json()["results"] == []


def test_what_is_brought_is_always_ones_own(alice: Person, bob: Person, grant: Grants) -> None:
    grant("mood", "contribute")
    answer = Client().post(
        f"/api/v1/imports/?user_id={alice.id}",
        {"file": _file(MOODS), "format": "csv"},
        headers={"authorization": f"Bearer {bob._token}"},
    )
    assert answer.status_code == 202
    work()
    assert set(Mood.objects.values_list("user_id", flat=True)) == {bob.id}


def _file(data: bytes) -> Any:
    return SimpleUploadedFile("moods.csv", data)


def test_the_audit_tells_of_both_ends(alice: Person) -> None:
    brought(alice, MOODS)
    kinds = [
        (row.kind, row.shown) for row in AuditEntry.objects.order_by("id") if row.kind.startswith("import.")
    ]
    assert kinds == [("import.created", True), ("import.ended", True), ("import.read", True)]


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"format": "csv"}, "file", "required"),
        ({"file": b"x"}, "format", "required"),
        ({"file": b"x", "format": "xls"}, "format", "invalid_choice"),
        ({"file": b"x", "format": "csv", "category": "steps"}, "category", "invalid_choice"),
        ({"file": b"x", "format": "csv", "dry_run": "perhaps"}, "dry_run", "invalid"),
        ({"file": b"", "format": "csv"}, "file", "empty"),
        ({"file": "no file", "format": "csv"}, "file", "invalid"),
    ],
)
def test_what_is_wrong_is_named(
    alice: Person, folder: Path, given: dict[str, Any], field: str, code: str
) -> None:
    body = {name: _file(value) if isinstance(value, bytes) else value for name, value in given.items()}
    answer = Client().post("/api/v1/imports/", body, headers={"authorization": f"Bearer {alice._token}"})
    assert answer.status_code == 422
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [(field, code)]
    assert not folder.exists() or not list(folder.iterdir())


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{}", "application/json"),
        (b"", "multipart/form-data; boundary=x"),
        (b"--x\r\nrubbish", "multipart/form-data; boundary=x"),
        (b"--x", "multipart/form-data"),
        (HALF, "multipart/form-data; boundary=x"),
    ],
)
def test_what_is_no_form_is_refused_and_leaves_nothing(
    alice: Person, folder: Path, body: bytes, kind: str
) -> None:
    headers = {"authorization": f"Bearer {alice._token}"}
    answer = Client().generic("POST", "/api/v1/imports/", body, content_type=kind, headers=headers)
    assert answer.status_code in (400, 422), answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert not folder.exists() or not list(folder.iterdir())


def test_a_file_past_the_limit_is_413_and_leaves_nothing(
    alice: Person, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload, "IMPORT_BYTES", 1_000)
    answer = posted(alice, b"x" * 1_001)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert list(folder.iterdir()) == []


def test_a_body_past_the_limit_is_413_by_what_it_declares(alice: Person) -> None:
    answer = Client().generic(
        "POST",
        "/api/v1/imports/",
        b"x",
        content_type="multipart/form-data; boundary=x",
        headers={"authorization": f"Bearer {alice._token}"},
        CONTENT_LENGTH=str(3 * 2**30),
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_form_without_a_file_is_not_a_way_around_memory(alice: Person) -> None:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10_000):
        answer = Client().post(
            "/api/v1/imports/",
            {"format": "csv", "file": "x" * 20_000},
            headers={"authorization": f"Bearer {alice._token}"},
        )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_too_many_at_once_are_409(alice: Person, bob: Person) -> None:
    for _ in range(IMPORTS_WAITING):
        assert posted(alice, MOODS).status_code == 202
    answer = posted(alice, MOODS)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert posted(bob, MOODS).status_code == 202
    work()
    assert posted(alice, MOODS).status_code == 202


def test_one_key_takes_one_file_however_it_is_wrapped(alice: Person) -> None:
    key = {"idempotency-key": "k1"}
    first, second = (_wrapped(alice, MOODS, boundary, key) for boundary in ("aaaa", "bbbbbb"))
    assert first.status_code == second.status_code == 202
    assert first.json() == second.json()
    assert Import.objects.count() == 1
    other = _wrapped(alice, MOODS[:-30], "aaaa", key)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


def _wrapped(who: Person, data: bytes, boundary: str, headers: dict[str, str]) -> Any:
    part = f'--{boundary}\r\nContent-Disposition: form-data; name="{{}}"{{}}\r\n\r\n'
    body = part.format("format", "").encode() + b"csv\r\n"
    body += part.format("file", '; filename="f.csv"').encode() + data + f"\r\n--{boundary}--\r\n".encode()
    return Client().generic(
        "POST",
        "/api/v1/imports/",
        body,
        content_type=f"multipart/form-data; boundary={boundary}",
        headers={"authorization": f"Bearer {who._token}", **headers},
    )


@pytest.mark.parametrize(
    ("data", "form", "line", "field", "code"),
    [
        (b"at,note\n1,2\n", "csv", 1, "category", "required"),
        (b"\n", "csv", 1, None, "header"),
        (b"at,score\n1,2\n", "daylio", 1, "full_date", "required"),
        (b"<html/>", "apple_health", 1, None, "format"),
        (b'<!DOCTYPE HealthData [<!ENTITY a "b">]><HealthData/>', "apple_health", 1, None, "forbidden"),
        (b"PK\x03\x04rubbish", "hearth", None, None, "malformed"),
        (b"{}", "hearth", None, None, "format"),
    ],
)
def test_a_file_that_cannot_be_read_fails_and_says_where(
    alice: Person, data: bytes, form: str, line: int | None, field: str | None, code: str
) -> None:
    ended = brought(alice, data, form)
    assert ended["status"] == "failed"
    assert ended["errors"] == [{"line": line, "field": field, "code": code}]


def test_what_came_before_the_break_stays(alice: Person) -> None:
    data = (SAMPLES / "apple-health" / "export.xml").read_bytes()
    ended = brought(alice, data[:-20], "apple_health")
    assert counts(ended) == ("failed", 2, 1, 0)
    assert ended["errors"][0]["code"] == "malformed"
    assert counts(brought(alice, data, "apple_health")) == ("done", 0, 3, 0)


@pytest.mark.parametrize(
    ("sample", "form", "added", "skipped"),
    [
        ("daylio/test_data.csv", "daylio", 36, 0),
        ("daylio/sample.csv", "daylio", 3, 0),
        ("daylio/sample_multiple_moods.csv", "daylio", 7, 0),
        ("apple-health/export.xml", "apple_health", 2, 1),
        ("apple-health/export_with_workouts.xml", "apple_health", 2, 1),
    ],
)
def test_real_files_are_taken_whole_and_once(
    alice: Person, sample: str, form: str, added: int, skipped: int
) -> None:
    data = (SAMPLES / sample).read_bytes()
    assert counts(brought(alice, data, form)) == ("done", added, skipped, 0)
    assert counts(brought(alice, data, form)) == ("done", 0, added + skipped, 0)


def test_no_circle_is_told_of_the_past(alice: Person, bob: Person, grant: Grants) -> None:
    for category in ("seizures", "mood"):
        grant(category)
    before = bob.told()
    long = b"start,duration_s,seizure_class\n2026-11-20T10:00:00Z,900,focal\n2026-11-20T12:00:00Z,900,focal\n"
    assert brought(alice, long)["added"] == 2
    assert brought(alice, MOODS)["added"] == 2
    assert bob.told() == before
    assert len(bob.get(f"seizures/?user_id={alice.id}").json()["results"]) == 2  # and yet he may look


def test_an_import_is_exported_and_erased_with_its_person(alice: Person, folder: Path) -> None:
    posted(alice, MOODS)
    (told,) = export_person(alice.id)["imports"]
    assert told["status"] == "queued"
    assert json.dumps(told)
    assert len(list(folder.iterdir())) == 1
    erase_person(alice.id)
    assert list(folder.iterdir()) == []
    assert not Import.objects.exists()
    work()  # its job finds nothing to do
    assert not Mood.objects.exists()


def test_what_lies_on_the_disk_tells_nothing(alice: Person, folder: Path) -> None:
    posted(alice, MOODS * 10_000)
    (path,) = folder.iterdir()
    data = path.read_bytes()
    assert b"2026-11-20" not in data
    assert len(data) >= len(MOODS) * 10_000
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("key", [{}, {"idempotency-key": "once"}])
def test_a_page_brings_a_file_with_its_session(alice: Person, folder: Path, key: dict[str, str]) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice.user)
    browser.cookies["csrftoken"] = "a" * 32
    body = {"file": _file(MOODS), "format": "csv"}
    answer = browser.post("/api/v1/imports/", body, headers={"x-csrftoken": "a" * 32, **key})
    assert answer.status_code == 202, answer.content
    body = {"file": _file(MOODS), "format": "csv", "csrfmiddlewaretoken": "a" * 32}
    forged = browser.post("/api/v1/imports/", body, headers=key)
    assert (forged.status_code, forged.json()["code"]) == (403, "csrf_failed")
    assert len(list(folder.iterdir())) == 1
    work()
    assert counts(alice.get(f"imports/{answer.json()['id']}/").json()) == ("done", 2, 0, 4)
