"""The audit: rows that stay, a chain over them, and what verifying finds."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.audit import jobs, seals
from accounts.audit.models import Anchor, Entry, Seal
from accounts.audit.record import open_entry, record
from accounts.audit.verify import verify
from runtime import append_only, clock

pytestmark = pytest.mark.django_db(transaction=True)

ALICE, BOB = uuid4(), uuid4()


def write(count: int = 1) -> None:
    for number in range(count):
        record("sleep.read", actor=BOB, subject=ALICE, detail={"as": "family", "n": number}, shown=True)


@contextmanager
def burglar() -> Iterator[None]:
    """Somebody who can do anything to the database but does not have the keys."""
    with append_only.lifted(connection):
        yield


def found() -> set[str]:
    return {finding.what for finding in verify().findings}


def test_a_row_tells_who_to_the_house_and_not_to_a_dump() -> None:
    write()
    entry = Entry.objects.get()
    opened = open_entry(entry)
    assert (opened.actor, opened.subject, opened.detail) == (BOB, ALICE, {"as": "family", "n": 0})
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_entry")
        dump = repr([[bytes(c) if isinstance(c, memoryview) else c for c in r] for r in cursor.fetchall()])
    for person in (ALICE, BOB):
        assert str(person) not in dump
        assert person.hex not in dump


@pytest.mark.parametrize("told", ["bob@example.org", "I feel so low", "Bob Doe", "x" * 65, "ä"])
def test_what_looks_like_a_text_is_refused(told: str) -> None:
    with pytest.raises(ValueError, match="audit keeps"):
        record("sleep.read", actor=BOB, subject=ALICE, detail={"note": told})
    assert not Entry.objects.exists()


def test_a_row_goes_with_the_callers_transaction() -> None:
    def change() -> None:
        with transaction.atomic():
            write()
            raise LookupError

    with pytest.raises(LookupError):
        change()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET {}"])
def test_the_database_refuses_to_change_and_delete(table: str, statement: str) -> None:
    write(2)
    jobs.seal()
    change = "kind = 'x'" if table == "audit_entry" else "hash = 'x'"
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement.format(table, change))
    assert Entry.objects.count() == 2
    assert verify().intact


def test_the_database_refuses_to_replace_or_empty() -> None:
    write()
    statement = "TRUNCATE audit_entry CASCADE"
    if connection.vendor == "sqlite":
        statement = "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry"
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_rows_are_chained_in_the_order_of_their_numbers() -> None:
    write(3)
    assert jobs.seal() == 3
    write(2)
    assert jobs.seal() == 2
    assert jobs.seal() == 0
    ids = list(Entry.objects.order_by("id").values_list("id", flat=True))
    assert list(Seal.objects.order_by("seq").values_list("seq", "entry_id")) == list(enumerate(ids, 1))
    verdict = verify()
    assert (verdict.intact, verdict.sealed, verdict.unsealed) == (True, 5, 0)


def test_more_rows_than_one_batch_are_chained_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "BATCH", 2)
    write(5)
    assert jobs.seal() == 5
    assert verify().intact


def test_an_edit_is_found_before_and_after_sealing() -> None:
    write(3)
    with burglar():
        Entry.objects.filter(pk=Entry.objects.first().pk).update(kind="sleep.changed")
    assert found() == {"row edited or put in"}
    jobs.seal()
    assert found() == {"row edited"}


@pytest.mark.parametrize(
    "change",
    [{"shown": False}, {"actor_hash": "0" * 64}, {"sealed": b"x"}, {"at": clock.now()}, {"request_id": "x"}],
)
def test_an_edit_of_any_column_is_found(change: dict[str, object]) -> None:
    write(2)
    jobs.seal()
    with burglar():
        Entry.objects.filter(pk=Entry.objects.last().pk).update(**change)
    assert found() == {"row edited"}


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_deletion_is_found_wherever_it_is(place: int) -> None:
    write(3)
    jobs.seal()
    with burglar():
        Entry.objects.filter(pk=Entry.objects.order_by("id")[place].pk).delete()
    assert found() == {"row deleted"}


def test_a_tail_cut_off_with_its_seals_is_found() -> None:
    write(4)
    jobs.seal()
    with burglar():
        for seal in Seal.objects.order_by("-seq")[:2]:
            Entry.objects.filter(pk=seal.entry_id).delete()
            Seal.objects.filter(pk=seal.pk).delete()
    assert found() == {"seals deleted"}
    write()
    jobs.seal()
    assert "seal deleted" in found()


def test_a_chain_without_its_end_is_found_and_not_continued() -> None:
    write(2)
    jobs.seal()
    Anchor.objects.all().delete()
    write()
    with pytest.raises(seals.BrokenChain):
        jobs.seal()
    assert found() == {"end of the chain deleted"}


def test_two_rows_that_change_places_are_found() -> None:
    write(2)
    jobs.seal()
    first, second = Entry.objects.order_by("id")
    with burglar():
        Entry.objects.filter(pk=second.pk).update(id=0)
        Entry.objects.filter(pk=first.pk).update(id=second.pk)
        Entry.objects.filter(pk=0).update(id=first.pk)
    assert found() == {"row or seal moved"}


def test_seals_that_change_places_are_found() -> None:
    write(2)
    jobs.seal()
    first, second = Seal.objects.order_by("seq")
    with burglar():
        Seal.objects.filter(pk=2).update(entry_id=0)
        Seal.objects.filter(pk=1).update(entry_id=second.entry_id, hash=second.hash)
        Seal.objects.filter(pk=2).update(entry_id=first.entry_id, hash=first.hash)
    assert "row or seal moved" in found()


def test_a_row_put_in_by_another_hand_is_found() -> None:
    write()
    row = Entry.objects.values().get()
    Entry(**{**row, "id": None, "uid": uuid4(), "mac": "0" * 64}).save(force_insert=True)
    assert found() == {"row edited or put in"}


def test_the_command_says_what_it_found_and_exits_with_one() -> None:
    write(2)
    jobs.seal()
    call_command("verify_audit")
    head = f"2:{verify().head}"
    call_command("verify_audit", head=head)
    with pytest.raises(CommandError) as other:
        call_command("verify_audit", head=f"2:{'0' * 64}")
    with burglar():
        Entry.objects.filter(pk=Entry.objects.first().pk).delete()
    with pytest.raises(CommandError, match="row deleted") as told:
        call_command("verify_audit")
    assert (told.value.returncode, other.value.returncode) == (1, 1)


def test_a_row_of_long_ago_that_commits_late_is_found_by_the_daily_pass() -> None:
    write(1)
    skipped = Entry.objects.get()
    write(1)
    last = Entry.objects.order_by("id").last()
    # As if `last` had been sealed two hours ago, and the other had been invisible then.
    now = clock.now()
    digest = seals.link(1, "", last.pk, last.mac)
    Seal.objects.create(seq=1, entry_id=last.pk, hash=digest, at=now - timedelta(hours=2))
    Anchor.objects.create(pk=1, seq=1, hash=digest, mac=seals.anchor_mac(1, digest))
    assert seals.seal(now) == 0
    assert jobs.seal_everything() == 1
    assert Seal.objects.get(seq=2).entry_id == skipped.pk
    assert verify().intact


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
def test_an_insert_waits_for_nobody_and_a_late_commit_is_sealed() -> None:
    written, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                write()
                written.set()
                go_on.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(10)
    began = time.monotonic()
    write()  # a higher number, committed first
    assert jobs.seal() == 1
    assert time.monotonic() - began < 5
    go_on.set()
    thread.join()
    assert jobs.seal() == 1
    first, second = Seal.objects.order_by("seq").values_list("entry_id", flat=True)
    assert first > second
    assert verify().intact


def test_two_sealers_at_once_make_one_chain() -> None:
    write(20)
    threads = [threading.Thread(target=_seal_and_close) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    jobs.seal()
    assert Seal.objects.count() == 20
    assert verify().intact


def _seal_and_close() -> None:
    try:
        jobs.seal()
    except DatabaseError:
        pass  # SQLite: another one has the file
    finally:
        connection.close()
