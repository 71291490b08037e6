"""Telling staff who a member of a room is: one person, once two of staff have answered for it.

The only place where a sealed tie is opened for a human's eyes. Whoever calls it has decided that it may be.
"""

from dataclasses import dataclass
from uuid import UUID

from accounts import sealed
from accounts.audit.record import Scalar, Standing, record
from accounts.models import User


class Nobody(LookupError):
    """The member is nobody's any more: the person was erased."""


@dataclass(frozen=True)
class Identity:
    """What the house knows of who somebody is. A guest has neither name nor e-mail."""

    id: UUID
    username: str | None
    email: str | None
    is_guest: bool
    locale: str
    time_zone: str


def reveal(member_id: str, *, to: UUID, standing: Standing, glass: UUID) -> Identity:
    """Return who a member is, and write the row that stands in the person's access log; in a transaction.

    Raises `Nobody`.
    """
    try:
        person_id = sealed.person_of(member_id)
    except sealed.UnknownMember:
        raise Nobody from None
    user = User.objects.filter(pk=person_id).first()
    if user is None:
        raise Nobody
    seen_as: dict[str, Scalar] = {"as": standing, "glass": glass}
    record("identity.read", actor=to, subject=person_id, detail=seen_as, shown=True)
    return Identity(user.pk, user.username, user.email, user.is_guest, user.locale, user.time_zone)
