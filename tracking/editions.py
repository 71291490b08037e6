"""Which edition of a person's days this is; what is computed of them names the edition it is of."""

import uuid
from datetime import datetime
from uuid import UUID

from django.db.models import Value
from django.db.models.functions import Coalesce

from runtime.prepared import Prepared
from tracking.models import Edition

_current = Prepared(lambda person_id: Edition.objects.filter(pk=person_id).values_list("current"))


def renew(person_id: UUID, now: datetime) -> None:
    """Begin a new edition, in the transaction that changed something of the person's days.

    Called last in it: whoever else changes them waits here for the commit, and must hold nothing we want.
    """
    fresh = {"current": uuid.uuid4(), "waiting_since": Coalesce("waiting_since", Value(now))}
    rows = Edition.objects.filter(pk=person_id)
    if not rows.update(**fresh):
        Edition.objects.bulk_create([Edition(user_id=person_id)], ignore_conflicts=True)
        rows.update(**fresh)


def of(person_id: UUID) -> UUID | None:
    """Return the edition of a person's days as they are committed now; None where nothing was ever logged."""
    rows = _current(person_id)
    return rows[0][0] if rows else None
