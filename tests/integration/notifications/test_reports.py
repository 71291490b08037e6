"""What providers report is believed when they signed it, once, and never backwards."""

import base64
import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.test import Client

from chatserver.providers import Twilio
from notifications.models import Delivery
from notifications.outgoing import Basis, Outgoing, send_later
from notifications.recipients import Channel
from notifications.reports import twilio_signature
from notifications.states import State
from notifications.transports.sms.transport import callback_url
from runtime import clock
from tests.integration.notifications.conftest import Person

pytestmark = pytest.mark.django_db(transaction=True)

HOUSE = "https://hearth.example"


def sent(alice: Person, channel: Channel) -> Delivery:
    now = clock.now()
    outgoing = Outgoing(
        key="x", kind="reminder", person=alice.id, channel=channel, basis=Basis.OWN, due=now, address="a"
    )
    (pk,) = send_later(outgoing, now)
    Delivery.objects.filter(pk=pk).update(state=State.SENT, ended_at=now, provider_id="theirs")
    return Delivery.objects.get(pk=pk)


@pytest.fixture
def twilio(settings: Any) -> None:
    settings.PUBLIC_URL = HOUSE
    settings.TWILIO = Twilio("AC1", "hush", "+1", "https://api.twilio.com")


def tell_sms(key: UUID | str, status: str, *, token: str = "hush", signed: str | None = None) -> int:
    url = callback_url(HOUSE, str(key))
    form = {"MessageSid": "SM1", "MessageStatus": status, "To": "+1"}
    signature = twilio_signature(token, url, form if signed is None else form | {"MessageStatus": signed})
    answer = Client().post(
        url.removeprefix(HOUSE),
        urlencode(form),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": signature},
    )
    return answer.status_code


def test_twilios_own_example_has_twilios_own_signature() -> None:
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675310",
        "Digits": "1234",
        "From": "+14158675310",
        "To": "+18005551212",
    }
    assert twilio_signature("12345", url, form) == "GvWf1cFY/Q7PnoempGyD5oXAezc="


@pytest.mark.usefixtures("twilio")
@pytest.mark.parametrize(("status", "state"), [("delivered", "delivered"), ("undelivered", "failed")])
def test_a_signed_report_counts_once_and_never_backwards(alice: Person, status: str, state: str) -> None:
    row = sent(alice, Channel.SMS)
    assert tell_sms(row.pk, "sent") == 204
    assert Delivery.objects.get().state == "sent"
    for word in (status, status, "sent", "failed", "delivered"):
        assert tell_sms(row.pk, word) == 204
        assert Delivery.objects.get().state == state


@pytest.mark.usefixtures("twilio")
def test_what_is_forged_or_changed_is_refused(alice: Person) -> None:
    row = sent(alice, Channel.SMS)
    assert tell_sms(row.pk, "delivered", token="guess") == 403
    assert tell_sms(row.pk, "delivered", signed="sent") == 403
    assert Client().post("/hooks/twilio/").status_code == 403
    assert Client().get("/hooks/twilio/").status_code == 405
    assert tell_sms("nobody", "delivered") == 204
    assert Delivery.objects.get().state == "sent"


def test_without_an_account_nobody_reports(alice: Person, settings: Any) -> None:
    settings.TWILIO, settings.PUBLIC_URL = None, HOUSE
    assert tell_sms(sent(alice, Channel.SMS).pk, "delivered") == 403


@pytest.fixture
def postmark(settings: Any) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "word:other"}


def tell_mail(body: Any, secret: str = "word:other", service: str = "postmark") -> int:
    basic = base64.b64encode(secret.encode()).decode()
    answer = Client().post(
        f"/anymail/{service}/tracking/",
        json.dumps(body),
        content_type="application/json",
        headers={"authorization": f"Basic {basic}"},
    )
    return answer.status_code


@pytest.mark.usefixtures("postmark")
def test_a_mail_services_report_is_known_by_key_or_by_its_own_name(alice: Person) -> None:
    row = sent(alice, Channel.EMAIL)
    told = {"RecordType": "Delivery", "MessageID": "other", "Metadata": {"delivery": str(row.pk)}}
    assert tell_mail(told) == 200
    assert tell_mail(told) == 200
    assert Delivery.objects.get().state == "delivered"
    Delivery.objects.update(state=State.SENT)
    assert tell_mail({"RecordType": "Bounce", "Type": "HardBounce", "MessageID": "theirs"}) == 200
    assert (Delivery.objects.get().state, Delivery.objects.get().error) == ("failed", "bounced")


@pytest.mark.usefixtures("postmark")
def test_a_letter_that_was_only_opened_or_is_nobodys_changes_nothing(alice: Person) -> None:
    sent(alice, Channel.EMAIL)
    assert tell_mail({"RecordType": "Open", "MessageID": "theirs"}) == 200
    assert tell_mail({"RecordType": "Delivery", "MessageID": "nobodys"}) == 200
    assert Delivery.objects.get().state == "sent"


@pytest.mark.usefixtures("postmark")
def test_who_is_not_the_mail_service_is_refused(alice: Person, settings: Any) -> None:
    row = sent(alice, Channel.EMAIL)
    told = {"RecordType": "Delivery", "Metadata": {"delivery": str(row.pk)}}
    assert tell_mail(told, "word:guess") == 403
    assert tell_mail(told, service="brevo") == 403
    assert tell_mail(told, service="nobody") == 403
    assert tell_mail("no report") == 400
    settings.ANYMAIL = {}
    assert tell_mail(told) == 403
    assert Delivery.objects.get().state == "sent"
