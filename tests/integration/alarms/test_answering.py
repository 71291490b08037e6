"""Acknowledging and snoozing: who may, and what everyone is told."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from accounts import registries
from accounts.audit.models import Entry
from accounts.audit.record import open_entry, person_hash
from accounts.models import User
from notifications import delivery as deliveries
from notifications import notices
from notifications.alarms import causes
from notifications.models import Delivery, PushSubscription
from protocol.errors import BadField, Conflict, NotFound
from runtime import clock
from streams import log
from tests.integration.alarms.conftest import Family, Person, alarms, states, the_alarm
from tests.integration.notifications.conftest import seen, work

pytestmark = pytest.mark.django_db(transaction=True)


def last(who: Person) -> str:
    """The event of the last alarm somebody was told of."""
    event_id: str = alarms(who)[-1]["event_id"]
    return event_id


def answer(who: Person, act: str, event_id: str | None = None, body: Any = None) -> Any:
    answered = who.post(f"notices/{event_id or last(who)}/{act}/", body)
    work()
    return answered


def test_bob_takes_it_on_and_everyone_sees_it(
    family: Family, alice: Person, bob: Person, dana: Person, charlie: Person
) -> None:
    family.log()
    told = answer(bob, "acknowledge")
    assert told.status_code == 200, told.content
    assert told.json()["state"] == "raised"  # the event itself; what became of it is the next one
    for who in (alice, bob, dana):
        event = alarms(who)[-1]
        assert (event["state"], event["by"]["name"]) == ("acknowledged", "Bo")
        assert event["by"]["id"] == family.members["bob"]
        assert str(bob.id) not in str(event)
    assert alarms(charlie) == []
    assert str(the_alarm().actor) == family.members["bob"]


def test_twice_is_as_once_and_the_first_stays(family: Family, bob: Person, dana: Person) -> None:
    family.log()
    assert [answer(who, "acknowledge").status_code for who in (bob, bob, dana)] == [200] * 3
    assert states(bob) == ["raised", "acknowledged"]
    assert alarms(dana)[-1]["by"]["name"] == "Bo"


def test_one_that_is_acknowledged_is_not_raised_again_until_it_cleared(family: Family, bob: Person) -> None:
    family.log()
    answer(bob, "acknowledge")
    family.log(ago_min=1, lasted_s=900)
    assert family.later(hours=2) == 0
    assert states(bob) == ["raised", "acknowledged"]
    assert family.later(hours=22) == 1
    assert states(bob)[-1] == "cleared"
    family.now += timedelta(hours=1)
    with transaction.atomic():
        causes.raise_alarm(family.circle.owner.id, "seizure", "seizures", "another", {}, family.now)
    work()
    assert states(bob)[-1] == "raised"


def test_a_snooze_holds_over_a_second_reading_for_everyone(
    family: Family, alice: Person, bob: Person, dana: Person
) -> None:
    family.log()
    assert answer(bob, "snooze", body={"minutes": 60}).status_code == 200
    until = clock.rfc3339(family.now + timedelta(hours=1))
    for who in (alice, bob, dana):
        event = alarms(who)[-1]
        assert (event["state"], event["until"][:19], event["by"]["name"]) == ("snoozed", until[:19], "Bo")
    family.log(ago_min=1, lasted_s=900)
    assert family.later(minutes=59) == 0
    assert states(dana) == ["raised", "snoozed"]
    assert family.later(minutes=2) == 1
    assert states(dana) == ["raised", "snoozed", "raised"]
    assert "until" not in alarms(dana)[-1]


def test_what_is_taken_on_cannot_be_snoozed_and_what_is_snoozed_can_be_taken_on(
    family: Family, bob: Person, dana: Person
) -> None:
    family.log()
    assert answer(dana, "snooze", body={"minutes": 10}).status_code == 200
    assert answer(bob, "acknowledge").status_code == 200
    assert answer(dana, "snooze", body={"minutes": 10}).status_code == 409
    assert states(dana) == ["raised", "snoozed", "acknowledged"]


def test_the_person_may_answer_herself(family: Family, alice: Person, bob: Person) -> None:
    family.log()
    assert answer(alice, "acknowledge").status_code == 200
    assert alarms(bob)[-1]["by"]["name"] == "Ali"


@pytest.mark.parametrize("act", ["acknowledge", "snooze", "read"])
def test_a_revoked_bob_and_charlie_answer_nothing(
    family: Family, bob: Person, charlie: Person, act: str
) -> None:
    family.log()
    body = {"minutes": 5}
    assert answer(charlie, act, last(bob), body).status_code == 404
    assert answer(charlie, act, "01J", body).status_code == 404
    assert answer(charlie, act, "%00", body).status_code == 404
    family.revoke("bob")
    assert answer(bob, act, last(bob), body).status_code == 404
    assert the_alarm().state == "raised"


def test_what_waits_for_no_word_is_refused(family: Family, bob: Person) -> None:
    family.log()
    logged = seen(bob)[-1]["event_id"]
    for act, body in (("acknowledge", None), ("snooze", {"minutes": 5})):
        refused = answer(bob, act, logged, body)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "event_id")
    for minutes in (0, 10_081, None, "soon"):
        assert answer(bob, "snooze", body={"minutes": minutes}).status_code == 422
    assert states(bob) == ["raised"]


def test_who_answered_is_on_record(family: Family, alice: Person, bob: Person) -> None:
    family.log()
    answer(bob, "acknowledge")
    row = Entry.objects.get(kind="alarm.acknowledged")
    assert (row.actor_hash, row.subject_hash, row.shown) == (person_hash(bob.id), person_hash(alice.id), True)
    assert open_entry(row).detail["member"] == family.members["bob"]


def test_an_erased_bobs_name_leaves_what_he_answered(family: Family, alice: Person, bob: Person) -> None:
    family.log()
    answer(bob, "acknowledge")
    registries.erase_person(bob.id)
    assert alarms(alice)[-1]["by"] == {"id": family.members["bob"], "name": "Somebody"}


# --- by the clock ---


def ringing(who: Person) -> None:
    PushSubscription.objects.create(
        user=who.user,
        endpoint_hash=who.user.username,
        details={"endpoint": "https://x"},
        created_at=clock.now(),
    )


def rung() -> list[str]:
    """At whom something rang since the last look, in the order it was written."""
    rows = list(Delivery.objects.order_by("created_at").select_related("recipient"))
    Delivery.objects.all().delete()
    return [row.recipient.username for row in rows if row.recipient]


def test_it_rings_at_the_first_then_at_the_next_and_at_alice_and_goes_on(
    family: Family, alice: Person, bob: Person, dana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for contact in (
        {"channel": "member", "address": family.members["bob"]},  # who is called as a follower
        {"channel": "email", "address": "aunt@example.org"},
    ):
        named = alice.post("safety/contacts/", {"name": "Aunt", "detail": "check_in", **contact})
        assert named.status_code == 201, named.content
    monkeypatch.setattr("notifications.jobs.deliveries.deliver", lambda *given: None)
    for who in (alice, bob, dana):
        ringing(who)
    family.log()
    assert rung() == ["bob"]
    assert family.later(minutes=5) == 1
    assert rung() == ["bob"]
    assert family.later(minutes=5) == 1
    assert sorted(rung()) == ["alice", "bob", "dana"]
    assert states(dana) == ["raised", "raised", "escalated"]
    assert family.later(minutes=10) == 1
    (outside,) = Delivery.objects.filter(recipient=None)
    assert (outside.address, outside.basis) == ("aunt@example.org", "contact")
    assert outside.body["kind"] == "safety.notice.check_in"
    assert "seizure" not in str(outside.body)
    assert sorted(rung()) == ["alice", "bob", "dana"]
    assert family.later(minutes=20) == 1
    assert sorted(rung()) == ["bob", "dana"]
    assert states(bob)[-1] == "raised"
    assert not Delivery.objects.exists()
    the_alarm()


def test_who_lost_the_grant_is_not_called_and_who_got_one_is(
    family: Family, bob: Person, dana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.jobs.deliveries.deliver", lambda *given: None)
    ringing(bob)
    ringing(dana)
    family.log()
    family.revoke("bob")
    rung()
    family.later(minutes=10)
    assert rung() == ["dana"]
    assert states(bob) == ["raised"]


def test_what_waits_to_ring_rings_no_more_once_somebody_has_answered(
    family: Family, bob: Person, dana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver = deliveries.deliver
    monkeypatch.setattr("notifications.jobs.deliveries.deliver", lambda *given: None)
    ringing(bob)
    family.log()
    row = Delivery.objects.get()
    assert answer(dana, "acknowledge").status_code == 200
    deliver(row.pk, row.turn)
    row.refresh_from_db()
    assert (row.state, row.error, row.body) == ("failed", "answered", None)


# --- reading them back ---


def test_notices_are_the_family_stream_newest_first(family: Family, bob: Person, charlie: Person) -> None:
    family.log()
    events = [{k: v for k, v in one.items() if k not in ("type", "stream")} for one in bob.told()]
    assert bob.get("notices/").json() == {"results": events[::-1], "next": None, "previous": None}
    found, url = list[Any](), "notices/?limit=2"
    pages = 0
    while url:
        page = bob.get(url).json()
        found += page["results"]
        url = (page["next"] or "").partition("/api/v1/")[2]
        pages += 1
    assert found == events[::-1]
    assert pages == (len(events) + 1) // 2
    back = bob.get(page["previous"].partition("/api/v1/")[2]).json()
    assert back["results"] == events[::-1][2 * (pages - 2) : 2 * (pages - 1)]
    assert [one["kind"] for one in charlie.get("notices/").json()["results"]] == ["member.joined"]
    assert bob.get("notices/?cursor=x1").status_code == bob.get("notices/?limit=0").status_code == 422


def test_notices_of_a_time_alone(family: Family, bob: Person) -> None:
    User.objects.filter(pk=bob.id).update(time_zone="Europe/Berlin")
    family.log()
    middle = family.now = family.now + timedelta(minutes=1)
    answer(bob, "acknowledge")
    events = [one["event_id"] for one in bob.told()]
    later = quote(clock.rfc3339(middle))

    def ids(query: str) -> list[str]:
        answered = bob.get(f"notices/?{query}")
        assert answered.status_code == 200, answered.content
        return [one["event_id"] for one in answered.json()["results"]]

    assert ids(f"from={later}") == events[-1:]
    assert ids(f"to={later}") == events[-2::-1]
    today = middle.astimezone(ZoneInfo("Europe/Berlin")).date()
    before, after = today - timedelta(days=1), today + timedelta(days=1)  # midnight may be near
    assert ids(f"from={before}&to={after}") == events[::-1]
    assert ids(f"to={before}") == ids(f"from={after}") == []
    page = bob.get(f"notices/?to={later}&limit=1").json()
    assert page["previous"] is None
    assert page["next"]
    for wrong in ("from=soon", "to=2026-11-20T10:00:00", "from=0001-01-01T00:00:00%2B23:00", "to=2026-13-01"):
        assert bob.get(f"notices/?{wrong}").status_code == 422, wrong


def test_what_was_granted_is_hidden_once_it_is_not(family: Family, bob: Person) -> None:
    family.log()
    family.revoke("bob")
    shown = bob.get("notices/").json()["results"]
    assert {"alarm", "activity.logged"}.isdisjoint(one["kind"] for one in shown)
    assert [set(one) for one in shown if one["kind"] == "hidden"] == [{"event_id", "seq", "kind", "at"}] * 2


def test_reading_moves_the_mark_forward_and_never_back(family: Family, bob: Person) -> None:
    family.log()
    first, newest = bob.told()[0], bob.told()[-1]
    ref = log.get(notices.me_stream(bob.id, "family"))
    assert ref
    assert answer(bob, "read", newest["event_id"]).status_code == 200
    assert answer(bob, "read", first["event_id"]).status_code == 200
    assert log.mark(ref) == newest["seq"]


def test_the_socket_and_the_door_are_one(family: Family, bob: Person) -> None:
    family.log()
    with pytest.raises(NotFound):
        notices.acknowledge(bob.id, "01J")
    with pytest.raises(BadField):
        notices.snooze(bob.id, bob.told()[0]["event_id"], 5)
    notices.acknowledge(bob.id, last(bob))
    with pytest.raises(Conflict):
        notices.snooze(bob.id, last(bob), 5)
