"""What carries messages out of the house: mail, web push and SMS, as the environment names them."""

import base64
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from chatserver.reader import Reader, SettingError

MAIL_TIMEOUT_S = 10
# The services a key is enough for, and what django-anymail calls it.
MAIL_SERVICES = {
    "brevo": "BREVO_API_KEY",
    "mailersend": "MAILERSEND_API_TOKEN",
    "mailgun": "MAILGUN_API_KEY",
    "postmark": "POSTMARK_SERVER_TOKEN",
    "resend": "RESEND_API_KEY",
    "sendgrid": "SENDGRID_API_KEY",
}


@dataclass(frozen=True)
class Twilio:
    """An account at Twilio, or at whatever speaks its API."""

    account: str
    token: str
    sender: str
    url: str


@dataclass(frozen=True)
class Providers:
    """Everything that carries messages out; `mail` holds the settings of Django and of django-anymail."""

    mail: dict[str, Any] = field(default_factory=dict)
    vapid_private_key: str = ""
    vapid_subject: str = ""
    twilio: Twilio | None = None


def read_providers(reader: Reader, data_dir: Path) -> Providers:
    """Return the providers. Raises `SettingError` on the first variable that is wrong."""
    return Providers(
        mail=_mail(reader, data_dir),
        vapid_private_key=_vapid_key(reader, data_dir),
        vapid_subject=_vapid_subject(reader),
        twilio=_twilio(reader),
    )


def _mail(reader: Reader, data_dir: Path) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "DEFAULT_FROM_EMAIL": reader.text("EMAIL_FROM", "Hearth <hearth@localhost>"),
        "EMAIL_TIMEOUT": MAIL_TIMEOUT_S,
    }
    service = reader.text("EMAIL_SERVICE")
    key, secret = reader.text("EMAIL_SERVICE_KEY"), reader.text("EMAIL_WEBHOOK_SECRET")
    url = reader.text("EMAIL_URL", "smtp://localhost:25" if reader.production else "file:")
    if service:
        if service not in MAIL_SERVICES:
            raise SettingError("EMAIL_SERVICE", f"must be one of {', '.join(MAIL_SERVICES)}")
        if not key:
            raise SettingError("EMAIL_SERVICE_KEY", "must be set with EMAIL_SERVICE")
        if secret and ":" not in secret:
            raise SettingError("EMAIL_WEBHOOK_SECRET", "must be two long random words with a colon between")
        anymail = {MAIL_SERVICES[service]: key, "REQUESTS_TIMEOUT": MAIL_TIMEOUT_S}
        if secret:
            anymail["WEBHOOK_SECRET"] = secret
        backend = f"anymail.backends.{service}.EmailBackend"
        return settings | {"EMAIL_BACKEND": backend, "ANYMAIL": anymail}
    return settings | {"ANYMAIL": {"WEBHOOK_SECRET": secret} if secret else {}} | _mail_server(url, data_dir)


def _mail_server(url: str, data_dir: Path) -> dict[str, Any]:
    parts = urlsplit(url)
    backends = "django.core.mail.backends"
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": f"{backends}.console.EmailBackend"}
    if parts.scheme == "file":
        folder = Path(unquote(parts.path)) if parts.path else data_dir / "mail"
        return {"EMAIL_BACKEND": f"{backends}.filebased.EmailBackend", "EMAIL_FILE_PATH": folder}
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise SettingError("EMAIL_URL", "must begin with smtps://, smtp://, file: or console:")
    try:
        port = parts.port
    except ValueError:
        raise SettingError("EMAIL_URL", "has a port that is no number") from None
    secure = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": f"{backends}.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or (465 if secure else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": secure,
        "EMAIL_USE_TLS": not secure and parse_qs(parts.query).get("tls") == ["starttls"],
    }


def _vapid_key(reader: Reader, data_dir: Path) -> str:
    given = reader.text("VAPID_PRIVATE_KEY")
    if not given:
        return "" if reader.production else development_vapid_key(data_dir / "dev-vapid")
    try:
        scalar = base64.urlsafe_b64decode(given + "=" * (-len(given) % 4))
        ec.derive_private_key(int.from_bytes(scalar), ec.SECP256R1())
    except ValueError:
        scalar = b""
    if len(scalar) != 32:
        raise SettingError("VAPID_PRIVATE_KEY", "must be a private key on P-256, 32 bytes in base64url")
    return given


def _vapid_subject(reader: Reader) -> str:
    subject = reader.text("VAPID_SUBJECT", "" if reader.production else "mailto:hearth@localhost")
    if reader.text("VAPID_PRIVATE_KEY") and not subject.startswith(("mailto:", "https://")):
        raise SettingError("VAPID_SUBJECT", "must be a mailto: or https: address of whoever runs the house")
    return subject


def new_vapid_key() -> str:
    """Return a new private key on P-256: 32 bytes in base64url, as VAPID_PRIVATE_KEY wants it."""
    scalar = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return base64.urlsafe_b64encode(scalar.to_bytes(32)).rstrip(b"=").decode()


def development_vapid_key(path: Path) -> str:
    """Return the key kept in `path`, made once and readable by the owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(new_vapid_key())
        try:
            os.link(draft, path)  # of two processes that start at once the first one's key stays
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii")


def _twilio(reader: Reader) -> Twilio | None:
    names = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM")
    given = [reader.text(name) for name in names]
    url = reader.text("TWILIO_API_URL", "https://api.twilio.com")
    if not any(given):
        return None
    for name, value in zip(names, given, strict=True):
        if not value:
            raise SettingError(name, "must be set when the other TWILIO_* variables are")
    if reader.production and not url.startswith("https://"):
        raise SettingError("TWILIO_API_URL", "must be https in production")
    account, token, sender = given
    return Twilio(account, token, sender, url.rstrip("/"))
