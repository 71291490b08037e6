"""Clinicians: an admin assigns one, the client consents, the client may end it. Each is an event to both."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.audit.record import record
from accounts.models import User
from accounts.principals import me_stream
from accounts.roles import Role
from accounts.users.models import Assignment, AssignmentEvent
from protocol.errors import BadField, Conflict, NotFound
from runtime import clock
from streams import log
from streams.commit import Item, write_now
from streams.refs import StreamRef
from streams.transaction import Tx

T = TypeVar("T")
Kind = AssignmentEvent.Kind


def standing(clinician_id: UUID, client_id: UUID) -> bool:
    """Return whether a clinician may see a client's days now: assigned, accepted, still a clinician."""
    accepted = Assignment.objects.filter(client_id=client_id, clinician_id=clinician_id, ended_at=None)
    clinician = User.objects.filter(pk=clinician_id, roles__role=Role.CLINICIAN).first()
    return (
        clinician is not None
        and clinician.admitted(clock.now())
        and accepted.exclude(accepted_at=None).exists()
    )


def add(client_id: UUID, clinician_id: UUID, *, by: UUID) -> Assignment:
    """Assign a clinician. Raises BadField for who is none, Conflict for one who is assigned."""
    known = User.objects.filter(pk=clinician_id, roles__role=Role.CLINICIAN, deleted_at=None, is_active=True)
    if client_id == clinician_id or not known.exists():
        raise BadField("clinician", "Must be the id of a clinician, and not one's own.")

    def write(tx: Tx) -> Assignment:
        made = Assignment(client_id=client_id, clinician_id=clinician_id, added_at=tx.now)
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError:
            raise Conflict("This clinician is assigned already.") from None
        _note(tx, made, Kind.ADDED, by)
        return made

    return _write(client_id, clinician_id, write)


def accept(client_id: UUID, assignment_id: UUID) -> Assignment:
    """Let the client consent; doing it again changes nothing. Raises NotFound."""

    def write(tx: Tx) -> Assignment:
        found = _locked(client_id, assignment_id)
        if found.accepted_at is None:
            found.accepted_at = tx.now
            found.save(update_fields=["accepted_at"])
            _note(tx, found, Kind.ACCEPTED, client_id)
        else:
            record("clinician.accepted", actor=client_id, subject=client_id, detail={"again": True})
        return found

    return _write(client_id, _clinician(client_id, assignment_id), write)


def end(client_id: UUID, assignment_id: UUID, *, by: UUID) -> None:
    """End an assignment. Raises NotFound."""

    def write(tx: Tx) -> None:
        found = _locked(client_id, assignment_id)
        found.ended_at = tx.now
        found.save(update_fields=["ended_at"])
        _note(tx, found, Kind.ENDED, by)

    _write(client_id, _clinician(client_id, assignment_id), write)


def end_all(person_id: UUID) -> None:
    """End every assignment of a person, as client and as clinician."""
    either = Q(client_id=person_id) | Q(clinician_id=person_id)
    for row in Assignment.objects.filter(either, ended_at=None):
        end(row.client_id, row.pk, by=person_id)


def _clinician(client_id: UUID, assignment_id: UUID) -> UUID:
    found = Assignment.objects.filter(pk=assignment_id, client_id=client_id, ended_at=None)
    clinician = found.values_list("clinician_id", flat=True).first()
    if clinician is None:
        raise NotFound
    return clinician


def _locked(client_id: UUID, assignment_id: UUID) -> Assignment:
    found = Assignment.objects.select_for_update().filter(
        pk=assignment_id, client_id=client_id, ended_at=None
    )
    assignment = found.first()
    if assignment is None:
        raise NotFound
    return assignment


def _write(client_id: UUID, clinician_id: UUID, write: Callable[[Tx], T]) -> T:
    return write_now(Item((_stream(client_id), _stream(clinician_id)), write))


def _stream(person_id: UUID) -> StreamRef:
    return log.ensure(me_stream(person_id, "family"))


def _note(tx: Tx, assignment: Assignment, kind: Kind, by: UUID) -> None:
    """Log what happened, tell both, and write the audit row."""
    AssignmentEvent.objects.create(assignment=assignment.pk, kind=kind, at=tx.now)
    for person_id in (assignment.client_id, assignment.clinician_id):
        # What one may see of another has changed, as with any grant; ids of people stay off the wire.
        fields = {"clinician": str(assignment.pk), "state": str(kind.value)}
        tx.append(_stream(person_id), "grant.changed", fields)
    detail = {"assignment": assignment.pk}
    record(f"clinician.{kind.value}", actor=by, subject=assignment.client_id, detail=detail)
