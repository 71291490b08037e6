"""Writing one row of the audit, in the caller's transaction. An insert waits for nobody's commit."""

import json
import re
import uuid
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import structlog

from accounts.audit.models import Entry
from runtime import clock, keyring, records

Scalar = str | int | bool | UUID | None

# Ids, words of ours and numbers pass; a name, an address or a sentence rarely does.
_WORD = re.compile(r"[A-Za-z0-9_.:-]{0,64}")
_KIND = re.compile(r"[a-z_]+(\.[a-z_]+)*")

written: ContextVar[int] = ContextVar("audit_rows_written", default=0)


class Standing(StrEnum):
    """As who somebody looks at a person's data."""

    SELF = "self"
    FAMILY = "family"
    CLINICIAN = "clinician"
    MODERATOR = "moderator"
    ADMIN = "admin"


@dataclass(frozen=True)
class Opened:
    """The sealed part of a row."""

    actor: UUID | None
    subject: UUID | None
    detail: dict[str, Any]


def person_hash(person_id: UUID) -> str:
    """Return what stands in the audit for a person."""
    return keyring.keyed_hash("audit-person", str(person_id))


def record(
    kind: str,
    *,
    actor: UUID | None,
    subject: UUID | None = None,
    detail: Mapping[str, Scalar] | None = None,
    shown: bool = False,
    request_id: str | None = None,
    uid: UUID | None = None,
) -> None:
    """Write one row in the caller's transaction; `shown` ones stand in the subject's access log.

    `detail` holds ids, our own words and numbers. Raises `ValueError` for anything that looks like a name,
    an address or a text. Without a `request_id` the running request's own is taken. A row that something
    else names is given its `uid`.
    """
    if not _KIND.fullmatch(kind):
        raise ValueError("a kind is lower-case words joined by dots")
    uid = uid or uuid.uuid4()
    plain = {"actor": _text(actor), "subject": _text(subject), "detail": _checked(detail or {})}
    entry = Entry(
        uid=uid,
        at=clock.now(),
        kind=kind,
        actor_hash=person_hash(actor) if actor else "",
        subject_hash=person_hash(subject) if subject else "",
        sealed=records.of("identity").encrypt(json.dumps(plain).encode(), _bound_to(uid)),
        shown=shown,
        request_id=_request_id(request_id),
    )
    entry.mac = mac_of(entry)
    entry.save(force_insert=True)
    written.set(written.get() + 1)


def open_entry(entry: Entry) -> Opened:
    """Return the sealed part of a row. Raises `tink.TinkError` where it was tampered with."""
    plain = json.loads(records.of("identity").decrypt(bytes(entry.sealed), _bound_to(entry.uid)))
    return Opened(_uuid(plain["actor"]), _uuid(plain["subject"]), plain["detail"])


def mac_of(entry: Entry) -> str:
    """Return the keyed hash over everything a row says, but its number."""
    return keyring.keyed_hash(
        "audit-row",
        str(entry.uid),
        _moment(entry.at),
        entry.kind,
        entry.actor_hash,
        entry.subject_hash,
        bytes(entry.sealed).hex(),
        str(int(entry.shown)),
        entry.request_id,
    )


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _bound_to(uid: UUID) -> bytes:
    return f"audit:{uid}".encode()


def _text(person: UUID | None) -> str | None:
    return str(person) if person else None


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _request_id(given: str | None) -> str:
    if given is None:
        given = structlog.contextvars.get_contextvars().get("request_id")
    return str(given or "")[:64]


def _checked(detail: Mapping[str, Scalar]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for name, value in detail.items():
        if isinstance(value, UUID):
            plain[name] = str(value)
        elif value is None or isinstance(value, bool | int):
            plain[name] = value
        elif isinstance(value, str) and _WORD.fullmatch(value):
            plain[name] = str(value)
        else:
            raise ValueError(f"{name}: the audit keeps ids, words of ours and numbers alone")
    return plain
