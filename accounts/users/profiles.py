"""Reading and changing what a person tells about themselves."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import sessions
from accounts.audit.record import Standing, record
from accounts.circles import changes
from accounts.circles.models import Member
from accounts.models import User
from accounts.users import assignments
from accounts.users.models import Profile
from protocol.errors import Close, NotFound
from runtime.shelves import Shelf

DETAILS = ("birth_year", "gender", "occupation", "medical_history")
OF_USER = ("locale", "time_zone")
SHELF = Shelf("profile", 86_400)  # a day: it hardly ever changes, and its edition tells when it does


def present(person_id: UUID) -> User | None:
    """Return an account that is not deleted; guests have none."""
    found = User.objects.prefetch_related("roles")
    return found.filter(pk=person_id, is_guest=False, deleted_at=None).first()


def read(user: User) -> dict[str, Any]:
    """Return the profile; what was never told is None."""
    details = SHELF.get(user.edition, str(user.pk), lambda: _details(user.pk))
    return {**details, "locale": user.locale, "time_zone": user.time_zone}


def _details(person_id: UUID) -> dict[str, Any]:
    profile = Profile.objects.filter(pk=person_id).first()
    told = profile.details if profile else {}
    return {name: told.get(name) for name in DETAILS}


def write(user: User, given: dict[str, Any]) -> None:
    """Change what is named, in the caller's transaction."""
    details = {name: value for name, value in given.items() if name in DETAILS}
    if details:
        profile = Profile.objects.filter(pk=user.pk).first() or Profile(user=user)
        profile.details = {**(profile.details or {}), **details}
        profile.save()
    own = [name for name in OF_USER if name in given]
    for name in own:
        setattr(user, name, given[name])
    if details or own:
        user.edition = uuid.uuid4()
        user.save(update_fields=[*own, "edition"])


@transaction.atomic
def change(
    person_id: UUID, given: dict[str, Any], *, by: UUID, standing: Standing, check: Callable[[User], None]
) -> User:
    """Change what is named of a profile; `check` may object to the person as stored. Raises NotFound."""
    if not User.objects.select_for_update().filter(pk=person_id).exists():
        raise NotFound
    user = present(person_id)
    if user is None:
        raise NotFound
    check(user)
    write(user, given)
    record("profile.changed", actor=by, subject=person_id, detail={"as": standing}, shown=True)
    return user


def remove(person_id: UUID, now: datetime, *, by: UUID, standing: Standing) -> None:
    """Delete an account softly: no sign-in, no token, no socket, no list, no circle. The row stays."""
    for circle_id in Member.objects.filter(user_id=person_id, left_at=None).values_list(
        "circle_id", flat=True
    ):
        changes.leave(circle_id, person_id)
    assignments.end_all(person_id)
    with transaction.atomic():
        User.objects.filter(pk=person_id, deleted_at=None).update(deleted_at=now)
        sessions.end_all(person_id, now, Close.SIGNED_OUT)
        record("account.removed", actor=by, subject=person_id, detail={"as": standing}, shown=True)
