"""What leaves the house: to servers that speak the real protocols, under consent, once, whatever dies."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction

from chatserver.providers import Twilio
from notifications import consent, delivery, jobs
from notifications.alarms import causes
from notifications.models import Delivery, Preferences, PushSubscription
from notifications.outgoing import Basis, Outgoing, send_later
from notifications.recipients import Channel
from notifications.states import Step
from runtime import clock
from runtime.keyring import keyed_hash
from runtime.models import OutboxJob
from runtime.worker import claim_next, perform
from tests.integration.notifications.conftest import Circle, Person, seen, work
from tests.providers import Browser, HttpProvider, MailServer, http_provider, mail_server, vapid_faults

pytestmark = pytest.mark.django_db(transaction=True)

Happen = Callable[..., None]
LATER = 40_000.0  # seconds; longer than any pause

LINK = "https://hearth.example/told/a-token/"


@pytest.fixture
def push() -> Iterator[HttpProvider]:
    with http_provider() as service:
        yield service


@pytest.fixture
def sms(settings: Any) -> Iterator[HttpProvider]:
    with http_provider() as service:
        settings.TWILIO = Twilio("AC1", "hush", "+15550100", service.url)
        yield service


@pytest.fixture
def smtp(settings: Any) -> Iterator[MailServer]:
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


@pytest.fixture
def contact(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """Alice's contact outside the house, who stands until a test says otherwise."""
    standing = {"stands": True}
    monkeypatch.setattr(consent, "_contact_stands", lambda person, which, address: standing["stands"])
    return standing


def browser_of(who: Person, service: HttpProvider, name: str = "b") -> Browser:
    browser, endpoint = Browser(), f"{service.url}/{name}"
    PushSubscription.objects.create(
        user=who.user,
        endpoint_hash=keyed_hash("push", endpoint),
        details=browser.subscription(endpoint),
        created_at=clock.now(),
    )
    return browser


def to_contact(alice: Person, channel: Channel, address: str, **given: Any) -> Delivery:
    outgoing = Outgoing(
        key="notice",
        kind="safety.notice.own_words",
        person=alice.id,
        channel=channel,
        basis=Basis.CONTACT,
        basis_id=alice.id,
        address=address,
        due=clock.now(),
        variables={"name": "Ali", "words": "Please call me.", "link": LINK},
    )
    (pk,) = send_later(replace(outgoing, **given), clock.now())
    return Delivery.objects.get(pk=pk)


def fresh(row: Delivery) -> Delivery:
    return Delivery.objects.get(pk=row.pk)


def missed(alice: Person, bob: Person, circle: Circle, happen: Happen, **grant: Any) -> Delivery:
    """Something that Bob's browser is to be woken for, up to its row."""
    circle.grant(circle.bring(bob, "Bo"), **grant)
    happen(alice, kind="activity.missed", category="sleep")
    claim = claim_next(clock.now(), 60.0)
    while claim and claim.name != "notifications.fan_out":
        perform(claim)
        claim = claim_next(clock.now(), 60.0)
    assert claim
    perform(claim)
    return Delivery.objects.get()


def test_a_push_is_signed_encrypted_for_one_browser_and_says_nothing(
    alice: Person, bob: Person, circle: Circle, happen: Happen, push: HttpProvider
) -> None:
    browser = browser_of(bob, push)
    row = missed(alice, bob, circle, happen)
    work()
    ((path, headers, body),) = push.asked
    assert path == "/b"
    assert vapid_faults(headers["authorization"], push.url) == []
    assert (headers["content-encoding"], headers["urgency"]) == ("aes128gcm", "normal")
    assert len(headers["topic"]) <= 32
    told = browser.read(body)
    assert told == {
        "title": "Hearth",
        "body": "Something new in your circle",
        "kind": "activity.missed",
        "tag": str(row.pk),
    }
    after = fresh(row)
    assert (after.state, after.body, after.address) == ("sent", None, None)
    assert len(seen(bob, "activity.missed")) == 1


def test_it_speaks_the_readers_language(
    alice: Person, bob: Person, circle: Circle, happen: Happen, push: HttpProvider
) -> None:
    type(bob.user).objects.filter(pk=bob.id).update(locale="es")
    browser = browser_of(bob, push)
    missed(alice, bob, circle, happen)
    work()
    assert browser.read(push.asked[0][2])["body"] == "Hay algo nuevo en tu círculo"


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(
    alice: Person, bob: Person, circle: Circle, happen: Happen, push: HttpProvider, status: int
) -> None:
    browser_of(bob, push)
    push.usual = (status, {})
    row = missed(alice, bob, circle, happen)
    work(ahead=LATER)
    assert (fresh(row).state, fresh(row).error, len(push.asked)) == ("failed", "gone", 1)
    assert not PushSubscription.objects.exists()


def test_a_push_service_that_redirects_is_not_followed(
    alice: Person, bob: Person, circle: Circle, happen: Happen, push: HttpProvider
) -> None:
    browser_of(bob, push)
    push.usual = (307, {"Location": f"{push.url}/elsewhere"})
    row = missed(alice, bob, circle, happen)
    work(ahead=LATER)
    assert [path for path, *_ in push.asked] == ["/b"]
    assert fresh(row).state == "failed"


def test_a_private_address_is_never_connected_to(
    alice: Person, bob: Person, circle: Circle, happen: Happen, push: HttpProvider, settings: Any
) -> None:
    browser_of(bob, push)
    row = missed(alice, bob, circle, happen)
    settings.PRODUCTION = True
    work()
    assert push.asked == []
    assert (fresh(row).state, fresh(row).error) == ("failed", "forbidden_address")


def test_a_fault_that_may_pass_is_tried_again_and_one_that_stays_is_not(
    alice: Person, contact: dict[str, bool], sms: HttpProvider
) -> None:
    row = to_contact(alice, Channel.SMS, "+15550123")
    sms.answers = [(503, {}), (429, {"Retry-After": "4000"})]
    work()
    assert (fresh(row).state, fresh(row).error) == ("queued", "http_503")
    assert 15 <= (fresh(row).due_at - clock.now()).total_seconds() + 5 <= 40
    work(ahead=60)
    assert (fresh(row).due_at - clock.now()).total_seconds() > 3_900
    work(ahead=LATER)
    assert (fresh(row).state, len(sms.asked)) == ("sent", 3)
    assert {headers["idempotency-key"] for _, headers, _ in sms.asked} == {str(row.pk)}
    other = to_contact(alice, Channel.SMS, "+1", key="other")
    sms.answers = [(400, {})]
    work(ahead=LATER)
    assert (fresh(other).state, fresh(other).error, len(sms.asked)) == ("failed", "http_400", 4)


def test_a_provider_that_is_away_for_good_is_given_up(
    alice: Person, contact: dict[str, bool], sms: HttpProvider
) -> None:
    row = to_contact(alice, Channel.SMS, "+15550123")
    sms.usual = (500, {})
    work(ahead=LATER)
    assert (fresh(row).state, fresh(row).attempts, len(sms.asked)) == ("failed", 9, 9)


def test_an_sms_says_what_the_person_chose_and_to_whom_is_forgotten(
    alice: Person, contact: dict[str, bool], sms: HttpProvider
) -> None:
    row = to_contact(alice, Channel.SMS, "+15550123")
    work()
    (form,) = sms.forms()
    assert (form["To"], form["From"]) == ("+15550123", "+15550100")
    assert form["Body"].startswith("Ali wrote this for you beforehand: Please call me.")
    path, headers, _ = sms.asked[0]
    assert path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert headers["authorization"].startswith("Basic ")
    assert (fresh(row).state, fresh(row).provider_id, fresh(row).address) == ("sent", "SM1", None)


def test_without_an_account_an_sms_goes_nowhere_and_tells_nothing(
    alice: Person, contact: dict[str, bool], settings: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    settings.TWILIO = None
    row = to_contact(alice, Channel.SMS, "+15550123")
    work()
    assert fresh(row).state == "sent"
    written = "".join(capfd.readouterr())
    assert "5550123" not in written
    assert "call me" not in written


def test_a_letter_has_its_key_as_message_id_and_nothing_of_a_person_in_its_subject(
    alice: Person, contact: dict[str, bool], smtp: MailServer
) -> None:
    row = to_contact(alice, Channel.EMAIL, "mum@example.org")
    work()
    (letter,) = smtp.letters
    assert letter["Message-ID"] == f"<{row.pk}@localhost>"
    assert letter["To"] == "mum@example.org"
    assert letter["Subject"] == "Somebody who trusts you asks for you"
    assert "Please call me." in letter.get_content()
    assert fresh(row).state == "sent"


@pytest.mark.parametrize(("answer", "state"), [("550 unknown", "failed"), ("451 later", "queued")])
def test_a_mail_servers_no_is_for_good_or_for_now(
    alice: Person, contact: dict[str, bool], smtp: MailServer, answer: str, state: str
) -> None:
    smtp.refuse = answer
    row = to_contact(alice, Channel.EMAIL, "mum@example.org")
    work()
    assert fresh(row).state == state


def test_a_contact_taken_out_meanwhile_is_not_written_to(
    alice: Person, contact: dict[str, bool], sms: HttpProvider
) -> None:
    row = to_contact(alice, Channel.SMS, "+15550123")
    contact["stands"] = False
    work()
    assert (fresh(row).state, fresh(row).error, sms.asked) == ("failed", "withdrawn", [])


@pytest.mark.parametrize("how", ["revoked", "left", "suspended", "channel", "owner_gone"])
def test_consent_that_ended_before_the_claim_ends_the_delivery(
    alice: Person, bob: Person, circle: Circle, happen: Happen, push: HttpProvider, how: str
) -> None:
    from accounts import suspension

    browser_of(bob, push)
    row = missed(alice, bob, circle, happen)
    if how == "revoked":
        assert alice.delete(f"{circle.path}grants/{row.basis_id}/sleep/").status_code == 204
    elif how == "left":
        bob.post(circle.path + "leave/")
    elif how == "suspended":
        suspension.suspend(bob.id, clock.now())
    elif how == "channel":
        Preferences.objects.create(user=bob.user, channels={"activity.missed": ["in_app"]})
    else:
        type(alice.user).objects.filter(pk=alice.id).update(deleted_at=clock.now())
    work(ahead=LATER)
    assert push.asked == []
    assert (fresh(row).state, fresh(row).body) == ("failed", None)


def test_a_worker_that_dies_between_any_two_steps_loses_and_doubles_nothing(
    alice: Person, contact: dict[str, bool], sms: HttpProvider
) -> None:
    now = clock.now()
    for dies_after in ("nothing", "claim", "hand_over", "settle"):
        sms.asked.clear()
        row = to_contact(alice, Channel.SMS, "+15550123", key=dies_after)
        died = claim_next(clock.now(), 0.0)  # its lease ends at once: as if the process were gone
        assert died is not None
        if dies_after != "nothing":
            claim = delivery.claim_one(row.pk, row.turn, now)
            assert claim is not None
            if dies_after != "claim":
                receipt = delivery.hand_over(claim)
                if dies_after == "settle":
                    delivery.settle(claim, receipt, now)
        work(ahead=1)
        assert fresh(row).state == "sent"
        assert len(sms.asked) == (2 if dies_after == "hand_over" else 1)
        assert {headers["idempotency-key"] for _, headers, _ in sms.asked} == {str(row.pk)}


def test_a_holder_that_was_taken_over_writes_nothing_down(
    alice: Person, contact: dict[str, bool], sms: HttpProvider
) -> None:
    row = to_contact(alice, Channel.SMS, "+15550123")
    slow = delivery.claim_one(row.pk, row.turn, clock.now())
    quick = delivery.claim_one(row.pk, row.turn, clock.now())
    assert slow
    assert quick
    assert quick.fence > slow.fence
    assert delivery.settle(quick, delivery.hand_over(quick), clock.now())
    delivery.put_down(slow, delivery.SendFailed("late", permanent=True), clock.now())
    assert (fresh(row).state, fresh(row).error) == ("sent", "")


def test_a_delivery_whose_job_is_gone_gets_another(
    alice: Person, contact: dict[str, bool], sms: HttpProvider
) -> None:
    row = to_contact(alice, Channel.SMS, "+15550123")
    OutboxJob.objects.all().delete()
    assert delivery.sweep(clock.now()) == 0
    assert delivery.sweep(clock.now() + timedelta(hours=1)) == 1
    work(ahead=LATER)
    assert (fresh(row).state, len(sms.asked)) == ("sent", 1)


def test_what_a_provider_reports_counts_once_and_never_backwards(
    alice: Person, contact: dict[str, bool], sms: HttpProvider
) -> None:
    row = to_contact(alice, Channel.SMS, "+15550123")
    assert not delivery.report(row.pk, Step.ARRIVED, clock.now())  # nothing was sent yet
    work()
    assert delivery.report(row.pk, Step.ARRIVED, clock.now())
    assert not delivery.report(row.pk, Step.ARRIVED, clock.now())
    assert not delivery.report(row.pk, Step.BOUNCED, clock.now(), "late")
    assert fresh(row).state == "delivered"


def test_quiet_hours_that_began_meanwhile_put_it_off(
    alice: Person, bob: Person, circle: Circle, happen: Happen, push: HttpProvider
) -> None:
    browser_of(bob, push)
    row = missed(alice, bob, circle, happen)
    start = clock.now() - timedelta(hours=1)
    end = clock.now() + timedelta(hours=2)
    quiet = {"start": start.strftime("%H:%M"), "end": end.strftime("%H:%M")}
    assert circle.grant(str(row.basis_id), quiet_hours=quiet).status_code == 200
    work()
    assert push.asked == []
    assert fresh(row).state == "queued"
    assert timedelta(hours=1) < fresh(row).due_at - clock.now() <= timedelta(hours=2)


@pytest.mark.parametrize("verified", [True, False])
def test_a_follower_is_written_to_at_a_verified_address_alone(
    alice: Person, bob: Person, circle: Circle, smtp: MailServer, verified: bool
) -> None:
    EmailAddress.objects.create(user=bob.user, email="bob@example.org", verified=verified, primary=True)
    circle.grant(circle.bring(bob, "Bo"), "seizures")
    with transaction.atomic():
        causes.raise_alarm(alice.id, "seizure", "seizures", "one", {}, clock.now())
    work()
    assert [letter["To"] for letter in smtp.letters] == (["bob@example.org"] if verified else [])
    for letter in smtp.letters:
        assert letter["Subject"] == "Your circle needs you to look"
        assert "seizure" not in letter.as_string()


def test_what_ended_long_ago_and_browsers_that_lapsed_are_forgotten(
    alice: Person, bob: Person, contact: dict[str, bool], sms: HttpProvider, push: HttpProvider
) -> None:
    row = to_contact(alice, Channel.SMS, "+15550123")
    browser_of(bob, push)
    work()
    assert jobs.purge_deliveries() == 0
    Delivery.objects.filter(pk=row.pk).update(ended_at=clock.now() - timedelta(days=31))
    PushSubscription.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert jobs.purge_deliveries() == 2
