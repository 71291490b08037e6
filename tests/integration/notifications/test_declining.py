"""A contact outside the house who wants to be told nothing: by their link, and by no accident."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.test import Client

from accounts import registries
from accounts.audit.models import Entry
from accounts.audit.record import person_hash
from notifications.models import Delivery
from notifications.safety import calling, declining, notices
from notifications.safety.models import Declined
from runtime import clock
from tests.integration.notifications.conftest import Person, seen, work
from tests.integration.notifications.test_safety import DELAY, ask, name

pytestmark = pytest.mark.django_db(transaction=True)


def told(alice: Person, **given: Any) -> str:
    """Have Alice's mother told, and return the path of the link in her letter."""
    name(alice, **given)
    ask(alice)
    work(ahead=DELAY)
    found = re.search(r"https?://[^/]+(/told/\S+/)", str(mail.outbox[-1].body))
    assert found is not None, mail.outbox[-1].body
    return found[1]


def press(path: str, **form: str) -> Any:
    return Client().post(path, form)


def states(alice: Person) -> list[str]:
    return [event["state"] for event in seen(alice, "safety.contact")]


def contact(alice: Person) -> dict[str, Any]:
    return dict(alice.get("safety/contacts/").json()["results"][0])


def test_looking_at_the_link_changes_nothing(alice: Person) -> None:
    path = told(alice)
    for look in (Client().get, Client().head, Client().get):
        answer = look(path)
        assert answer.status_code == 200
        assert answer["Referrer-Policy"] == "same-origin"  # no other house hears of the link
        assert "no-store" in answer["Cache-Control"]
    assert states(alice) == []
    assert contact(alice)["reached"] is True


def test_mum_is_told_nothing_more_and_alice_knows(alice: Person) -> None:
    path = told(alice)
    assert press(path).status_code == 200
    assert [(one["contact"], one["state"]) for one in seen(alice, "safety.contact")] == [
        (contact(alice)["id"], "declined")
    ]
    assert (contact(alice)["declined"], contact(alice)["reached"]) == (True, False)
    assert alice.post("safety/notices/", {}).status_code == 409  # nobody is left who can be told
    row = Entry.objects.filter(kind="safety_contact.declined").get()
    assert (row.actor_hash, row.subject_hash) == ("", person_hash(alice.id))


def test_pressing_twice_is_as_once_and_a_link_used_up_says_how_it_stands(alice: Person) -> None:
    path = told(alice)
    press(path)
    again = press(path)
    assert again.status_code == 200
    assert b"You are told nothing more" in again.content
    assert b"You are told nothing more" in Client().get(path).content
    assert states(alice) == ["declined"]


def test_what_was_queued_by_then_is_not_sent(alice: Person) -> None:
    path = told(alice)
    again = ask(alice)
    notices.tell(UUID(again["id"]))
    press(path)
    work(ahead=DELAY)
    assert len(mail.outbox) == 1
    row = Delivery.objects.order_by("id").filter(error="withdrawn").get()
    assert (row.state, row.address) == ("failed", None)


def test_naming_her_anew_does_not_undo_what_she_chose(alice: Person, bob: Person) -> None:
    press(told(alice))
    alice.delete(f"safety/contacts/{contact(alice)['id']}/")
    assert name(alice, address="MUM@example.org")["declined"] is True
    other = name(alice, address="dad@example.org")
    assert (other["declined"], other["reached"]) == (False, True)
    assert name(bob)["declined"] is False  # another person's asking is another thing


def test_other_contacts_are_told_as_before(alice: Person) -> None:
    path = told(alice)
    name(alice, address="dad@example.org")
    press(path)
    mail.outbox.clear()
    ask(alice)
    work(ahead=DELAY)
    assert [letter.to for letter in mail.outbox] == [["dad@example.org"]]


def test_an_alarm_calls_past_her(alice: Person) -> None:
    path = told(alice)
    made = contact(alice)
    press(path)
    mail.outbox.clear()
    assert calling.contacts_of(alice.id) == []
    calling.check_in(alice.id, UUID(made["id"]), "an alarm", clock.now())
    work(ahead=DELAY)
    assert mail.outbox == []


def test_she_may_change_her_mind_for_an_hour(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    path = told(alice)
    page = press(path).content.decode()
    proof = re.search(r'name="proof" value="([^"]+)"', page)
    assert proof is not None
    assert b"You are told again" in press(path, proof=proof[1]).content
    assert states(alice) == ["declined", "willing"]
    assert contact(alice)["reached"] is True
    press(path)
    monkeypatch.setattr(declining, "SECOND_THOUGHT_S", -1)
    assert b"You are told nothing more" in press(path, proof=proof[1]).content
    assert states(alice) == ["declined", "willing", "declined"]


@pytest.mark.parametrize("proof", ["x", "x:y:z"])
def test_a_proof_that_is_none_brings_nobody_back(alice: Person, proof: str) -> None:
    path = told(alice)
    press(path)
    press(path, proof=proof)
    assert states(alice) == ["declined"]


def test_a_link_of_somebody_named_no_more_or_anew_opens_nothing(alice: Person) -> None:
    path = told(alice)
    alice.put(f"safety/contacts/{contact(alice)['id']}/", {"detail": "level"})
    answer = press(path)
    assert answer.status_code == 200
    assert b"This link opens nothing any more" in answer.content
    assert states(alice) == []
    assert not Declined.objects.exists()


def test_a_forged_link_is_not_there(alice: Person) -> None:
    path = told(alice)
    token = path.split("/")[2]
    other = "B" if token[0] == "A" else "A"
    for forged in (other + token[1:], token[:30] + other + token[31:], "AAAA", "x" * 43, "ñ"):
        assert Client().get(f"/told/{forged}/").status_code == 404
        assert press(f"/told/{forged}/").status_code == 404
    assert states(alice) == []


def test_another_sites_form_presses_nothing(alice: Person) -> None:
    path = told(alice)
    answer = Client(enforce_csrf_checks=True).post(path, {}, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert states(alice) == []


def test_every_letter_and_message_to_a_contact_outside_carries_the_link(
    alice: Person,
) -> None:
    for detail in ("check_in", "level", "own_words"):
        name(alice, address=f"{detail}@example.org", detail=detail)
    alice.put("safety/plan/", {"own_words": "Please call"})
    ask(alice)
    work(ahead=DELAY)
    assert len({re.search(r"/told/\S+/", str(letter.body))[0] for letter in mail.outbox}) == 3  # type: ignore[index]


def test_it_is_forgotten_with_the_person(alice: Person) -> None:
    press(told(alice))
    assert registries.export_person(alice.id)["safety"]["contacts"][0]["declined"] is True
    registries.erase_person(alice.id)
    assert not Declined.objects.exists()
