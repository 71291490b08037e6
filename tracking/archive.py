"""All that was logged about somebody as one zip: a file for each resource, oldest first."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from typing import IO, Any
from uuid import UUID

from tracking.catalogue import RESOURCES
from tracking.resource import Resource

JSON, CSV = "json", "csv"
FORMS = (JSON, CSV)
CHUNK = 1_000  # rows held at once


def archive(person_id: UUID, form: str) -> bytes:
    """Return a zip of `sleep.json` and the rest, or `sleep.csv` and the rest.

    In a CSV a list is its JSON, and nothing is an empty cell.
    """
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as zipped:
        for resource in RESOURCES:
            with (
                zipped.open(f"{resource.path}.{form}", "w", force_zip64=True) as raw,
                io.TextIOWrapper(raw, encoding="utf-8", newline="") as file,
            ):
                (_write_csv if form == CSV else _write_json)(file, resource, person_id)
    return held.getvalue()


def _lines(resource: Resource, person_id: UUID) -> Iterator[dict[str, Any]]:
    rows = resource.model._default_manager.filter(user_id=person_id).order_by(resource.model.WHEN, "id")
    fields = resource.fields()
    for entry in rows.iterator(chunk_size=CHUNK):
        yield dict(fields.to_representation(entry))


def _write_json(file: IO[str], resource: Resource, person_id: UUID) -> None:
    file.write("[")
    for place, line in enumerate(_lines(resource, person_id)):
        file.write(",\n" if place else "\n")
        file.write(json.dumps(line, ensure_ascii=False))
    file.write("\n]\n")


def _write_csv(file: IO[str], resource: Resource, person_id: UUID) -> None:
    written = csv.DictWriter(file, list(resource.fields().fields))
    written.writeheader()
    for line in _lines(resource, person_id):
        written.writerow({name: _cell(value) for name, value in line.items()})


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | bool) else value
