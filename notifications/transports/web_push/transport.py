"""Web push: a message encrypted for one browser, signed with the house's VAPID key (RFC 8030, 8291, 8292)."""

import base64
import json

import requests
from django.conf import settings
from pywebpush import WebPushException, webpush

from notifications.transports.port import Parcel, Receipt, SendFailed, by_status
from notifications.transports.web_push import endpoints

TIMEOUT_S = 10.0
TTL_S = 86_400  # a phone that is off for longer finds it in the stream


class WebPush:
    """One message to one browser. Its topic is the parcel's key: a second one takes the first one's place."""

    def send(self, parcel: Parcel) -> Receipt:
        """See `Transport.send`."""
        if not settings.VAPID_PRIVATE_KEY:
            raise SendFailed("no_provider", permanent=True)
        if endpoints.fault_of(parcel.address) or parcel.push is None:
            raise SendFailed("forbidden_address", permanent=True, gone=True)
        told = {"title": parcel.text.subject, "body": parcel.text.body, "kind": parcel.kind}
        told["tag"] = str(parcel.key)
        headers = {"Topic": topic(parcel), "Urgency": "high" if parcel.urgent else "normal"}
        try:
            answer = webpush(
                dict(parcel.push),
                json.dumps(told, ensure_ascii=False),
                vapid_private_key=settings.VAPID_PRIVATE_KEY,
                vapid_claims={"sub": settings.VAPID_SUBJECT},
                ttl=TTL_S,
                headers=dict(headers),
                timeout=TIMEOUT_S,
                requests_session=endpoints.session(),
            )
        except WebPushException as fault:
            raise _meant(fault) from fault
        except requests.TooManyRedirects as fault:
            raise SendFailed("redirected", permanent=True) from fault
        except requests.RequestException as fault:
            raise SendFailed("unreachable", permanent=False) from fault
        except endpoints.ForbiddenAddress as fault:
            raise SendFailed("forbidden_address", permanent=True, gone=True) from fault
        return Receipt(provider_id=str(getattr(answer, "headers", {}).get("Location", ""))[-200:])


def _meant(fault: WebPushException) -> SendFailed:
    answer = fault.response
    if answer is None:
        return SendFailed("malformed", permanent=True)
    if answer.status_code in (404, 410):
        return SendFailed("gone", permanent=True, gone=True)
    return by_status(answer.status_code, answer.headers.get("Retry-After"))


def topic(parcel: Parcel) -> str:
    """Return the message's topic: at most 32 characters of base64url (RFC 8030)."""
    return base64.urlsafe_b64encode(parcel.key.bytes).rstrip(b"=").decode()
