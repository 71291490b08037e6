"""A file is read once to its end, whoever dies on the way."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from notifications.alarms import causes, expecting
from notifications.alarms.models import Alarm
from runtime import clock, lifecycle
from runtime.jobs import Postponed
from runtime.models import OutboxJob
from runtime.worker import claim_next, perform
from tests.imports.exports import written
from tests.integration.circles.conftest import Person
from tests.integration.tracking.imports.conftest import brought, counts, listed, posted, work
from tracking import editions
from tracking.catalogue import last_logged
from tracking.imports import changes, loading, sealed
from tracking.models import HealthMetric, Import, Mood
from tracking.numbers import IMPORT_ERRORS, IMPORT_KEPT, IMPORT_PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[4]


def moods(count: int, bad: int = 0) -> bytes:
    lines = [f"2026-01-01T{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}Z,{1 + n % 10}" for n in range(count)]
    return "\n".join(["at,score", *lines, *["x,y"] * bad, ""]).encode()


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "IMPORT_BATCH", 10)


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("dry_run", ["true", ""])
def test_a_run_that_dies_is_gone_on_with(
    alice: Person, monkeypatch: pytest.MonkeyPatch, dry_run: str
) -> None:
    whole = brought(alice, moods(95, bad=5))
    Mood.objects.all().delete()
    begun = posted(alice, moods(95, bad=5), **({"dry_run": dry_run} if dry_run else {})).json()["id"]
    left = iter(range(4))
    real = loading._stored

    def dying(*args: Any) -> Any:
        if next(left, None) is None:
            raise SystemExit  # as a kill would, between two transactions
        return real(*args)

    monkeypatch.setattr(loading, "_stored", dying)
    with pytest.raises(SystemExit):
        work()
    half = alice.get(f"imports/{begun}/").json()
    assert counts(half) == ("running", 40, 0, 0)
    assert 0 < half["progress"] <= 1
    monkeypatch.setattr(loading, "_stored", real)
    OutboxJob.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    work()
    ended = alice.get(f"imports/{begun}/").json()
    assert counts(ended) == counts(whole) == ("done", 95, 0, 5)
    assert ended["errors"] == whole["errors"]
    assert Mood.objects.count() == (0 if dry_run else 95)


@pytest.mark.usefixtures("small_batches")
def test_a_slow_run_that_was_taken_over_writes_no_more(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = UUID(posted(alice, moods(50)).json()["id"])
    real = loading._stored
    heirs: list[Any] = []

    def overtaken(*args: Any) -> Any:
        if not heirs:
            heirs.append(changes._begin(begun))
        return real(*args)

    monkeypatch.setattr(loading, "_stored", overtaken)
    changes.work(begun)
    row = Import.objects.get()
    assert (row.run, row.status, row.added, Mood.objects.count()) == (2, "running", 0, 0)


@pytest.mark.usefixtures("small_batches")
def test_a_process_that_leaves_lets_another_go_on_at_once(alice: Person) -> None:
    posted(alice, moods(50))
    lifecycle.begin_drain()
    try:
        claim = claim_next(clock.now(), 60.0, slow=True)
        assert claim is not None
        with pytest.raises(Postponed):
            changes.work(UUID(str(claim.ids["import_id"])))
        perform(claim)
    finally:
        lifecycle.end_drain()
    row = OutboxJob.objects.get(name="tracking.import")
    assert (row.state, row.attempts, row.due_at <= clock.now()) == ("queued", 0, True)
    work()
    assert counts(alice.get("imports/").json()["results"][0]) == ("done", 50, 0, 0)


def test_a_killed_worker_leaves_nothing_out_and_nothing_twice(
    alice: Person, folder: Path, tmp_path: Path
) -> None:
    written(tmp_path / "export.xml", 1_500_000)
    data = (tmp_path / "export.xml").read_bytes()
    begun = posted(alice, data, "apple_health").json()["id"]
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "chatserver.settings", "PYTHONPATH": str(ROOT)}
    env |= {"DATABASE_URL": _url(), "FOLDER": str(folder)}
    victim = subprocess.Popen([sys.executable, "-c", VICTIM], env=env, cwd=ROOT)
    try:
        deadline = time.monotonic() + 60
        while not HealthMetric.objects.count() > 0 and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        victim.kill()
        victim.wait()
    half = HealthMetric.objects.count()
    assert half > 0
    OutboxJob.objects.filter(name="tracking.import").update(lease_until=clock.now() - timedelta(seconds=1))
    work()
    ended = alice.get(f"imports/{begun}/").json()
    assert (ended["status"], ended["refused"]) == ("done", 0)
    again = brought(alice, data, "apple_health")
    assert (again["added"], again["skipped"]) == (0, ended["added"] + ended["skipped"])
    stored = HealthMetric.objects.count() + len(listed(alice, "sleep"))
    assert ended["added"] == stored > half


VICTIM = """
import os, pathlib
import django
from django.conf import settings
django.setup()
settings.IMPORT_DIR = pathlib.Path(os.environ["FOLDER"])
from tracking.imports import loading
loading.IMPORT_BATCH = 200
from runtime.worker import JobWorker
JobWorker().run(slow=True)
"""


def _url() -> str:
    told = connection.settings_dict
    if connection.vendor == "postgresql":
        who = f"{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT']}"
        return f"postgresql://{who}/{told['NAME']}"
    return f"sqlite:///{told['NAME']}"


def test_two_files_of_one_person_take_turns(alice: Person) -> None:
    posted(alice, moods(30))
    posted(alice, moods(40))
    work()
    results = alice.get("imports/").json()["results"]
    assert sorted(counts(one) for one in results) == [("done", 10, 30, 0), ("done", 30, 0, 0)]


def test_errors_are_counted_past_what_is_kept(alice: Person) -> None:
    ended = brought(alice, moods(1, bad=IMPORT_ERRORS + 50))
    assert ended["refused"] == IMPORT_ERRORS + 50
    assert len(ended["errors"]) == IMPORT_ERRORS


def test_a_file_that_was_changed_on_the_disk_is_refused(alice: Person, folder: Path) -> None:
    posted(alice, moods(10))
    (path,) = folder.iterdir()
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    work()
    (ended,) = alice.get("imports/").json()["results"]
    assert (ended["status"], ended["errors"][0]["code"]) == ("failed", "damaged")
    assert not Mood.objects.exists()


def test_a_file_that_lies_elsewhere_is_left_to_another_worker(alice: Person, folder: Path) -> None:
    posted(alice, moods(10))
    (path,) = folder.iterdir()
    elsewhere = path.rename(path.with_suffix(".away"))
    work()
    assert alice.get("imports/").json()["results"][0]["status"] == "running"
    elsewhere.rename(path)
    OutboxJob.objects.update(due_at=clock.now())
    work()
    assert counts(alice.get("imports/").json()["results"][0]) == ("done", 10, 0, 0)


def test_what_never_ends_has_failed_and_what_ended_is_forgotten(alice: Person, folder: Path) -> None:
    posted(alice, moods(10))
    OutboxJob.objects.all().delete()
    now = clock.now()
    assert changes.purge(now) == 0
    assert changes.purge(now + IMPORT_PATIENCE + timedelta(minutes=1)) == 1
    (ended,) = alice.get("imports/").json()["results"]
    assert (ended["status"], ended["errors"]) == (
        "failed",
        [{"line": None, "field": None, "code": "abandoned"}],
    )
    assert list(folder.iterdir()) == []
    assert changes.purge(now + IMPORT_PATIENCE + IMPORT_KEPT + timedelta(hours=2)) == 1
    assert not Import.objects.exists()


def test_files_of_no_import_are_taken_away(alice: Person, folder: Path) -> None:
    posted(alice, moods(10))
    left = sealed.Writer(UUID(int=7))
    left.write(b"x" * 10)
    left.close()
    assert changes.purge(clock.now()) == 0
    assert changes.purge(clock.now() + timedelta(hours=2)) == 1
    assert len(list(folder.iterdir())) == 1
    work()
    assert counts(alice.get("imports/").json()["results"][0]) == ("done", 10, 0, 0)


def test_the_past_is_no_sign_of_life_and_today_is(alice: Person) -> None:
    now = clock.now()
    cause = f"{expecting.STALE}:mood"
    with transaction.atomic():
        causes.raise_alarm(alice.id, cause, "mood", "k", {}, now, urgent=False)
    brought(alice, moods(3))
    last = last_logged(alice.id, "mood")
    assert last is not None
    assert last < now - timedelta(days=1)
    assert not Alarm.objects.exclude(cleared_at=None).exists()
    fresh = (now - timedelta(hours=1)).isoformat()
    brought(alice, f"at,score\n{fresh},5\n".encode())
    assert Alarm.objects.exclude(cleared_at=None).exists()


def test_sums_are_those_of_the_days_as_they_are_now(alice: Person) -> None:
    asked = "summary/?from=2026-01-01&to=2026-01-03"
    alice.post("mood/", {"at": "2026-01-01T10:00:00Z", "score": 5})
    assert [one["mood"] for one in alice.get(asked).json()["results"]] == [5]
    before = editions.of(alice.id)
    brought(alice, b"at,score\n2026-01-02T12:00:00Z,9\n")
    assert editions.of(alice.id) != before
    assert [one["mood"] for one in alice.get(asked).json()["results"]] == [9, 5]
