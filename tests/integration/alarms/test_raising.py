"""What raises the family's alarm, what it says to whom, and what clears it."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import registries
from notifications.alarms import causes, changing, walking
from notifications.alarms.models import Alarm, AlarmChange
from notifications.fanout import fan_out
from notifications.models import Announced
from runtime import clock
from tests.integration.alarms.conftest import Family, Person, alarms, states, the_alarm
from tests.integration.notifications.conftest import work

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_long_seizure_is_told_to_who_may_see_it_and_to_alice(
    family: Family, alice: Person, bob: Person, dana: Person, charlie: Person
) -> None:
    made = family.log()
    for who in (bob, dana, alice):
        (event,) = alarms(who)
        assert (event["state"], event["category"], event["cause"]) == ("raised", "seizures", "seizure")
        assert (event["circle"], event["person"]["name"]) == (family.circle.id, "Ali")
        assert event["entry"]["id"] == made["id"]
        assert set(event["entry"]) == {"id", "start", "end", "duration_s", "seizure_class"}
        assert str(alice.id) not in str(event)
    assert alarms(charlie) == []
    assert the_alarm().person_id == alice.id


def test_a_short_one_raises_nothing_and_the_second_in_a_day_does(family: Family, bob: Person) -> None:
    family.log(ago_min=60 * 23, lasted_s=None)
    assert alarms(bob) == []
    family.log(lasted_s=30)
    assert states(bob) == ["raised"]


def test_many_at_once_a_change_and_what_bob_adds_raise_it_too(
    family: Family, alice: Person, bob: Person
) -> None:
    entries = [family.seizure(ago_min=ago, lasted_s=20) for ago in (30, 5 * 24 * 60)]
    results = alice.post("seizures/bulk/", {"entries": entries}).json()["results"]
    work()
    assert alarms(bob) == []
    changed = alice.ask("PATCH", f"seizures/{results[0]['id']}/", {"end": None, "duration_s": 400})
    assert changed.status_code == 200, changed.content
    work()
    assert states(bob) == ["raised"]
    assert alice.delete(f"seizures/{results[0]['id']}/").status_code == 204
    work()
    assert states(bob) == ["raised", "cleared"]
    family.log(bob)
    assert states(bob) == ["raised", "cleared", "raised"]


def test_history_raises_nothing(family: Family, bob: Person) -> None:
    family.log(ago_min=8 * 24 * 60)
    assert alarms(bob) == []


def test_what_was_wrong_clears_it_only_when_nothing_else_calls_for_it(
    family: Family, alice: Person, bob: Person
) -> None:
    first = family.log(ago_min=50, lasted_s=400)
    second = family.log(ago_min=20, lasted_s=400)
    assert alice.delete(f"seizures/{second['id']}/").status_code == 204
    work()
    assert states(bob) == ["raised"]
    alarm = the_alarm()
    assert changing.subject_of(alarm).fields["entry"]["id"] == first["id"]
    shorter = alice.ask("PATCH", f"seizures/{first['id']}/", {"end": None, "duration_s": 60})
    assert shorter.status_code == 200, shorter.content
    work()
    assert states(bob) == ["raised", "cleared"]
    assert "entry" not in alarms(bob)[-1]
    longer = alice.ask("PATCH", f"seizures/{first['id']}/", {"end": None, "duration_s": 600})
    assert longer.status_code == 200, longer.content
    work()
    assert states(bob) == ["raised", "cleared", "raised"]
    assert len({one["alarm"] for one in alarms(bob)}) == 2


def test_a_day_without_another_clears_it_and_an_old_one_touched_raises_no_other(
    family: Family, alice: Person, bob: Person
) -> None:
    made = family.log(lasted_s=400)
    family.now += timedelta(minutes=20)
    family.log(lasted_s=10)
    row = the_alarm()
    assert row.ends_at == family.now + timedelta(hours=24)
    assert family.later(hours=24) == 1
    assert states(bob)[-1] == "cleared"
    from tracking.models import Seizure
    from tracking.resources.seizures import watch

    with transaction.atomic():
        watch(alice.id, [Seizure.objects.get(pk=made["id"])], family.now)
    work()
    assert states(bob)[-1] == "cleared"
    assert the_alarm().cleared_at == family.now


def test_what_is_rolled_back_raises_nothing(family: Family, alice: Person, bob: Person) -> None:
    with transaction.atomic():
        causes.raise_alarm(alice.id, "seizure", "seizures", "k", {}, family.now)
        transaction.set_rollback(True)
    work()
    assert alarms(bob) == []
    assert not Alarm.objects.exists()


def at_once(count: int, act: object) -> None:
    """Do something in several threads, begun together."""
    barrier, faults = threading.Barrier(count), list[BaseException]()

    def run() -> None:
        try:
            barrier.wait()
            act()  # type: ignore[operator]
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_two_workers_raise_one_and_do_each_thing_once(family: Family, alice: Person, bob: Person) -> None:
    def raise_it() -> None:
        with transaction.atomic():
            causes.raise_alarm(alice.id, "seizure", "seizures", "k", {}, family.now)

    at_once(2, raise_it)
    work()
    assert states(bob) == ["raised"]
    family.now += timedelta(minutes=5)
    at_once(2, lambda: walking.walk(family.now))
    work()
    assert states(bob) == ["raised", "raised"]
    assert the_alarm().sounded == 2


def test_what_happened_first_is_told_first_whichever_job_comes_first(
    family: Family, alice: Person, bob: Person
) -> None:
    with transaction.atomic():
        causes.raise_alarm(alice.id, "seizure", "seizures", "k", {}, family.now)
    family.now += timedelta(seconds=1)
    with transaction.atomic():
        causes.cause_ended(alice.id, "seizure", family.now)
    for row in Announced.objects.order_by("-created_at"):
        fan_out(row.pk)
    assert states(bob) == ["raised", "cleared"]


def test_the_log_of_an_alarm_can_only_grow(family: Family) -> None:
    family.log()
    for change in (lambda rows: rows.update(state="cleared"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change(AlarmChange.objects.all())


def test_nothing_of_it_stands_in_clear(family: Family) -> None:
    family.log()
    with connection.cursor() as cursor:
        for table in ("alarms_alarm", "alarms_alarmchange", "notifications_announced"):
            cursor.execute(f"SELECT * FROM {table}")
            rows = [[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor.fetchall()]
            assert rows
            assert "seizure" not in repr(rows)


def test_an_erased_persons_alarm_goes_with_them_and_the_log_names_nobody(
    family: Family, alice: Person
) -> None:
    family.log()
    assert registries.export_person(alice.id)["alarms"]["alarms"][0]["changes"][0]["state"] == "raised"
    registries.erase_person(alice.id)
    assert not Alarm.objects.exists()
    assert AlarmChange.objects.get().actor is None


def test_a_suspended_persons_alarm_is_over(family: Family, alice: Person) -> None:
    family.log()
    alice.user.suspended_at = clock.now()
    alice.user.save()
    assert family.later(minutes=5) == 1
    assert the_alarm().state == "cleared"
