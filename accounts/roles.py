"""The roles a person may hold. A family member is a relation between people, not a role."""

from enum import StrEnum


class Role(StrEnum):
    """What someone may do beyond being a person."""

    MODERATOR = "moderator"
    SUPERVISOR = "supervisor"
    CLINICIAN = "clinician"
    ADMIN = "admin"


STAFF = frozenset(Role)  # every role of the house's staff: each must have a second factor
CHOICES = [(role.value, role.value) for role in Role]


def implied(roles: frozenset[Role]) -> frozenset[Role]:
    """Return `roles` with those they contain: a supervisor is also a moderator."""
    return roles | {Role.MODERATOR} if Role.SUPERVISOR in roles else roles
