"""Telling findings as `health-insights`: each once a month, and not again where its person took it away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.models import User
from runtime.keyring import keyed_hash
from tracking.figures.findings import Finding
from tracking.figures.numbers import FINDINGS_TOLD
from tracking.figures.whole import sources_of
from tracking.figures.wording import worded
from tracking.models import HealthInsight


@dataclass(frozen=True)
class Told:
    """What was told in a month, by key: a row that is missing was taken away by its person."""

    month: str = ""
    keys: frozenset[str] = frozenset()

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Told":
        """Return what stands with the figures that were kept."""
        told = body.get("told") or {}
        return cls(told.get("month", ""), frozenset(told.get("keys", ())))

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"month": self.month, "keys": sorted(self.keys)}


def tell(person: User, found: Sequence[Finding], until: date, before: Told, now: datetime) -> Told:
    """Write an insight for each finding, in the caller's transaction; return what was told this month.

    One that is not read yet follows what is computed, and goes when it holds no longer; one that was read
    stays as it was.
    """
    month = f"{until:%Y-%m}"
    known = before.keys if before.month == month else frozenset()
    wanted = {_key(person, finding, month): finding for finding in found[:FINDINGS_TOLD]}
    rows = {
        row.source_key: row
        for row in HealthInsight.objects.filter(user=person, source_key__in={*known, *wanted})
    }
    for key, finding in wanted.items():
        row = rows.get(key)
        if row is None and key not in known:
            row = HealthInsight(user=person, author=None, created_at=now, source_key=key)
        if row is not None and row.read_at is None:
            _fill(row, finding, person)
            row.save()
    HealthInsight.objects.filter(
        pk__in=[row.pk for key, row in rows.items() if key not in wanted and row.read_at is None]
    ).delete()
    return Told(month, known | frozenset(wanted))


def _fill(row: HealthInsight, finding: Finding, person: User) -> None:
    row.title, row.body = worded(finding, person.locale)
    row.related_metrics = list(finding.related)
    row.severity, row.rank = finding.severity, finding.rank
    row.sources = sources_of(finding.sources)
    row.time_zone = person.time_zone
    row.settle()


def _key(person: User, finding: Finding, month: str) -> str:
    return keyed_hash("finding", str(person.pk), finding.kind, finding.subject, month)
