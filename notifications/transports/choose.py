"""The way out of the house of each channel, as this house is set up."""

from django.conf import settings

from notifications.recipients import Channel
from notifications.transports.email.transport import Mail
from notifications.transports.port import Transport
from notifications.transports.sms.transport import SilentSms, TwilioSms


def transport(channel: Channel) -> Transport:
    """Return a channel's transport. Raises `KeyError` for the stream, which leaves no house."""
    if channel is Channel.SMS:
        return TwilioSms(settings.TWILIO, house_url()) if settings.TWILIO else SilentSms()
    if channel is Channel.WEB_PUSH:
        # Its library brings a whole HTTP client of its own, which is a twentieth of every process's start.
        from notifications.transports.web_push.transport import WebPush

        return WebPush()
    mail: dict[Channel, Transport] = {Channel.EMAIL: Mail()}
    return mail[channel]


def house_url() -> str:
    """Return the address under which the world finds this house, or nothing where it does not."""
    address = str(settings.PUBLIC_URL)
    return address if address.startswith("https://") else ""
