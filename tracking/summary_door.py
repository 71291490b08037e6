"""`/api/v1/summary/`: what days and weeks come to."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from runtime import clock
from runtime.http.problems import invalid
from tracking.bounds import BOUNDS, bound
from tracking.doors import WHOSE, PersonDoor
from tracking.periods import AT_MOST, DAY, WEEK, span
from tracking.summary import summary

PERIODS = (DAY, WEEK)


class SummaryLine(serializers.Serializer[Any]):
    """A day, or a week by its Monday. Steps are those of exercise and of measures together."""

    date = serializers.DateField()
    sleep_min = serializers.IntegerField(allow_null=True)
    steps = serializers.FloatField(allow_null=True)
    calories = serializers.FloatField(allow_null=True)
    water_ml = serializers.FloatField(allow_null=True)
    taken = serializers.IntegerField(allow_null=True)
    missed = serializers.IntegerField(allow_null=True)
    seizures = serializers.IntegerField(allow_null=True)
    mood = serializers.FloatField(allow_null=True)
    positivity = serializers.FloatField(allow_null=True)


class SummaryLines(serializers.Serializer[Any]):
    """Those with entries, newest first."""

    results = SummaryLine(many=True)


class Summary(PersonDoor):
    """What days and weeks come to."""

    thing = "summary"
    serializer_class = SummaryLines

    @extend_schema(parameters=[WHOSE, *BOUNDS, OpenApiParameter("period", enum=PERIODS)])
    def get(self, request: Request) -> HttpResponse:
        """Answer with a line for each day or week; those of a year, unless told."""
        owner = self.whose(request.query_params.get("user_id"))
        period = request.query_params.get("period") or DAY
        if period not in PERIODS:
            raise invalid("period", "invalid_choice", f"Must be {' or '.join(PERIODS)}.")
        now = clock.now()
        try:
            start, end = span(bound(request, "from"), bound(request, "to"), now.date())
        except ValueError:
            message = f"Must be at most {AT_MOST.days} days before `to`."
            raise invalid("from", "out_of_range", message) from None
        lines = summary(self.principal, owner, start, end, period, now)
        return HttpResponse(f'{{"results":{lines}}}', content_type="application/json")
