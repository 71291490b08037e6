"""What becomes of an import: it is brought, read by one worker at a time, and put away."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import BinaryIO, cast
from uuid import UUID

from django.db import transaction
from tink import TinkError

from accounts.audit.record import Scalar, Standing, record
from accounts.models import User
from notifications.alarms import causes, expecting
from runtime import clock, lifecycle
from runtime.http.problems import conflict
from runtime.jobs import Postponed, enqueue
from tracking.catalogue import BY_CATEGORY, last_logged
from tracking.imports.items import Refused, Unreadable
from tracking.imports.loading import fault_of, load
from tracking.imports.report import Report
from tracking.imports.sealed import Reader, Writer, discard, lying
from tracking.imports.storing import Shelf
from tracking.logbook import zone_of
from tracking.models import Import
from tracking.numbers import IMPORT_KEPT, IMPORT_PATIENCE, IMPORTS_WAITING

NEWS = timedelta(days=1)
LEFT_OVER_S = 3_600  # a file that nobody has written to for so long, and no import is of, is nobody's
UNDER_WAY = (Import.Status.QUEUED, Import.Status.RUNNING)


class TakenOver(Exception):
    """Another worker reads this file by now, or its person took it back."""


@transaction.atomic
def bring(owner: UUID, file: Writer, form: str, category: str, dry_run: bool, now: datetime) -> Import:
    """Take in a file, to be read soon. Raises a 409 problem while too many of the person's wait."""
    User.objects.select_for_update(no_key=True).filter(pk=owner).first()
    if Import.objects.filter(user_id=owner, status__in=UNDER_WAY).count() >= IMPORTS_WAITING:
        raise conflict(f"{IMPORTS_WAITING} imports are under way: wait for one of them.")
    row = Import.objects.create(
        id=file.import_id,
        user_id=owner,
        format=form,
        category=category,
        dry_run=dry_run,
        size=file.size,
        key=file.key,
        created_at=now,
    )
    detail: dict[str, Scalar] = {"as": Standing.SELF, "entry": row.pk, "format": form, "dry_run": dry_run}
    record("import.created", actor=owner, subject=owner, detail=detail, shown=True)
    enqueue("tracking.import", key=f"import:{row.pk}", import_id=str(row.pk))
    return row


def work(import_id: UUID) -> None:
    """Read an import's file to its end. Begun again after a worker died, it goes on where that one was.

    Raises `Postponed` where this process is leaving, and `FileNotFoundError` where the file lies elsewhere.
    """
    row = _begin(import_id)
    if row is None:
        return
    shelf = Shelf(row.user_id, row.format, zone_of(row.user_id), row.created_at, row.dry_run)
    broken: Unreadable | None = None
    try:
        with Reader(row.pk, row.key or "", row.size) as file:
            load(cast(BinaryIO, file), row.size, row.category or None, shelf, noted(row), _report(row))
    except Unreadable as fault:
        broken = fault
    except TinkError:
        broken = Unreadable("damaged")
    except TakenOver:
        return
    _finish(row, broken, clock.now())


def _begin(import_id: UUID) -> Import | None:
    """Return the import as this run's own; None where there is nothing to do any more."""
    with transaction.atomic():
        row = Import.objects.select_for_update().filter(pk=import_id, status__in=UNDER_WAY).first()
        if row is None:
            return None
        row.run += 1
        row.status = Import.Status.RUNNING
        row.save(update_fields=["run", "status"])
    return row


def _report(row: Import) -> Report:
    return Report(row.seen, row.added, row.skipped, row.refused, list(row.errors))


def noted(row: Import) -> Callable[[Report, float], None]:
    """Return what writes the counts of a batch in its transaction. It raises `TakenOver` and `Postponed`."""

    def note(report: Report, progress: float) -> None:
        if lifecycle.draining():
            raise Postponed
        held = _held(row)
        held.seen, held.added = report.seen, report.added
        held.skipped, held.refused, held.errors = report.skipped, report.refused, report.errors
        held.progress = max(held.progress, progress)
        held.save(update_fields=["seen", "added", "skipped", "refused", "errors", "progress"])

    return note


def _held(row: Import) -> Import:
    held = Import.objects.select_for_update().filter(pk=row.pk, run=row.run, status=Import.Status.RUNNING)
    found = held.first()
    if found is None:
        raise TakenOver
    return found


@transaction.atomic
def _finish(row: Import, broken: Unreadable | None, now: datetime) -> None:
    try:
        held = _held(row)
    except TakenOver:
        return
    if broken is not None:
        report = _report(held)
        report.break_off(fault_of(broken))
        held.errors = report.errors
    _end(held, Import.Status.FAILED if broken else Import.Status.DONE, now)
    if held.added and not held.dry_run:
        end_silence(held.user_id, now)


def end_silence(owner: UUID, now: datetime) -> None:
    """End the alarms about data that fell silent, of what a file has brought news of, in its transaction."""
    for category in BY_CATEGORY:
        last = last_logged(owner, category)
        if last is not None and last > now - NEWS:
            causes.cause_ended(owner, f"{expecting.STALE}:{category}", now)


def _end(row: Import, status: str, now: datetime) -> None:
    """Write how an import ended, in the caller's transaction; its file goes once that is committed."""
    row.status, row.finished_at, row.key = status, now, None
    row.progress = 1.0 if status == Import.Status.DONE else row.progress
    row.save(update_fields=["status", "finished_at", "key", "errors", "progress"])
    detail: dict[str, Scalar] = {"as": Standing.SELF, "entry": row.pk, "status": status, "count": row.added}
    record("import.ended", actor=row.user_id, subject=row.user_id, detail=detail, shown=True)
    transaction.on_commit(lambda: discard(row.pk))


def purge(now: datetime) -> int:
    """End what never ended, forget what ended long ago, and take away files of none; return the changes."""
    stuck = Import.objects.filter(status__in=UNDER_WAY, created_at__lt=now - IMPORT_PATIENCE)
    count = 0
    for pk in list(stuck.values_list("pk", flat=True)):
        count += _abandon(pk, now)
    count += Import.objects.filter(finished_at__lt=now - IMPORT_KEPT).delete()[0]
    known = set(Import.objects.filter(status__in=UNDER_WAY).values_list("pk", flat=True))
    for import_id, untouched_s in lying(now):
        if import_id not in known and untouched_s > LEFT_OVER_S:
            discard(import_id)
            count += 1
    return count


@transaction.atomic
def _abandon(pk: UUID, now: datetime) -> bool:
    row = Import.objects.select_for_update().filter(pk=pk, status__in=UNDER_WAY).first()
    if row is None:
        return False
    report = _report(row)
    report.break_off(Refused(0, None, "abandoned"))
    row.errors = report.errors
    _end(row, Import.Status.FAILED, now)
    return True


def erase(person_id: UUID) -> None:
    """Take away a person's imports and their files."""
    for pk in list(Import.objects.filter(user_id=person_id).values_list("pk", flat=True)):
        Import.objects.filter(pk=pk).delete()
        discard(pk)
