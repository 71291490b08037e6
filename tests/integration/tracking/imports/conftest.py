"""Alice brings files; the work is done in this process when a test says so."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from runtime import clock
from runtime.worker import claim_next, perform
from tests.integration.circles.conftest import Person

SAMPLES = Path(__file__).resolve().parents[3] / "data" / "health"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    """Where sealed files lie meanwhile."""
    settings.IMPORT_DIR = tmp_path / "imports"
    return tmp_path / "imports"


def work(limit: int = 50) -> int:
    """Do what waits, other jobs too; return how much that was."""
    count = 0
    while count < limit and (claim := claim_next(clock.now(), 60.0)):
        perform(claim)
        count += 1
    return count


def posted(who: Person, data: bytes, form: str = "csv", name: str = "f", **told: Any) -> Any:
    """Send a file and return the answer."""
    headers = {"authorization": f"Bearer {who._token}", **told.pop("headers", {})}
    file = SimpleUploadedFile(name, data)
    return Client().post("/api/v1/imports/", {"file": file, "format": form, **told}, headers=headers)


Bring = Callable[..., dict[str, Any]]


def brought(who: Person, data: bytes, form: str = "csv", **told: Any) -> dict[str, Any]:
    """Send a file, have it read, and return what became of it."""
    answer = posted(who, data, form, **told)
    assert answer.status_code == 202, answer.content
    work()
    ended = who.get(f"imports/{answer.json()['id']}/")
    assert ended.status_code == 200
    result: dict[str, Any] = ended.json()
    return result


def counts(ended: dict[str, Any]) -> tuple[str, int, int, int]:
    return ended["status"], ended["added"], ended["skipped"], ended["refused"]


def listed(who: Person, path: str) -> list[dict[str, Any]]:
    """All entries of a resource, as its door shows them."""
    found: list[dict[str, Any]] = []
    page = who.get(f"{path}/?limit=100").json()
    while True:
        found += page["results"]
        if page["next"] is None:
            return found
        page = who.get(page["next"].partition("/api/v1/")[2]).json()
