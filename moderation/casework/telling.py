"""Telling a person what was decided about them, why, and how to object: the statement of reasons."""

from typing import Any

from moderation import wording
from moderation.casework.changing import Change, persons_me
from moderation.casework.effects import Given, locale_of
from moderation.models import Appeal, CaseAct
from runtime import clock


def tell_why(ch: Change, act: CaseAct, given: Given) -> Appeal:
    """Write the statement to the person's own stream, with the id that an appeal names."""
    appeal = Appeal.objects.create(
        case=ch.case,
        act=act,
        action=act.action,
        reason=given.reason or "",
        decided_by_id=ch.by.person,
        at=ch.now,
    )
    me = persons_me(ch.case)
    if me is not None:
        fields: dict[str, Any] = {
            "appeal": str(appeal.pk),
            "action": act.action,
            "text": wording.statement(given.action, locale_of(ch.case)),
            "room": ch.case.room,
        }
        if given.reason:
            fields["reason"] = given.reason
        if given.until is not None:
            fields["until"] = clock.rfc3339(given.until)
        ch.tx.append(me, "decision", fields)
    return appeal
