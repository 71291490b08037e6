"""What notifications ask of the rooms that know it: each fills its question when the house starts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class SafetyContact:
    """Somebody a person named for their safety; `user` is who they are in the house, if they are."""

    id: UUID
    user: UUID | None = None


LastLogged = Callable[[UUID, str], datetime | None]
ContactsOf = Callable[[UUID], Sequence[SafetyContact]]
CheckIn = Callable[[UUID, UUID, str, datetime], object]

_last_logged: LastLogged | None = None
_contacts_of: ContactsOf | None = None
_check_in: CheckIn | None = None


def register_last_logged(ask: LastLogged) -> None:
    """Let `ask(person, category)` say when something of a category was last logged about a person."""
    global _last_logged
    _last_logged = ask


def last_logged(person: UUID, category: str) -> datetime | None:
    """Return when something of a category was last logged about a person, whenever it was; None: never."""
    return _last_logged(person, category) if _last_logged else None


def register_contacts_of(ask: ContactsOf, check_in: CheckIn) -> None:
    """Let `ask(person)` name their safety contacts in the order they are called, as the rows are now.

    `check_in(person, contact, key, now)` asks a contact to check in, once per `key`, with the commit.
    """
    global _contacts_of, _check_in
    _contacts_of, _check_in = ask, check_in


def contacts_of(person: UUID) -> Sequence[SafetyContact]:
    """Return a person's safety contacts in the order they are called."""
    return _contacts_of(person) if _contacts_of else ()


def check_in(person: UUID, contact: UUID, key: str, now: datetime) -> None:
    """Ask a contact to check in with the person, once per `key`, in the caller's transaction."""
    if _check_in:
        _check_in(person, contact, key, now)
