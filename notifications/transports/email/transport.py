"""Mail, by Django's own back end: SMTP, a mail service by django-anymail, or a file in development."""

import smtplib

import requests
from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.core.mail import EmailMessage, get_connection

from accounts.letters.post import message_id
from notifications.transports.port import Parcel, Receipt, SendFailed, by_status


class Mail:
    """One plain letter to one address; its Message-ID is the parcel's key: a second is seen as the same."""

    def send(self, parcel: Parcel) -> Receipt:
        """See `Transport.send`."""
        message = EmailMessage(
            parcel.text.subject,
            parcel.text.body,
            to=[parcel.address],
            headers={"Message-ID": message_id(parcel.key), "Auto-Submitted": "auto-generated"},
            connection=get_connection(),
        )
        message.metadata = {"delivery": str(parcel.key)}  # type: ignore[attr-defined]  # anymail reports it back
        try:
            message.send()
        except Exception as fault:
            raise meant(fault) from fault
        status = getattr(message, "anymail_status", None)
        return Receipt(str(getattr(status, "message_id", None) or message_id(parcel.key))[:200])


def meant(fault: Exception) -> SendFailed:
    """Return what a back end's fault means: a server's 5xx and a refused address never go."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in fault.recipients.values()]
        return SendFailed("refused", permanent=all(code >= 500 for code in codes))
    if isinstance(fault, smtplib.SMTPAuthenticationError | smtplib.SMTPServerDisconnected):
        return SendFailed("server", permanent=False)
    if isinstance(fault, smtplib.SMTPResponseException):
        return SendFailed(f"smtp_{fault.smtp_code}", permanent=fault.smtp_code >= 500)
    if isinstance(fault, AnymailRecipientsRefused):
        return SendFailed("refused", permanent=True)
    if isinstance(fault, AnymailAPIError) and getattr(fault, "status_code", None):
        answer = getattr(fault, "response", None)
        return by_status(int(fault.status_code), answer.headers.get("Retry-After") if answer else None)
    if isinstance(fault, OSError | smtplib.SMTPException | AnymailError | requests.RequestException):
        return SendFailed("unreachable", permanent=False)
    return SendFailed("malformed", permanent=True)  # an address or a header that no server would take
