"""Safety: whom one names, what one plans, and who is told how much, when one asks for it and not before."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection

from accounts import registries
from accounts.audit.models import Entry
from accounts.audit.record import open_entry
from accounts.circles import reading
from accounts.circles.models import Circle as CircleRow
from accounts.circles.models import Granted
from accounts.models import RoleAssignment
from accounts.roles import Role
from chatserver.providers import Twilio
from notifications import delivery
from notifications.models import Delivery
from notifications.safety import jobs, notices, seeing
from notifications.safety.deciding import Level
from notifications.safety.models import Contact, Notice, Plan
from protocol.errors import Forbidden, NotFound
from runtime import clock
from tests.integration.notifications.conftest import Circle, Person, seen, work
from tests.providers import HttpProvider, http_provider

pytestmark = pytest.mark.django_db(transaction=True)

MUM = {"name": "Mum", "channel": "email", "address": "mum@example.org", "detail": "check_in"}
DAN = {"name": "Dan", "channel": "sms", "address": "+34 600 000 000", "detail": "level"}
DELAY = 31.0  # seconds; past the delay in which a notice can be taken back


@pytest.fixture
def sms(settings: Any) -> Iterator[HttpProvider]:
    with http_provider() as service:
        settings.TWILIO = Twilio("AC1", "hush", "+15550100", service.url)
        yield service


def name(who: Person, **given: Any) -> dict[str, Any]:
    made = who.post("safety/contacts/", {**MUM, **given})
    assert made.status_code == 201, made.content
    return dict(made.json())


def ask(who: Person, **given: Any) -> dict[str, Any]:
    asked = who.post("safety/notices/", given)
    assert asked.status_code == 201, asked.content
    return dict(asked.json())


def own(who: Person) -> list[tuple[str, int]]:
    """How a person's own notices were shown to them."""
    return [(one["state"], one["contacts"]) for one in seen(who, "safety.notice") if "person" not in one]


def kinds() -> list[str]:
    return [kind for kind in Entry.objects.order_by("id").values_list("kind", flat=True) if "safety" in kind]


# --- contacts ---


def test_alice_names_orders_changes_and_takes_out_her_contacts(alice: Person) -> None:
    mum, dan = name(alice), name(alice, **DAN)
    assert (mum["place"], dan["place"], dan["address"]) == (1, 2, "+34600000000")
    assert set(mum) == {
        "id", "name", "channel", "address", "detail", "by_moderator", "place", "reached", "declined",
    }  # fmt: skip
    path = f"safety/contacts/{dan['id']}/"
    tag = alice.get(path)["ETag"]
    moved = alice.put(path, {"place": 1, "name": "Daniel"}, if_match=tag)
    assert (moved.json()["place"], moved.json()["name"], moved.json()["detail"]) == (1, "Daniel", "level")
    assert alice.put(path, {"name": "D"}, if_match=tag).status_code == 412
    listed = alice.get("safety/contacts/").json()
    assert [one["name"] for one in listed["results"]] == ["Daniel", "Mum"]
    assert listed["next"] is listed["previous"] is None
    assert alice.delete(path).status_code == 204
    assert alice.delete(path).status_code == 404
    (left,) = alice.get("safety/contacts/").json()["results"]
    assert (left["name"], left["place"]) == ("Mum", 1)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"address": "mum@"}, "address"),
        ({"channel": "sms"}, "address"),
        ({"channel": "sms", "address": "600000000"}, "address"),
        ({"channel": "member"}, "address"),
        ({"channel": "member", "address": "6f1c5c0e-3f7e-4a4f-8a53-0d6e1d1d1d1d"}, "address"),
        ({"channel": "pigeon"}, "channel"),
        ({"detail": "everything"}, "detail"),
        ({"name": " "}, "name"),
        ({"place": 0}, "place"),
        ({"address": "x" * 250 + "@example.org"}, "address"),
    ],
)
def test_what_is_wrong_is_named(alice: Person, given: dict[str, Any], field: str) -> None:
    answer = alice.post("safety/contacts/", {**MUM, **given})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert not Contact.objects.exists()


def test_another_channel_needs_an_address_that_fits(alice: Person) -> None:
    path = f"safety/contacts/{name(alice)['id']}/"
    assert alice.put(path, {"channel": "sms"}).status_code == 422
    changed = alice.put(path, {"channel": "sms", "address": "0034600000000"}).json()
    assert (changed["channel"], changed["address"]) == ("sms", "+34600000000")


def test_a_contact_is_named_once_and_there_are_so_many(alice: Person, settings: Any) -> None:
    name(alice)
    assert alice.post("safety/contacts/", MUM).status_code == 409
    for number in range(settings.SAFETY.contacts - 1):
        name(alice, address=f"{number}@example.org")
    refused = alice.post("safety/contacts/", {**MUM, "address": "more@example.org"})
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


def test_addresses_and_texts_are_sealed(alice: Person) -> None:
    name(alice)
    alice.put("safety/plan/", {"own_words": "Please call me."})
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, address FROM safety_contact")
        assert not [cell for cell in cursor.fetchone() if b"mum" in bytes(cell).lower()]
        cursor.execute("SELECT texts FROM safety_plan")
        assert b"call" not in bytes(cursor.fetchone()[0])


def test_bob_and_charlie_find_nothing_of_alices_and_leave_a_row(alice: Person, charlie: Person) -> None:
    contact = name(alice)
    notice = ask(alice)
    for method, path in (
        ("GET", f"safety/contacts/{contact['id']}/"),
        ("PUT", f"safety/contacts/{contact['id']}/"),
        ("DELETE", f"safety/contacts/{contact['id']}/"),
        ("GET", f"safety/notices/{notice['id']}/"),
        ("DELETE", f"safety/notices/{notice['id']}/"),
    ):
        assert charlie.ask(method, path, {}).status_code == 404
        row = Entry.objects.order_by("id").last()
        assert row is not None
        assert (row.kind, open_entry(row).actor, open_entry(row).subject) == (
            "refused",
            charlie.id,
            alice.id,
        )
    assert charlie.get("safety/contacts/").json()["results"] == []
    assert charlie.get("safety/notices/").json()["results"] == []
    assert Notice.objects.get().state == "pending"


# --- the plan ---


def test_a_plan_changes_only_what_is_named_and_forgets_what_is_emptied(alice: Person) -> None:
    empty = alice.get("safety/plan/").json()
    assert set(empty.values()) == {None}
    put = alice.put("safety/plan/", {"coping": "Walk\nto the sea ", "own_name": " Ali \n W "})
    assert (put.json()["coping"], put.json()["own_name"]) == ("Walk\nto the sea", "Ali W")
    tag = put["ETag"]
    assert alice.put("safety/plan/", {"coping": ""}, if_match=tag).json()["coping"] is None
    assert alice.put("safety/plan/", {"coping": "x"}, if_match=tag).status_code == 412
    assert alice.get("safety/plan/").json() == {**empty, "own_name": "Ali W"}
    too_long = alice.put("safety/plan/", {"own_words": "x" * 501})
    assert (too_long.status_code, too_long.json()["errors"][0]["field"]) == (422, "own_words")


# --- notices ---


def test_the_person_is_warned_first_and_nobody_is_told_before_the_delay(
    alice: Person, sms: HttpProvider, settings: Any
) -> None:
    name(alice)
    name(alice, **DAN)
    notice = ask(alice, level="high")
    assert (notice["state"], notice["level"], notice["by"]) == ("pending", "high", "self")
    assert [(one["name"], one["state"]) for one in notice["contacts"]] == [
        ("Mum", "waiting"),
        ("Dan", "waiting"),
    ]
    (warned,) = seen(alice, "safety.notice")
    assert (warned["state"], warned["notice"], warned["contacts"]) == ("pending", notice["id"], 2)
    assert warned["due_at"] == notice["due_at"]
    row = Notice.objects.get()
    assert row.due_at - row.asked_at == settings.SAFETY.delay
    work()
    assert (mail.outbox, sms.asked) == ([], [])
    work(ahead=DELAY)
    assert (len(mail.outbox), len(sms.asked)) == (1, 1)
    assert own(alice) == [("pending", 2), ("sent", 2)]


def test_each_contact_is_told_as_much_as_was_chosen_for_them(alice: Person, sms: HttpProvider) -> None:
    alice.put("safety/plan/", {"own_name": "Ali", "own_words": "The blue door is open."})
    name(alice)
    name(alice, name="Eve", address="eve@example.org", detail="own_words")
    name(alice, **DAN)
    ask(alice, level="imminent")
    work(ahead=DELAY)
    letters = {letter.to[0]: letter for letter in mail.outbox}
    assert set(letters) == {"mum@example.org", "eve@example.org"}
    assert "Ali has named you" in letters["mum@example.org"].body
    assert "blue door" not in letters["mum@example.org"].body
    assert "The blue door is open." in letters["eve@example.org"].body
    assert "danger now" not in letters["eve@example.org"].body
    (form,) = sms.forms()
    assert form["To"] == "+34600000000"
    assert "there is danger now" in form["Body"]
    assert "blue door" not in form["Body"]
    shown = alice.get("safety/notices/").json()["results"][0]
    assert [(one["name"], one["state"]) for one in shown["contacts"]] == [
        ("Mum", "sent"),
        ("Eve", "sent"),
        ("Dan", "sent"),
    ]


def test_it_speaks_the_persons_language_and_names_them_by_username_if_they_chose_nothing(
    alice: Person, sms: HttpProvider
) -> None:
    type(alice.user).objects.filter(pk=alice.id).update(locale="es")
    name(alice, **DAN)
    ask(alice, level="low")
    work(ahead=DELAY)
    (form,) = sms.forms()
    assert form["Body"].startswith("alice te nombró")
    assert "es un día difícil" in form["Body"]


def test_who_wrote_no_words_is_not_left_without_a_call(alice: Person) -> None:
    name(alice, detail="own_words")
    ask(alice)
    work(ahead=DELAY)
    assert "asks you to check in" in mail.outbox[0].body


def test_a_notice_taken_back_within_the_delay_tells_nobody(
    alice: Person, bob: Person, circle: Circle, sms: HttpProvider
) -> None:
    member = circle.bring(bob, "Bo")
    name(alice)
    name(alice, **DAN)
    name(alice, name="Bo", channel="member", address=member)
    notice = ask(alice)
    path = f"safety/notices/{notice['id']}/"
    assert alice.delete(path).status_code == 204
    assert alice.delete(path).status_code == 204
    work(ahead=DELAY)
    assert (mail.outbox, sms.asked, seen(bob, "safety.notice")) == ([], [], [])
    assert own(alice) == [("pending", 3), ("taken_back", 0)]
    assert alice.get(path).json()["state"] == "taken_back"
    assert kinds().count("safety_notice.taken_back") == 2


def test_what_was_told_cannot_be_taken_back(alice: Person) -> None:
    name(alice)
    notice = ask(alice)
    work(ahead=DELAY)
    refused = alice.delete(f"safety/notices/{notice['id']}/")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert notices.tell(UUID(notice["id"])) == 0  # a worker that died and is done again
    assert len(mail.outbox) == 1


def test_asking_twice_is_one_notice_with_the_last_level(alice: Person) -> None:
    name(alice, detail="level")
    notice = ask(alice, level="low")
    again = alice.post("safety/notices/", {"level": "high"})
    assert (again.status_code, again.json()["id"], again.json()["level"]) == (200, notice["id"], "high")
    assert alice.post("safety/notices/", {"level": "high"}).status_code == 200
    work(ahead=DELAY)
    (letter,) = mail.outbox
    assert "very hard" in letter.body
    assert [state for state, _ in own(alice)] == ["pending", "pending", "sent"]


def test_who_named_nobody_is_told_so(alice: Person) -> None:
    refused = alice.post("safety/notices/", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert alice.post("safety/notices/", {"level": "fine"}).status_code == 422


def test_only_so_many_a_day(alice: Person, settings: Any) -> None:
    name(alice)
    for _ in range(settings.SAFETY.notices_a_day):
        ask(alice)
        Notice.objects.filter(sent_at=None).update(sent_at=clock.now())
    refused = alice.post("safety/notices/", {})
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert int(refused["Retry-After"]) > 86_000
    Notice.objects.update(asked_at=clock.now() - timedelta(days=1))
    ask(alice)


# --- members of a circle ---


def test_a_member_is_told_in_the_stream_as_much_as_was_chosen_under_a_grant_of_the_log(
    alice: Person, bob: Person, charlie: Person, circle: Circle
) -> None:
    EmailAddress.objects.create(user=bob.user, email="bob@example.org", verified=True, primary=True)
    member = circle.bring(bob, "Bo")
    circle.bring(charlie, "Lie")
    alice.put("safety/plan/", {"own_words": "The blue door is open."})
    named = name(alice, name="Bo", channel="member", address=member, detail="own_words")
    assert named["reached"] is True
    assert [(one["category"], one["access"]) for one in circle.grants(bob)] == [("safety", "view")]
    assert circle.log(bob)[-1]["category"] == "safety"
    row = CircleRow.objects.get(pk=circle.id)
    assert reading.rebuilt(row.pk) == reading.current(row)
    ask(alice, level="high")
    work(ahead=DELAY)
    (told,) = seen(bob, "safety.notice")
    assert told["person"]["name"] == "Ali"
    assert (told["circle"], told["category"], told["detail"]) == (circle.id, "safety", "own_words")
    assert told["words"] == "The blue door is open."
    assert "level" not in told
    assert seen(charlie, "safety.notice") == []
    (letter,) = mail.outbox  # as Bob wishes to be told, and it says nothing
    assert letter.to == ["bob@example.org"]
    assert "blue door" not in letter.body


def test_a_member_who_says_that_they_saw_it_is_named_to_the_person_once(
    alice: Person, bob: Person, charlie: Person, circle: Circle
) -> None:
    member = circle.bring(bob, "Bo")
    circle.bring(charlie, "Lie")
    name(alice, name="Bo", channel="member", address=member)
    notice = ask(alice)
    work(ahead=DELAY)
    (told,) = seen(bob, "safety.notice")
    path = f"notices/{told['event_id']}/acknowledge/"
    assert charlie.post(path).status_code == 404
    assert [bob.post(path).status_code for _ in range(2)] == [200, 200]
    assert (
        alice.post(f"notices/{seen(alice, 'safety.notice')[0]['event_id']}/acknowledge/").status_code == 200
    )
    work()
    last = seen(alice, "safety.notice")[-1]
    assert [state for state, _ in own(alice)] == ["pending", "sent", "seen"]
    assert (last["notice"], last["member"]) == (notice["id"], {"id": member, "name": "Bo"})
    assert str(bob.id) not in str(last)
    shown = alice.get(f"safety/notices/{notice['id']}/").json()
    assert [one["state"] for one in shown["contacts"]] == ["seen"]
    assert not seeing.tell_person(UUID(notice["id"]), bob.id)  # a worker that died and is done again
    assert not seeing.tell_person(UUID(notice["id"]), charlie.id)


@pytest.mark.parametrize("how", ["revoked", "left", "removed", "expired", "closed"])
def test_a_member_without_a_grant_any_more_is_not_told(
    alice: Person, bob: Person, circle: Circle, how: str
) -> None:
    member = circle.bring(bob, "Bo")
    contact = name(alice, name="Bo", channel="member", address=member)
    name(alice)
    ask(alice)
    if how == "revoked":
        assert alice.delete(f"{circle.path}grants/{member}/safety/").status_code == 204
    elif how == "left":
        bob.post(circle.path + "leave/")
    elif how == "removed":
        alice.delete(f"{circle.path}members/{member}/")
    elif how == "expired":
        Granted.objects.update(expires_at=clock.now())
    else:
        alice.delete(circle.path)
    work(ahead=DELAY)
    assert seen(bob, "safety.notice") == []
    assert [letter.to for letter in mail.outbox] == [["mum@example.org"]]
    assert alice.get(f"safety/contacts/{contact['id']}/").json()["reached"] is False


def test_a_grant_taken_back_hides_what_was_told(alice: Person, bob: Person, circle: Circle) -> None:
    member = circle.bring(bob, "Bo")
    name(alice, name="Bo", channel="member", address=member, detail="level")
    ask(alice)
    work(ahead=DELAY)
    guard = seen(bob, "safety.notice")
    assert len(guard) == 1
    alice.delete(f"{circle.path}grants/{member}/safety/")
    from accounts import guards
    from accounts.circles.guards import guard as guard_of

    assert not guards.allowed(bob.id, {guard_of(UUID(circle.id), "safety")}, clock.now())


def test_a_grant_there_already_stays_as_it_is_and_naming_again_gives_it_anew(
    alice: Person, bob: Person, circle: Circle
) -> None:
    member = circle.bring(bob, "Bo")
    circle.grant(member, "safety", quiet_hours={"start": "22:00", "end": "07:00"})
    before = circle.log()
    contact = name(alice, name="Bo", channel="member", address=member)
    assert circle.log() == before
    alice.delete(f"{circle.path}grants/{member}/safety/")
    alice.put(f"safety/contacts/{contact['id']}/", {"detail": "level"})
    assert circle.grants() == []  # a change of something else gives nobody anything
    alice.delete(f"safety/contacts/{contact['id']}/")
    name(alice, name="Bo", channel="member", address=member)
    assert [one["category"] for one in circle.grants()] == ["safety"]


def test_a_member_of_somebody_elses_circle_or_oneself_cannot_be_named(
    alice: Person, bob: Person, circle: Circle
) -> None:
    bobs = circle.bring(bob, "Bo")
    mine = next(
        one["id"]
        for one in alice.get(circle.path + "members/").json()["results"]
        if one["user"] == str(alice.id)
    )
    for who, member in ((bob, mine), (bob, bobs), (alice, mine)):
        answer = who.post("safety/contacts/", {**MUM, "channel": "member", "address": member})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "address")
    assert circle.grants() == []


# --- a moderator's asking ---


@pytest.fixture
def mira(person: Callable[[str], Person]) -> Person:
    made = person("mira")
    RoleAssignment.objects.create(user=made.user, role=Role.MODERATOR)
    return made


def test_a_moderator_has_those_told_alone_whom_the_person_let_be_told_so(alice: Person, mira: Person) -> None:
    name(alice)
    assert not notices.moderator_may_ask(alice.id, clock.now())
    with pytest.raises(Forbidden):
        notices.send_notice(alice.id, by=mira.id, level=Level.HIGH, key="case-1")
    name(alice, name="Eve", address="eve@example.org", detail="level", by_moderator=True)
    assert notices.moderator_may_ask(alice.id, clock.now())
    made, new = notices.send_notice(alice.id, by=mira.id, level=Level.HIGH, key="case-1")
    again, newer = notices.send_notice(alice.id, by=mira.id, level=Level.HIGH, key="case-1")
    assert (new, newer, made.pk) == (True, False, again.pk)
    (warned,) = seen(alice, "safety.notice")
    assert (warned["by"], warned["contacts"]) == ("moderator", 1)
    assert str(mira.id) not in str(warned)
    work(ahead=DELAY)
    assert [letter.to for letter in mail.outbox] == [["eve@example.org"]]
    looked = alice.get("users/me/access-log/").json()["results"]
    assert any(one["who"] == "moderator" and one["what"] == "safety_notice.asked" for one in looked)


@pytest.mark.parametrize(("chosen", "warned"), [(["email"], 1), ([], 0)])
def test_the_person_is_woken_for_a_moderators_notice_and_can_take_it_back(
    alice: Person, mira: Person, chosen: list[str], warned: int
) -> None:
    EmailAddress.objects.create(user=alice.user, email="alice@example.org", verified=True, primary=True)
    assert alice.put("preferences/", {"channels": {"safety.warning": chosen}}).status_code == 200
    name(alice, by_moderator=True)
    made, _ = notices.send_notice(alice.id, by=mira.id, level=Level.HIGH)
    work()
    assert [letter.to for letter in mail.outbox] == [["alice@example.org"]] * warned
    assert alice.delete(f"safety/notices/{made.pk}/").status_code == 204
    work(ahead=DELAY)
    assert len(mail.outbox) == warned


def test_nobody_else_has_anybodys_contacts_told(alice: Person, bob: Person) -> None:
    name(alice, by_moderator=True)
    with pytest.raises(Forbidden):
        notices.send_notice(alice.id, by=bob.id, level=Level.HIGH)
    with pytest.raises(NotFound):
        notices.send_notice(UUID(int=1), by=bob.id, level=Level.HIGH)
    assert not Notice.objects.exists()


# --- consent that ends ---


def told_and_queued(alice: Person) -> Delivery:
    """One notice told, whose letter waits to be claimed."""
    notice = ask(alice)
    notices.tell(UUID(notice["id"]))
    return Delivery.objects.get(state="queued")


@pytest.mark.parametrize(
    "change",
    [None, {"address": "dad@example.org"}, {"detail": "own_words"}, {"by_moderator": True}],
)
def test_a_contact_taken_out_or_changed_between_queue_and_sending_gets_nothing(
    alice: Person, change: dict[str, Any] | None
) -> None:
    contact = name(alice, detail="level")
    row = told_and_queued(alice)
    path = f"safety/contacts/{contact['id']}/"
    if change is None:
        alice.delete(path)
    else:
        assert alice.put(path, change).status_code == 200
    work(ahead=DELAY)
    row.refresh_from_db()
    assert (mail.outbox, row.state, row.error, row.address) == ([], "failed", "withdrawn", None)


def test_another_name_or_place_for_a_contact_ends_nothing(alice: Person) -> None:
    contact = name(alice)
    told_and_queued(alice)
    assert alice.put(f"safety/contacts/{contact['id']}/", {"name": "Mama", "place": 1}).status_code == 200
    work(ahead=DELAY)
    assert len(mail.outbox) == 1


def test_who_is_named_after_the_asking_is_not_told(alice: Person) -> None:
    name(alice)
    ask(alice)
    late = name(alice, address="late@example.org")
    Contact.objects.filter(pk=late["id"]).update(named_at=clock.now() + timedelta(seconds=1))
    work(ahead=DELAY)
    assert [letter.to for letter in mail.outbox] == [["mum@example.org"]]
    assert own(alice) == [("pending", 1), ("sent", 1)]


def test_a_contact_is_taken_out_while_a_letter_is_claimed_and_is_not_written_to_after(alice: Person) -> None:
    """Whichever comes first comes wholly first: a claim that was had knew the contact."""
    claimed = withdrawn = 0
    for number in range(12):
        contact = name(alice, address=f"{number}@example.org")
        row = told_and_queued(alice)
        had: list[Any] = []

        def claim(row: Delivery = row, had: list[Any] = had) -> None:
            had.append(delivery.claim_one(row.pk, row.turn, clock.now()))

        def take_out(contact: dict[str, Any] = contact) -> None:
            assert alice.delete(f"safety/contacts/{contact['id']}/").status_code == 204

        at_once(claim, take_out)
        row.refresh_from_db()
        claimed += had[0] is not None
        withdrawn += row.state == "failed"
        assert (had[0] is None) == (row.state == "failed")
        assert delivery.claim_one(row.pk, row.turn, clock.now()) is None  # after it, never
        Delivery.objects.all().delete()
        Notice.objects.all().delete()
    assert claimed + withdrawn == 12


def test_taken_back_or_told_but_never_both(alice: Person) -> None:
    name(alice)
    for _ in range(12):
        notice = ask(alice)
        path, answers = f"safety/notices/{notice['id']}/", list[int]()
        at_once(
            lambda answers=answers, path=path: answers.append(alice.delete(path).status_code),
            lambda notice=notice: notices.tell(UUID(notice["id"])),
        )
        row = Notice.objects.get()
        assert (row.taken_back_at is None) != (row.sent_at is None)
        assert answers == [204 if row.sent_at is None else 409]
        assert Delivery.objects.count() == (0 if row.sent_at is None else 1)
        Delivery.objects.all().delete()
        Notice.objects.all().delete()


def at_once(*works: Callable[[], None]) -> None:
    barrier, faults = threading.Barrier(len(works)), list[BaseException]()

    def run(one: Callable[[], None]) -> None:
        try:
            barrier.wait()
            one()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(one,)) for one in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


# --- an end to it all ---


def test_what_is_held_is_taken_along_and_erased(alice: Person) -> None:
    name(alice)
    alice.put("safety/plan/", {"coping": "Walk."})
    ask(alice)
    held = registries.export_person(alice.id)["safety"]
    assert held["contacts"][0]["address"] == "mum@example.org"
    assert held["plan"]["coping"] == "Walk."
    assert held["notices"][0]["state"] == "pending"
    registries.erase_person(alice.id)
    work(ahead=DELAY)
    assert mail.outbox == []
    assert [model._default_manager.count() for model in (Contact, Plan, Notice)] == [0, 0, 0]


def test_somebody_who_left_the_house_has_nobody_told(alice: Person) -> None:
    name(alice)
    ask(alice)
    assert alice.delete(f"users/{alice.id}/").status_code == 204
    work(ahead=DELAY)
    assert mail.outbox == []


def test_notices_that_ended_long_ago_are_forgotten(alice: Person) -> None:
    name(alice)
    ask(alice)
    work(ahead=DELAY)
    assert jobs.purge_notices() == 0
    Notice.objects.update(sent_at=clock.now() - timedelta(days=31))
    assert jobs.purge_notices() == 1
