"""`manage.py import_csv`, `import_daylio`, `import_apple_health`: what they say, and how they end."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.audit.models import Entry as AuditEntry
from accounts.audit.record import open_entry
from tests.integration.circles.conftest import Person
from tests.integration.tracking.imports.conftest import SAMPLES, listed
from tests.integration.tracking.imports.test_imports_door import MOODS
from tracking.imports.by_hand import SOME_REFUSED
from tracking.models import Mood

pytestmark = pytest.mark.django_db(transaction=True)


def run(*words: str) -> tuple[str, str, int]:
    """Run a command; return what it wrote, what it complained of, and how it ended."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(*words, stdout=out, stderr=err)
    except SystemExit as end:
        return out.getvalue(), err.getvalue(), int(end.code or 0)
    except CommandError as error:
        return out.getvalue(), err.getvalue() + str(error), 1
    return out.getvalue(), err.getvalue(), 0


@pytest.fixture
def moods(tmp_path: Path) -> str:
    (tmp_path / "moods.csv").write_bytes(MOODS)
    return str(tmp_path / "moods.csv")


def test_bad_lines_are_told_and_the_others_taken(alice: Person, moods: str) -> None:
    out, err, status = run("import_csv", "alice", moods)
    assert status == SOME_REFUSED
    assert out.splitlines()[-1] == "2 added, 0 skipped, 4 refused."
    assert "100%" in out
    assert err.splitlines() == [
        "line 3, score: out_of_range", "line 4, at: naive", "line 5, score: required", "line 6, at: invalid",
    ]  # fmt: skip
    assert {one["author"] for one in listed(alice, "mood")} == {str(alice.id)}
    assert run("import_csv", str(alice.id), moods)[0].splitlines()[-1] == "0 added, 2 skipped, 4 refused."


def test_a_dry_run_stores_nothing(alice: Person, moods: str) -> None:
    out, _, status = run("import_csv", "alice", moods, "--dry-run")
    assert (out.splitlines()[-1], status) == ("2 would be added, 0 skipped, 4 refused.", SOME_REFUSED)
    assert not Mood.objects.exists()
    assert not AuditEntry.objects.filter(kind="import.ended").exists()


@pytest.mark.parametrize(
    ("command", "sample", "added"),
    [
        ("import_daylio", "daylio/test_data.csv", 36),
        ("import_daylio", "daylio/sample_multiple_moods.csv", 7),
        ("import_apple_health", "apple-health/export_with_workouts.xml", 2),
    ],
)
def test_samples_end_well_and_are_audited(alice: Person, command: str, sample: str, added: int) -> None:
    out, err, status = run(command, "alice", str(SAMPLES / sample))
    assert (err, status) == ("", 0)
    assert out.splitlines()[-1].startswith(f"{added} added, ")
    row = AuditEntry.objects.get(kind="import.ended")
    assert (open_entry(row).subject, open_entry(row).detail["count"]) == (alice.id, added)
    out, _, status = run(command, "alice", str(SAMPLES / sample))
    assert out.splitlines()[-1].startswith("0 added, ")
    assert status == 0


def test_a_category_may_be_named(alice: Person, tmp_path: Path) -> None:
    file = tmp_path / "some.csv"
    file.write_text("at,text,score\n2026-11-20T10:00:00Z,hello,5\n")
    _, err, status = run("import_csv", "alice", str(file))
    assert (err, status) == ("The file cannot be read any further at line 1 (category): required.", 1)
    assert run("import_csv", "alice", str(file), "--category", "journal")[2] == 0
    assert [one["text"] for one in listed(alice, "journal")] == ["hello"]


def test_nobody_and_nothing_are_told_apart(alice: Person, moods: str, tmp_path: Path) -> None:
    assert run("import_csv", "nobody", moods)[1:] == ("There is no such person.", 1)
    missing = run("import_csv", "alice", str(tmp_path / "none.csv"))
    assert missing[1:] == ("The file cannot be read: No such file or directory.", 1)
    broken = tmp_path / "export.xml"
    broken.write_bytes((SAMPLES / "apple-health" / "export.xml").read_bytes()[:-20])
    out, err, status = run("import_apple_health", "alice", str(broken))
    assert status == 1
    assert out.splitlines()[-1].startswith("2 added")
    assert "malformed" in err
