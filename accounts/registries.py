"""What each room of the house erases and exports for one person, registered in its `erasure.py`."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

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
    """Erase everything about a person, the person last: stopped half-way, it can be begun again."""
    for name in sorted(erasers, key=lambda word: (word == LAST, word)):
        erasers[name](person_id)


def export_person(person_id: UUID) -> dict[str, Any]:
    """Return all that the house holds about a person, by room of the house."""
    return {name: exporters[name](person_id) for name in sorted(exporters)}
