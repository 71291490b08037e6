"""A person's safety plan: the texts they wrote for a hard hour, and the words their contacts are told."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.audit.record import Standing, record
from accounts.models import User
from notifications.safety.models import Plan
from protocol.errors import NotFound

# After Stanley and Brown's safety planning: from what one can do alone to whom one can turn to.
TEXTS = (
    "warning_signs", "coping", "distractions", "people", "professionals", "safe_surroundings", "reasons",
)  # fmt: skip
OWN_NAME = "own_name"  # as which a person's contacts know them
OWN_WORDS = "own_words"  # what contacts at that detail are told


def read(person_id: UUID) -> dict[str, str | None]:
    """Return every text of a person's plan; what was never written is None."""
    row = Plan.objects.filter(pk=person_id).first()
    texts = row.texts if row else {}
    return {name: texts.get(name) for name in (OWN_NAME, OWN_WORDS, *TEXTS)}


@transaction.atomic
def change(
    person_id: UUID, given: Mapping[str, str | None], check: Callable[[dict[str, Any]], None]
) -> dict[str, str | None]:
    """Change the texts that are named; `check` may object to those stored. Raises NotFound."""
    user = User.objects.select_for_update().filter(pk=person_id, deleted_at=None).first()
    if user is None:
        raise NotFound
    before = read(person_id)
    check(before)
    row = Plan.objects.filter(pk=person_id).first() or Plan(user=user)
    row.texts = {name: text for name, text in {**before, **given}.items() if text}
    row.save()
    detail = {"as": Standing.SELF}
    record("safety_plan.changed", actor=person_id, subject=person_id, detail=detail, shown=True)
    return read(person_id)


def called(user: User) -> str:
    """Return as whom a person's contacts know them: the name they chose for it, else their username."""
    return read(user.pk)[OWN_NAME] or user.username or ""
