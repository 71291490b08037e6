"""`/api/v1/figures/`: what days come to, beyond sums, as a job computed it."""

from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from runtime import clock
from runtime.http.json import Moment
from tracking.doors import WHOSE, PersonDoor
from tracking.figures.numbers import DAYS
from tracking.figures.whole import SECTIONS
from tracking.models import Figures
from tracking.viewing import look


class PointFields(serializers.Serializer[Any]):
    """One day's value."""

    date = serializers.DateField()
    value = serializers.FloatField()


class ChangeFields(serializers.Serializer[Any]):
    """How something changes a week, with its 95 % interval; `clear` where that leaves out 0."""

    per_week = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    clear = serializers.BooleanField()
    days = serializers.IntegerField()


class TieFields(serializers.Serializer[Any]):
    """How two things go together (Spearman), with an interval; it does not say that one makes the other."""

    rho = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    clear = serializers.BooleanField()
    days = serializers.IntegerField()


class ActivityFields(serializers.Serializer[Any]):
    """Mood on days with an activity, and on days without."""

    name = serializers.CharField()
    days_with = serializers.IntegerField()
    days_without = serializers.IntegerField()
    mean_with = serializers.FloatField()
    mean_without = serializers.FloatField()
    tie = TieFields()


class MoodFigureFields(serializers.Serializer[Any]):
    """Of moods: `volatility` is the root mean square of differences between neighbouring days."""

    entries = serializers.IntegerField()
    days = serializers.IntegerField()
    mean = serializers.FloatField()
    volatility = serializers.FloatField(allow_null=True)
    trend = ChangeFields(allow_null=True)
    rolling = PointFields(many=True)
    activities = ActivityFields(many=True)


class WeekFields(serializers.Serializer[Any]):
    """A week of a journal by its Monday; `sentiment` from −1, heavy words, to 1, light ones."""

    date = serializers.DateField()
    entries = serializers.IntegerField()
    sentiment = serializers.FloatField(allow_null=True)


class CountFields(serializers.Serializer[Any]):
    """In how many texts something stands."""

    name = serializers.CharField()
    entries = serializers.IntegerField()


class PartsOfDayFields(serializers.Serializer[Any]):
    """How many texts were written when: from 0, 6, 12 and 18 o'clock on."""

    night = serializers.IntegerField()
    morning = serializers.IntegerField()
    afternoon = serializers.IntegerField()
    evening = serializers.IntegerField()


class WritingFields(serializers.Serializer[Any]):
    """How somebody writes."""

    per_week = serializers.FloatField()
    words_median = serializers.FloatField()
    parts_of_day = PartsOfDayFields()
    longest_gap_days = serializers.IntegerField()


class JournalFigureFields(serializers.Serializer[Any]):
    """Of a journal's words; `progress` is how their sentiment changes."""

    entries = serializers.IntegerField()
    sentiment = serializers.FloatField(allow_null=True)
    weeks = WeekFields(many=True)
    tags = CountFields(many=True)
    terms = CountFields(many=True)
    coping = CountFields(many=True)
    writing = WritingFields()
    progress = ChangeFields(allow_null=True)


class GapFields(serializers.Serializer[Any]):
    """Days in a row, both ends included, without a value."""

    first = serializers.DateField()
    last = serializers.DateField()
    days = serializers.IntegerField()


class MeasureFigureFields(serializers.Serializer[Any]):
    """Of one measure, in its first unit; a blood pressure is two."""

    name = serializers.CharField()
    days = serializers.IntegerField()
    mean = serializers.FloatField()
    latest = PointFields()
    rolling = PointFields(many=True)
    trend = ChangeFields(allow_null=True)
    gaps = GapFields(many=True)


class GoalStepFields(serializers.Serializer[Any]):
    """Where a goal stood from a time on."""

    at = Moment()
    progress = serializers.FloatField()


class GoalFigureFields(serializers.Serializer[Any]):
    """How a goal came along."""

    id = serializers.UUIDField()
    goal_type = serializers.CharField()
    status = serializers.CharField()
    progress = serializers.FloatField(allow_null=True)
    steps = GoalStepFields(many=True)


class FiguresFields(serializers.Serializer[Any]):
    """All figures; null is what may not be seen, was not logged, or was logged too seldom to say anything."""

    made_at = Moment(allow_null=True)
    days = serializers.IntegerField(help_text="That they look back on.")
    mood = MoodFigureFields(allow_null=True)
    mood_and_sleep = TieFields(allow_null=True)
    mood_and_exercise = TieFields(allow_null=True)
    journal = JournalFigureFields(allow_null=True)
    measures = MeasureFigureFields(many=True, allow_null=True)
    goals = GoalFigureFields(many=True, allow_null=True)


class FiguresDoor(PersonDoor):
    """What days come to, beyond sums."""

    thing = "figures"
    serializer_class = FiguresFields

    @extend_schema(operation_id="figures_retrieve", parameters=[WHOSE], responses=FiguresFields)
    def get(self, request: Request) -> Response:
        """Answer with the figures last computed; minutes after a change they are computed anew."""
        owner = self.whose(request.query_params.get("user_id"))
        categories = sorted(frozenset().union(*SECTIONS.values()))
        with transaction.atomic():
            known = set(look(self.thing, self.principal, owner, categories, clock.now()))
            kept = Figures.objects.filter(pk=owner).first()
        body = kept.body if kept else {}
        return Response(
            {
                "made_at": clock.rfc3339(kept.made_at) if kept else None,
                "days": DAYS,
                **{name: body.get(name) if needed <= known else None for name, needed in SECTIONS.items()},
            }
        )
