"""Alice's days in a development house: there once, with gaps, and ringing for nobody."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from notifications.models import Announced
from runtime import clock
from tests.integration.circles.conftest import Person
from tests.integration.tracking.conftest import made
from tracking import demo
from tracking.models import HealthMetric, Mood, Seizure, Sleep

pytestmark = pytest.mark.django_db


def test_there_are_two_months_with_gaps_ending_yesterday(alice: Person) -> None:
    now = clock.now()
    assert demo.make_days(now) > 200
    nights = list(Sleep.objects.order_by("end"))
    assert len(nights) == demo.DAYS - len(demo.GAP)
    assert all(300 <= night.duration_min + 60 <= 720 for night in nights)
    assert nights[-1].end > now - timedelta(days=2)
    assert all(row.created_at <= now for row in (*nights, *Mood.objects.all(), *HealthMetric.objects.all()))
    assert {one.metric_type for one in HealthMetric.objects.all()} == {"steps", "weight"}
    summary = alice.get(f"summary/?from={(now - timedelta(days=62)).date()}").json()["results"]
    assert len(summary) >= demo.DAYS - len(demo.GAP)
    assert len({row["mood"] for row in summary}) > 5


def test_they_are_the_same_every_time_and_made_once(alice: Person) -> None:
    now = clock.now()

    def shown() -> list[Any]:
        return [
            *Mood.objects.order_by("at").values_list("at", "score"),
            *Seizure.objects.values_list("start"),
        ]

    count = demo.make_days(now)
    first = shown()
    assert demo.make_days(now) == 0
    for model in (Sleep, Mood, Seizure, HealthMetric):
        model.objects.all().delete()
    assert demo.make_days(now) == 0  # her journal is still there
    for row in demo.BY_CATEGORY.values():
        row.model._default_manager.all().delete()
    assert demo.make_days(now) == count
    assert shown() == first


def test_nobody_is_told_and_nothing_rings(alice: Person) -> None:
    demo.make_days(clock.now())
    assert not Announced.objects.exists()
    assert (
        alice.post("seizures/", {"start": clock.rfc3339(clock.now()), "seizure_class": "focal"}).status_code
        == 201
    )
    assert {row.body["kind"] for row in Announced.objects.all()} == {"activity.logged"}


def test_it_takes_no_time(alice: Person) -> None:
    began = time.process_time()
    demo.make_days(clock.now())
    assert time.process_time() - began < 1


def test_it_is_for_a_development_house_and_its_alice() -> None:
    assert demo.make_days(clock.now()) == 0
    made("alice")
    with override_settings(PRODUCTION=True), pytest.raises(CommandError):
        call_command("seed_days")
    assert not Sleep.objects.exists()
