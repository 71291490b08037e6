"""What each room of the house erases and exports for one person, registered in its `erasure.py`."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from accounts import sessions
from accounts.models import User
from protocol.errors import Close
from runtime import clock

Eraser = Callable[[UUID], object]
Exporter = Callable[[UUID], Any]

erasers: dict[str, Eraser] = {}
exporters: dict[str, Exporter] = {}

LAST = "accounts"  # the person and the ties by which the others find what is theirs


def eraser(name: str) -> Callable[[Eraser], Eraser]:
    """Register a function that erases what a person left in one room of the house. It must be repeatable."""

    def register(function: Eraser) -> Eraser:
        erasers[name] = function
        return function

    return register


def exporter(name: str) -> Callable[[Exporter], Exporter]:
    """Register a function that returns, as JSON, all that one room of the house holds about a person."""

    def register(function: Exporter) -> Exporter:
        exporters[name] = function
        return function

    return register


def erase_person(person_id: UUID) -> None:
    """Erase everything about a person, the person last: stopped half-way, it can be begun again.

    The doors are shut first: an open tab or a new sign-in would fill again what has been emptied.
    """
    now = clock.now()
    User.objects.filter(pk=person_id, deleted_at=None).update(deleted_at=now)
    sessions.end_all(person_id, now, Close.SIGNED_OUT)
    for name in sorted(erasers, key=lambda word: (word == LAST, word)):
        erasers[name](person_id)


def export_person(person_id: UUID) -> dict[str, Any]:
    """Return all that the house holds about a person, by room of the house."""
    return {name: exporters[name](person_id) for name in sorted(exporters)}
