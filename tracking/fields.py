"""Serializer fields with their bounds, and refusals that name the field and what would have fitted."""

import math
from datetime import datetime
from typing import Any

from django.conf import settings
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from protocol.text import clean
from runtime import clock
from runtime.http.checking import OUT_OF_RANGE
from runtime.http.json import Moment, Text
from runtime.http.problems import Problem
from tracking.days import zones
from tracking.numbers import EARLIEST, LATEST, LINE_LENGTH, TEXT_LENGTH, WORD_LENGTH, WORDS, Range


def range_of(name: str) -> Range:
    """Return the plausible range of a measure, as the settings have it."""
    found: Range = settings.TRACKING_RANGES[name]
    return found


class Whole(serializers.IntegerField):
    """A whole number within the range of that name."""

    def __init__(self, ranged: str, **options: Any) -> None:
        low, high = range_of(ranged)
        super().__init__(min_value=int(low), max_value=int(high), **options)


class Number(serializers.FloatField):
    """A finite number within the range of that name, or any finite one."""

    def __init__(self, ranged: str | None = None, **options: Any) -> None:
        low, high = range_of(ranged) if ranged else (None, None)
        super().__init__(min_value=low, max_value=high, **options)

    def to_internal_value(self, data: Any) -> float:
        """Return the number. Raises `ValidationError` for what JSON calls one and nobody can store."""
        if isinstance(data, bool):
            self.fail("invalid")
        try:
            number = super().to_internal_value(data)
        except OverflowError:
            self.fail("invalid")
        if not math.isfinite(number):
            self.fail("invalid")
        return number


class When(Moment):
    """A time of somebody's days."""

    def to_internal_value(self, value: Any) -> datetime:
        """Return an aware datetime. Raises `ValidationError`, and a problem for one out of all days."""
        moment: datetime = super().to_internal_value(value)
        if not EARLIEST <= moment < LATEST:
            raise out_of_range(self.field_name or "", EARLIEST, LATEST)
        return moment


class Zone(serializers.CharField):
    """An IANA time zone; null is the profile's."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, allow_null=True, max_length=64, **options)

    def to_internal_value(self, data: Any) -> str:
        """Return the name. Raises `ValidationError` for one that is none."""
        name: str = super().to_internal_value(data)
        if name not in zones():
            raise ValidationError("Must be an IANA time zone, as in Europe/Berlin.", code="invalid")
        return name


class Line(Text):
    """A short text, cleaned as texts are."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": LINE_LENGTH, "trim_whitespace": False, **options})

    def to_internal_value(self, data: Any) -> str:
        """Return the text. Raises `ValidationError` where cleaning leaves nothing of it."""
        text = clean(super().to_internal_value(data))
        if not text and not self.allow_blank:
            self.fail("blank")
        return text


class Prose(Line):
    """A long text."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": TEXT_LENGTH, **options})


class Words(serializers.ListField):
    """A list of short words: tags, activities, features."""

    child = Line(max_length=WORD_LENGTH)

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "allow_null": True, "max_length": WORDS, **options})


def out_of_range(field: str, low: Any, high: Any, message: str = "") -> Problem:
    """Return the 422 that names a field and its range; times are told as the wire tells them."""
    low, high = _told(low), _told(high)
    error = {"field": field, "code": OUT_OF_RANGE, "message": message or f"Must be from {low} to {high}."}
    return Problem(422, "invalid", errors=[{**error, "min": low, "max": high}])


def _told(bound: Any) -> Any:
    return clock.rfc3339(bound) if isinstance(bound, datetime) else bound
