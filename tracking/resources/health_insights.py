"""`/api/v1/health-insights/`: what is worth knowing about somebody's days."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import Principal
from runtime import clock
from runtime.http.etags import require_match, tagged
from runtime.http.json import Moment
from tracking import logbook
from tracking.doors import Bulk, Entries, EntriesOf, OneEntry
from tracking.entries import Entry
from tracking.fields import Line, Prose, Whole, Words
from tracking.figures.whole import SECTIONS, sources_of
from tracking.models import HealthInsight
from tracking.resource import EntryFields, Resource
from tracking.viewing import seen


class HealthInsightFields(EntryFields):
    """An insight: how much it matters, and whether it was read."""

    title = Line()
    body = Prose()
    severity = serializers.ChoiceField(choices=HealthInsight.Severity.choices)
    rank = Whole("health-insights.rank")
    related_metrics = Words(allow_null=False, default=list)
    is_read = serializers.BooleanField(read_only=True)
    read_at = Moment(read_only=True, allow_null=True)
    created_at = Moment(read_only=True)


def computed_of_others(viewer: Principal, owner: UUID, now: datetime) -> Q | None:
    """Return which computed insights the viewer may not see: those of a category that is closed to them."""
    if viewer.person_id == owner:
        return None
    known = seen(viewer, owner, sorted(frozenset().union(*SECTIONS.values())), now)
    closed = [sources_of(needed) for needed in SECTIONS.values() if not needed <= set(known)]
    return Q(sources__in=closed)


HEALTH_INSIGHTS = Resource(
    "health-insights",
    "health-insights",
    HealthInsight,
    HealthInsightFields,
    ("severity", "rank"),
    hidden=computed_of_others,
)


class HealthInsights(Entries):
    """All insights."""

    resource = HEALTH_INSIGHTS


class HealthInsightsOf(EntriesOf):
    """The insights of one person."""

    resource = HEALTH_INSIGHTS


class HealthInsightEntry(OneEntry):
    """One insight."""

    resource = HEALTH_INSIGHTS

    @extend_schema(request=None)
    def patch(self, request: Request, entry_id: UUID) -> Response:
        """Mark the insight as read; again, it stays read since the first time."""
        self.about(entry_id)
        now = clock.now()

        def given(entry: Entry) -> dict[str, Any]:
            assert isinstance(entry, HealthInsight)
            require_match(request, self.shown(entry))
            return {"read_at": entry.read_at or now}

        entry = logbook.change(self.resource, self.principal, entry_id, given, now)
        return tagged(self.shown(entry))


class HealthInsightBulk(Bulk):
    """Many insights at once."""

    resource = HEALTH_INSIGHTS
