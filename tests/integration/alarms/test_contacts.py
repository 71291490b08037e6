"""When nobody in the circle answers, those are called whom Alice named, and are told no more than that."""

import pytest
from django.core import mail

from notifications import ports
from notifications.safety import calling
from notifications.safety.models import Contact
from runtime import clock
from tests.integration.alarms.conftest import Family
from tests.integration.notifications.conftest import Person, seen, work

pytestmark = pytest.mark.django_db(transaction=True)

MUM = {"name": "Mum", "channel": "email", "address": "mum@example.org", "detail": "level"}


def member_named(family: Family, name: str) -> str:
    members = family.circle.owner.get(family.circle.path + "members/").json()["results"]
    return str(next(one["id"] for one in members if one["name"] == name))


def test_contacts_are_called_after_the_circle_in_their_order_and_asked_to_check_in(
    family: Family, alice: Person, charlie: Person
) -> None:
    assert alice.put("safety/plan/", {"own_name": "Ali"}).status_code == 200
    lie = {**MUM, "name": "Lie", "channel": "member", "address": member_named(family, "Lie")}
    for contact in (lie, MUM):
        assert alice.post("safety/contacts/", contact).status_code == 201
    assert [one.user for one in ports.contacts_of(alice.id)] == [charlie.id, None]
    family.log()
    for _ in range(2):  # Bob is called at once, then Dana
        assert seen(charlie, "safety.notice") == []
        family.later(minutes=11)
    (asked,) = seen(charlie, "safety.notice")
    assert (asked["detail"], asked["person"]["name"], asked["category"]) == ("check_in", "Ali", "safety")
    assert not {"notice", "level", "words"} & set(asked)
    assert "seizure" not in str(asked)
    assert mail.outbox == []
    family.later(minutes=11)
    told = charlie.post(f"notices/{asked['event_id']}/acknowledge/").json()
    assert told["kind"] == "safety.notice"
    assert told["acknowledged_at"][:16] == clock.rfc3339(family.now)[:16]
    assert seen(charlie, "safety.notice")[0]["acknowledged_at"] == told["acknowledged_at"]
    (letter,) = mail.outbox
    assert letter.to == ["mum@example.org"]
    assert "Ali has named you" in letter.body
    assert "seizure" not in letter.subject + letter.body
    family.later(minutes=11)
    assert len(mail.outbox) == len(seen(charlie, "safety.notice")) == 1


def test_a_worker_that_died_asks_nobody_twice_and_one_taken_out_meanwhile_is_not_asked(
    family: Family, alice: Person, charlie: Person
) -> None:
    lie = {**MUM, "name": "Lie", "channel": "member", "address": member_named(family, "Lie")}
    contact = Contact.objects.get(pk=alice.post("safety/contacts/", lie).json()["id"])
    calling.check_in(alice.id, contact.pk, "alarm-1", family.now)
    calling.check_in(alice.id, contact.pk, "alarm-1", family.now)
    work()
    assert calling.check_in_member(alice.id, contact.pk, "alarm-1")
    assert len(seen(charlie, "safety.notice")) == 1
    calling.check_in(alice.id, contact.pk, "alarm-2", family.now)
    alice.delete(f"safety/contacts/{contact.pk}/")
    work()
    assert len(seen(charlie, "safety.notice")) == 1
    assert ports.contacts_of(alice.id) == []
