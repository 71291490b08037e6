"""What providers tell of messages that went: signed by them, or refused. Told twice, it changes nothing."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import tracking
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.resend import ResendTrackingWebhookView
from anymail.webhooks.sendgrid import SendGridTrackingWebhookView
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notifications import delivery
from notifications.models import Delivery
from notifications.states import Step
from notifications.transports.choose import house_url
from runtime import clock
from runtime.http.problems import Problem, response

SMS_STEPS: Final = {"delivered": Step.ARRIVED, "undelivered": Step.BOUNCED, "failed": Step.BOUNCED}
MAIL_STEPS: Final = {
    "delivered": Step.ARRIVED,
    "bounced": Step.BOUNCED,
    "rejected": Step.BOUNCED,
    "failed": Step.BOUNCED,
}
MAIL_SERVICES: Final[Mapping[str, Any]] = {
    "brevo": BrevoTrackingWebhookView,
    "mailgun": MailgunTrackingWebhookView,
    "postmark": PostmarkTrackingWebhookView,
    "resend": ResendTrackingWebhookView,
    "sendgrid": SendGridTrackingWebhookView,
}


def twilio_signature(token: str, url: str, form: Mapping[str, str]) -> str:
    """Return Twilio's signature: of the address and the fields, sorted, under the account's token."""
    told = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), told.encode(), hashlib.sha1).digest()).decode()


@csrf_exempt
@require_POST
def sms_status(request: HttpRequest) -> HttpResponse:
    """Take what Twilio tells of an SMS; 403 for what it did not sign."""
    if settings.TWILIO is None or not house_url():
        return _refused()
    form = {name: str(value) for name, value in request.POST.items()}
    expected = twilio_signature(settings.TWILIO.token, house_url() + request.get_full_path(), form)
    if not constant_time_compare(request.headers.get("X-Twilio-Signature", ""), expected):
        return _refused()
    step = SMS_STEPS.get(form.get("MessageStatus", ""))
    key = _uuid(request.GET.get("delivery", ""))
    if step is not None and key is not None:
        delivery.report(key, step, clock.now(), "undelivered" if step is Step.BOUNCED else "")
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
def mail_status(request: HttpRequest, service: str) -> HttpResponse:
    """Take what the house's mail service tells of its letters; 403 for what does not bear its secret."""
    view = MAIL_SERVICES.get(service)
    ours = f"anymail.backends.{service}.EmailBackend" == settings.EMAIL_BACKEND
    if view is None or not ours or not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        return _refused()
    try:
        answer: HttpResponse = view.as_view()(request)
    except AnymailWebhookValidationFailure:
        return _refused()
    except (SuspiciousOperation, ValueError, KeyError, TypeError, AttributeError):
        return response(Problem(400, "malformed", "This is no report."))
    return answer


@receiver(tracking, dispatch_uid="notifications.mail_status")
def note_letter(sender: object, event: Any, esp_name: str, **_: object) -> None:
    """Write down what became of a letter, known by the key that went with it or by the service's own name."""
    step = MAIL_STEPS.get(str(event.event_type))
    if step is None:
        return
    key = _uuid(str((event.metadata or {}).get("delivery", "")))
    if key is None and event.message_id:
        named = Delivery.objects.filter(channel="email", provider_id=str(event.message_id)[:200])
        key = named.values_list("pk", flat=True).first()
    if key is not None:
        word = "" if step is Step.ARRIVED else str(event.reject_reason or event.event_type)
        delivery.report(key, step, clock.now(), word)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _refused() -> HttpResponse:
    return response(Problem(403, "forbidden", "This is not signed by a provider of this house."))
