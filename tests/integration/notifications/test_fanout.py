"""A happening reaches every follower once, and nobody else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts import registries, suspension
from accounts.models import User
from notifications.models import Announced
from runtime import clock
from runtime.models import OutboxJob
from runtime.worker import claim_next
from tests.integration.notifications.conftest import Circle, Person, kinds, seen, work

pytestmark = pytest.mark.django_db(transaction=True)

Happen = Callable[..., None]


def test_bob_may_know_and_charlie_does_not(
    alice: Person, bob: Person, charlie: Person, circle: Circle, happen: Happen
) -> None:
    his = circle.bring(bob, "Bo")
    circle.bring(charlie, "Lie")
    circle.grant(his, "sleep")
    happen(alice)
    work()
    (event,) = seen(bob)
    owner = next(one for one in alice.get(circle.path + "members/").json()["results"] if one["name"] == "Ali")
    assert event["circle"] == circle.id
    assert event["person"] == {"id": owner["id"], "name": "Ali"}
    assert (event["category"], event["entry"]) == ("sleep", "e1")
    assert str(alice.id) not in str(event)
    assert "activity.logged" not in kinds(charlie) + kinds(alice)


def test_only_the_granted_category_is_told(
    alice: Person, bob: Person, circle: Circle, happen: Happen
) -> None:
    circle.grant(circle.bring(bob, "Bo"), "mood")
    happen(alice, category="sleep")
    work()
    assert seen(bob) == []


def test_another_word_for_a_category_is_the_same_category(
    alice: Person, bob: Person, circle: Circle, happen: Happen
) -> None:
    circle.grant(circle.bring(bob, "Bo"), "meals")
    happen(alice, category="nutrition-logs")
    work()
    assert [event["category"] for event in seen(bob)] == ["meals"]


def test_the_same_key_is_told_once(alice: Person, bob: Person, circle: Circle, happen: Happen) -> None:
    circle.grant(circle.bring(bob, "Bo"))
    happen(alice, key="k")
    happen(alice, key="k")
    work()
    happen(alice, key="k")
    work()
    assert len(seen(bob)) == 1
    assert Announced.objects.get().body is None


def test_what_was_rolled_back_is_never_told(
    alice: Person, bob: Person, circle: Circle, happen: Happen
) -> None:
    circle.grant(circle.bring(bob, "Bo"))
    with transaction.atomic():
        happen(alice)
        transaction.set_rollback(True)
    assert work() == 0
    assert seen(bob) == []


def test_a_grant_taken_back_before_the_claim_means_that_nothing_is_told(
    alice: Person, bob: Person, circle: Circle, happen: Happen
) -> None:
    member = circle.bring(bob, "Bo")
    circle.grant(member)
    happen(alice)
    assert alice.delete(f"{circle.path}grants/{member}/sleep/").status_code == 204
    work()
    assert seen(bob) == []


def test_a_grant_that_expired_meanwhile_tells_nothing(
    alice: Person, bob: Person, circle: Circle, happen: Happen, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    circle.grant(circle.bring(bob, "Bo"), expires_at=clock.rfc3339(now + timedelta(hours=1)))
    happen(alice)
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=2))
    work()
    assert seen(bob) == []


def test_who_left_or_was_suspended_is_told_nothing(
    alice: Person, bob: Person, charlie: Person, circle: Circle, happen: Happen
) -> None:
    circle.grant(circle.bring(bob, "Bo"))
    circle.grant(circle.bring(charlie, "Lie"))
    happen(alice)
    bob.post(circle.path + "leave/")
    suspension.suspend(charlie.id, clock.now())
    work()
    assert seen(bob) == seen(charlie) == []


def test_in_two_circles_one_is_told_once(alice: Person, bob: Person, circle: Circle, happen: Happen) -> None:
    other = Circle(alice)
    circle.grant(circle.bring(bob, "Bo"))
    other.grant(other.bring(bob, "Bobby"))
    happen(alice)
    work()
    assert [event["circle"] for event in seen(bob)] == [circle.id]


def test_who_contributed_it_is_not_told_and_the_person_may_be(
    alice: Person, bob: Person, circle: Circle, happen: Happen
) -> None:
    circle.grant(circle.bring(bob, "Bo"), access="contribute")
    happen(alice, author=bob.id, tell_person=True)
    work()
    assert seen(bob) == []
    assert [event["person"]["name"] for event in seen(alice)] == ["Ali"]


def test_an_erased_persons_happening_is_gone_with_them(
    alice: Person, bob: Person, circle: Circle, happen: Happen
) -> None:
    circle.grant(circle.bring(bob, "Bo"))
    happen(alice)
    registries.erase_person(alice.id)
    work()
    assert seen(bob) == []
    assert not Announced.objects.exists()
    assert not User.objects.filter(pk=alice.id).exists()


def test_a_worker_that_dies_after_the_claim_tells_nobody_twice(
    alice: Person, bob: Person, circle: Circle, happen: Happen
) -> None:
    circle.grant(circle.bring(bob, "Bo"))
    happen(alice)
    died = claim_next(clock.now(), 0.0)
    assert died is not None
    from notifications import jobs

    jobs.fan_out(**died.ids)  # and the process ends before it says that the job is done
    assert OutboxJob.objects.get(pk=died.pk).state == "running"
    work(ahead=1)
    assert len(seen(bob)) == 1


def test_nothing_of_a_happening_stands_in_clear(alice: Person, happen: Happen) -> None:
    from django.db import connection

    happen(alice, category="seizures", fields={"entry": "unmistakable"})
    with connection.cursor() as cursor:
        for table in ("notifications_announced", "runtime_outboxjob"):
            cursor.execute(f"SELECT * FROM {table}")
            rows: list[Any] = cursor.fetchall()
            text = " ".join(repr(bytes(v) if isinstance(v, memoryview) else v) for row in rows for v in row)
            assert rows
            assert "unmistakable" not in text
            assert "seizure" not in text


def test_an_export_has_what_one_was_told_and_may_see_yet(
    alice: Person, bob: Person, circle: Circle, happen: Happen
) -> None:
    member = circle.bring(bob, "Bo")
    for category in ("sleep", "mood"):
        circle.grant(member, category)
        happen(alice, category=category, key=category)
    work()
    alice.delete(f"{circle.path}grants/{member}/mood/")
    told = registries.export_person(bob.id)["notifications"]["told"]
    logged = [one["category"] for one in told if one["kind"] == "activity.logged"]
    assert logged == ["sleep"]
    assert {"member.joined", "grant.changed"} <= {one["kind"] for one in told}
