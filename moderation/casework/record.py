"""Writing a line of a case's record: who did what, from where to where, and its place in the audit.

A line cannot be changed or deleted (`moderation.triggers`). Its keyed hash stands beside it and in a row of
the audit, which the sealer chains: so what somebody does to the table behind the house's back is found.
"""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog

from accounts.audit import record as audit
from moderation.models import Case, CaseEvent
from moderation.state import Actor
from runtime import keyring


def write(
    case: Case,
    kind: str,
    now: datetime,
    *,
    actor: Actor | None = None,
    by: str = "system",
    from_state: str = "",
    to_state: str = "",
    fence: int | None = None,
    claim_fence: int | None = None,
    reason_code: str = "",
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
    rules_version: str = "",
    model_version: str = "",
    scores: Any = None,
) -> CaseEvent:
    """Add a line, in the caller's transaction; the caller holds the case's row and saves its `event_count`.

    `by` is the word for who did it where nobody of the staff did: `system` or `member`.
    """
    case.event_count += 1
    line = CaseEvent(
        case=case,
        n=case.event_count,
        kind=kind,
        actor=actor.name if actor else by,
        actor_id=actor.person if actor else None,
        role=actor.role if actor else "",
        from_state=from_state,
        to_state=to_state or str(case.state),
        fence=fence,
        claim_fence=claim_fence,
        reason_code=reason_code,
        reason=reason,
        detail=dict(detail or {}),
        rules_version=rules_version,
        model_version=model_version,
        scores=scores,
        request_id=_request_id(),
        at=now,
    )
    entry = uuid.uuid4()
    line.seal_prev = entry.hex
    line.seal_hash = mac_of(line)
    line.save(force_insert=True)
    audit.record(
        kind,
        actor=actor.person if actor else None,
        detail={"case": case.pk, "line": line.pk, "n": line.n, "mac": line.seal_hash},
        uid=entry,
    )
    return line


def mac_of(line: CaseEvent) -> str:
    """Return the keyed hash over everything a line says."""
    return keyring.keyed_hash(
        "case-line",
        str(line.pk),
        line.case_id,
        str(line.n),
        line.kind,
        line.actor,
        _id(line.actor_id),
        line.role,
        line.from_state,
        line.to_state,
        str(line.fence),
        str(line.claim_fence),
        line.reason_code,
        line.reason,
        _plain(line.detail),
        line.rules_version,
        line.model_version,
        _plain(line.scores),
        line.request_id,
        line.at.astimezone(UTC).isoformat(timespec="microseconds"),
    )


def _plain(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _id(person: UUID | None) -> str:
    return str(person) if person else ""


def _request_id() -> str:
    return str(structlog.contextvars.get_contextvars().get("request_id") or "")[:64]
