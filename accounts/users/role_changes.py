"""Giving and taking roles: never without a row of the audit."""

from uuid import UUID

from django.db import transaction

from accounts.audit.record import record
from accounts.models import RoleAssignment, User
from accounts.roles import Role


@transaction.atomic
def give(user: User, role: Role, *, by: UUID | None) -> bool:
    """Give a role and return whether it was new; `by` is None for whoever has the machine."""
    _, new = RoleAssignment.objects.get_or_create(user=user, role=role)
    if new:
        record("role.given", actor=by, subject=user.pk, detail={"role": str(role)})
    return new


@transaction.atomic
def take(user: User, role: Role, *, by: UUID | None) -> bool:
    """Take a role and return whether there was one to take."""
    held = RoleAssignment.objects.filter(user=user, role=role).delete()[0] > 0
    if held:
        record("role.taken", actor=by, subject=user.pk, detail={"role": str(role)})
    return held
