"""docs/data.md names every field of every model, and nothing that is not there."""

import re
from pathlib import Path

from django.apps import apps
from django.db.models import Field

from runtime import worker
from runtime.fields import EncryptedField
from runtime.jobs import registered

PAGE = Path(__file__).resolve().parents[3] / "docs" / "data.md"
ROW = re.compile(r"^\| `(\w+\.\w+)` \| ((?:`\w+` ?)+) \| (\w+) \| (.+) \|$", re.MULTILINE)
CLASS = re.compile(r"^\| (\w+) \| .+ \|$", re.MULTILINE)
SEALED_BY_HAND = {"streams.Event.body"}  # sealed in `streams.body`, whose hot path goes round the ORM
JOB = re.compile(
    r"`((?:accounts|chat|circles|runtime|audit|users|moderation|backlog|notifications|alarms|tracking)\.[a-z_]+)`"
)


def rows() -> list[tuple[str, list[str], str, str]]:
    return [
        (model, re.findall(r"`(\w+)`", fields), kind, kept)
        for model, fields, kind, kept in ROW.findall(PAGE.read_text())
    ]


def listed() -> dict[str, str]:
    return {f"{model}.{name}": kind for model, names, kind, _ in rows() for name in names}


def stored() -> dict[str, Field]:
    return {
        f"{model._meta.label}.{field.attname}": field
        for model in apps.get_models()
        for field in model._meta.concrete_fields
    }


def test_every_field_is_classified_and_no_other() -> None:
    names = [f"{model}.{name}" for model, fields, _, _ in rows() for name in fields]
    assert len(names) == len(set(names)), "a field stands in two rows"
    assert set(stored()) - set(names) == set(), "not in docs/data.md"
    assert set(names) - set(stored()) == set(), "in docs/data.md, but no such field"


def test_every_class_is_explained() -> None:
    classes = set(CLASS.findall(PAGE.read_text()))
    assert {kind for _, _, kind, _ in rows()} <= classes


def test_what_people_wrote_and_health_are_encrypted() -> None:
    kinds = listed()
    for name, field in stored().items():
        encrypted = isinstance(field, EncryptedField) or name in SEALED_BY_HAND
        if kinds[name] in ("text", "health"):
            assert encrypted, name
        if isinstance(field, EncryptedField):
            assert kinds[name] in ("text", "health", "personal"), name


def test_the_jobs_that_end_it_exist() -> None:
    named = {job for *_, kept in rows() for job in JOB.findall(kept)}
    assert named
    assert worker.purge_old  # the worker's own jobs are registered with it
    assert named - set(registered) == set()
