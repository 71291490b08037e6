"""Breaking the glass: one asks, another approves, both see one identity for a while, a third reviews.

Each step is one transaction that reads roles anew, writes its row and its line of the audit, and only then
answers. The glass' own row is locked first, so that steps of one glass come one after the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction

from accounts import identities
from accounts.audit.record import Scalar, record
from accounts.audit.record import Standing as SeenAs
from accounts.identities import Identity
from accounts.principals import Principal, may_still_act, roles_now
from accounts.roles import Role
from moderation.break_glass.models import Glass, Step
from moderation.break_glass.state import (
    Finding,
    Kind,
    Standing,
    Taken,
    check_approval,
    check_review,
    standing,
)
from moderation.models import Case
from protocol.errors import BadField, Conflict, Forbidden, NotFound
from runtime.http.problems import Problem, unauthorized

# Who may, and in which of their roles they are said to have done it: the first they hold.
ASKERS: Final = (Role.MODERATOR, Role.CLINICIAN)
APPROVERS: Final = (Role.SUPERVISOR, Role.CLINICIAN)
REVIEWERS: Final = (Role.SUPERVISOR, Role.CLINICIAN, Role.ADMIN)

Held = Mapping[UUID, frozenset[Role]]


@dataclass(frozen=True)
class Ask:
    """What somebody asks for, and what they answer for it with."""

    case: str
    member: str
    reason: str
    statement: str


@dataclass(frozen=True)
class Shown:
    """An identity, and until when it is shown."""

    identity: Identity
    until: datetime


@transaction.atomic
def ask(asked: Ask, by: Principal, now: datetime) -> Glass:
    """Ask who the member of a case is; nothing is looked up yet.

    Raises Forbidden, NotFound for no such case, BadField for a member it is not about, Conflict for a closed
    one.
    """
    role = _role(by, ASKERS, now)
    case = Case.objects.filter(pk=asked.case).first()
    if case is None:
        raise NotFound
    if case.member_id != asked.member:
        raise BadField("member", "Must be the member that the case is about.")
    if case.state == Case.State.CLOSED:
        raise Conflict("This case is closed: there is no imminent danger in it.")
    glass = Glass(case=case, member_id=asked.member, at=now)
    glass.save(force_insert=True)
    _take(glass, Kind.ASKED, by, role, now, reason=asked.reason, statement=asked.statement)
    return glass


@transaction.atomic
def approve(glass_id: UUID, statement: str, by: Principal, now: datetime) -> Shown:
    """Approve as the second person, and return the identity: once, however many approve at once.

    Raises Forbidden, also where the asker has lost the role, NotFound, Conflict, and 410 for who was erased.
    """
    glass = _locked(glass_id)
    found = standing_of(glass)
    held = roles_now((by.person_id, found.asked.actor), now)
    role = _role(by, APPROVERS, now, held)
    check_approval(found, by.person_id, now)
    if not held.get(found.asked.actor, frozenset()).intersection(ASKERS):
        raise Forbidden("Who asked for this may not ask any more.")
    _take(glass, Kind.APPROVED, by, role, now, statement=statement)
    return _show(glass, standing_of(glass), by, role)


@transaction.atomic
def look(glass_id: UUID, by: Principal, now: datetime) -> tuple[Glass, Standing, Shown | None]:
    """Return a glass and, to those who asked and approved and while it is open, the identity.

    Each look is a row. Raises Forbidden, and NotFound for a moderator who is no party to it.
    """
    glass = _locked(glass_id)
    found = standing_of(glass)
    role = _role(by, (*ASKERS, *REVIEWERS), now)
    if role is Role.MODERATOR and not by.has(*REVIEWERS) and not found.party(by.person_id):
        raise NotFound
    if not found.shows_to(by.person_id, now):
        _record("read", by, glass)
        return glass, found, None
    return glass, found, _show(glass, found, by, role)


@transaction.atomic
def review(glass_id: UUID, finding: Finding, note: str, by: Principal, now: datetime) -> Glass:
    """Say as a third person whether it was justified. Raises Forbidden, NotFound, Conflict."""
    glass = _locked(glass_id)
    role = _role(by, REVIEWERS, now)
    check_review(standing_of(glass), by.person_id)
    _take(glass, Kind.REVIEWED, by, role, now, statement=note, finding=finding)
    return glass


def standing_of(glass: Glass) -> Standing:
    """Return where a glass stands, by its steps as they are now."""
    steps = Step.objects.filter(glass=glass).values_list("kind", "actor_id", "at")
    return standing(Taken(Kind(kind), actor, at) for kind, actor, at in steps)


def _locked(glass_id: UUID) -> Glass:
    glass = Glass.objects.select_for_update().filter(pk=glass_id).first()
    if glass is None:
        raise NotFound
    return glass


def _role(by: Principal, roles: tuple[Role, ...], now: datetime, held: Held | None = None) -> Role:
    """Return the role somebody acts in: held now, and by a second factor. Raises Forbidden, or a 401."""
    if not may_still_act(by, now):
        raise unauthorized()
    known = roles_now((by.person_id,), now) if held is None else held
    for role in roles:
        if role in known.get(by.person_id, ()) and by.has(role):
            return role
    raise Forbidden


def _take(glass: Glass, kind: Kind, by: Principal, role: Role, now: datetime, **said: str) -> None:
    request_id = str(structlog.contextvars.get_contextvars().get("request_id") or "")[:64]
    step = Step(
        glass=glass, kind=kind, actor_id=by.person_id, role=role, request_id=request_id, at=now, **said
    )
    step.save(force_insert=True)
    _record(kind.value, by, glass)


def _record(what: str, by: Principal, glass: Glass) -> None:
    about: dict[str, Scalar] = {"glass": glass.pk, "case": glass.case_id}
    record(f"break_glass.{what}", actor=by.person_id, detail=about)


def _show(glass: Glass, found: Standing, by: Principal, role: Role) -> Shown:
    seen_as = SeenAs.CLINICIAN if role is Role.CLINICIAN else SeenAs.MODERATOR
    assert found.shown_until is not None
    try:
        identity = identities.reveal(glass.member_id, to=by.person_id, standing=seen_as, glass=glass.pk)
    except identities.Nobody:
        raise Problem(410, "gone", "This member is nobody's any more.") from None
    return Shown(identity, found.shown_until)
