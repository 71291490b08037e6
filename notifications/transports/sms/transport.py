"""SMS by Twilio's REST API, or a fake that tells nobody anything where there is no account."""

from typing import Any, Protocol
from urllib.parse import urlencode

import httpx
import structlog
from django.conf import settings

from notifications.transports.port import Parcel, Receipt, SendFailed, by_status

log = structlog.get_logger(__name__)

TIMEOUT_S = 10.0
CALLBACK = "/hooks/twilio/"


class Account(Protocol):
    """Where and as whom to speak to the API."""

    @property
    def account(self) -> str:
        """See `Account`."""
        ...

    @property
    def token(self) -> str:
        """See `Account`."""
        ...

    @property
    def sender(self) -> str:
        """See `Account`."""
        ...

    @property
    def url(self) -> str:
        """See `Account`."""
        ...


class TwilioSms:
    """One SMS to one number."""

    def __init__(self, account: Account, callback: str = "") -> None:
        self.account = account
        self.callback = callback  # the house's public address, if it has one

    def send(self, parcel: Parcel) -> Receipt:
        """See `Transport.send`."""
        at = f"{self.account.url}/2010-04-01/Accounts/{self.account.account}/Messages.json"
        form = {"To": parcel.address, "From": self.account.sender, "Body": parcel.text.body}
        if self.callback:
            form["StatusCallback"] = callback_url(self.callback, str(parcel.key))
        try:
            answer = httpx.post(
                at,
                data=form,
                auth=(self.account.account, self.account.token),
                headers={"Idempotency-Key": str(parcel.key)},
                timeout=TIMEOUT_S,
                trust_env=False,
            )
        except httpx.HTTPError as fault:
            raise SendFailed("unreachable", permanent=False) from fault
        if answer.status_code >= 300:
            raise by_status(answer.status_code, answer.headers.get("Retry-After"))
        return Receipt(_sid(answer))


class SilentSms:
    """The fake: nothing is sent, and neither number nor text is written anywhere."""

    def send(self, parcel: Parcel) -> Receipt:
        """Return at once. Raises `SendFailed` in production, where nobody may believe that something went."""
        if settings.PRODUCTION:
            raise SendFailed("no_provider", permanent=True)
        log.info("sms_not_sent", kind=parcel.kind)
        return Receipt()


def callback_url(house: str, key: str) -> str:
    """Return where the provider reports what became of a message."""
    return f"{house}{CALLBACK}?{urlencode({'delivery': key})}"


def _sid(answer: httpx.Response) -> str:
    try:
        told: Any = answer.json()
    except ValueError:
        return ""
    return str(told.get("sid", ""))[:200] if isinstance(told, dict) else ""
