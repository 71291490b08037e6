"""What carries messages out of the house, read from the environment."""

from pathlib import Path
from typing import Any

import pytest

from chatserver.providers import MAIL_SERVICES, Providers, Twilio, new_vapid_key, read_providers
from chatserver.reader import Reader, SettingError


def read(folder: Path, *, production: bool = False, **source: str) -> Providers:
    return read_providers(Reader(source, production=production), folder)


def test_development_writes_mail_to_files_makes_a_key_and_has_no_sms(tmp_path: Path) -> None:
    first = read(tmp_path)
    assert first.mail["EMAIL_FILE_PATH"] == tmp_path / "mail"
    assert first.twilio is None
    assert read(tmp_path).vapid_private_key == first.vapid_private_key
    assert (tmp_path / "dev-vapid").stat().st_mode & 0o777 == 0o600


def test_production_speaks_smtp_and_makes_no_key(tmp_path: Path) -> None:
    told = read(tmp_path, production=True)
    assert (told.mail["EMAIL_HOST"], told.mail["EMAIL_PORT"]) == ("localhost", 25)
    assert told.vapid_private_key == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtps://ann:p%40ss@mail.example.org", 465, False, True),
        ("smtp://ann:p%40ss@mail.example.org:587?tls=starttls", 587, True, False),
    ],
)
def test_a_mail_server_is_an_address(tmp_path: Path, url: str, port: int, tls: bool, ssl: bool) -> None:
    mail = read(tmp_path, EMAIL_URL=url).mail
    assert (mail["EMAIL_HOST"], mail["EMAIL_PORT"]) == ("mail.example.org", port)
    assert (mail["EMAIL_HOST_USER"], mail["EMAIL_HOST_PASSWORD"]) == ("ann", "p@ss")
    assert (mail["EMAIL_USE_TLS"], mail["EMAIL_USE_SSL"]) == (tls, ssl)


@pytest.mark.parametrize("service", MAIL_SERVICES)
def test_a_mail_service_is_anymails(tmp_path: Path, service: str) -> None:
    mail = read(tmp_path, EMAIL_SERVICE=service, EMAIL_SERVICE_KEY="k").mail
    assert mail["EMAIL_BACKEND"] == f"anymail.backends.{service}.EmailBackend"
    assert mail["ANYMAIL"][MAIL_SERVICES[service]] == "k"


def test_an_account_at_twilio_is_whole(tmp_path: Path) -> None:
    whole = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t", "TWILIO_FROM": "+1"}
    told = read(tmp_path, production=True, **whole).twilio
    assert told == Twilio("AC1", "t", "+1", "https://api.twilio.com")


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"EMAIL_URL": "ftp://x"}, "EMAIL_URL"),
    ({"EMAIL_URL": "smtp://x:port"}, "EMAIL_URL"),
    ({"EMAIL_SERVICE": "pigeon"}, "EMAIL_SERVICE"),
    ({"EMAIL_SERVICE": "brevo"}, "EMAIL_SERVICE_KEY"),
    (
        {"EMAIL_SERVICE": "brevo", "EMAIL_SERVICE_KEY": "k", "EMAIL_WEBHOOK_SECRET": "x"},
        "EMAIL_WEBHOOK_SECRET",
    ),
    ({"VAPID_PRIVATE_KEY": "AAAA"}, "VAPID_PRIVATE_KEY"),
    ({"VAPID_PRIVATE_KEY": "ä"}, "VAPID_PRIVATE_KEY"),
    ({"VAPID_PRIVATE_KEY": new_vapid_key(), "VAPID_SUBJECT": "me"}, "VAPID_SUBJECT"),
    ({"VAPID_PRIVATE_KEY": new_vapid_key(), "production": True}, "VAPID_SUBJECT"),
    ({"TWILIO_FROM": "+1"}, "TWILIO_ACCOUNT_SID"),
    (
        {
            "TWILIO_ACCOUNT_SID": "A",
            "TWILIO_AUTH_TOKEN": "t",
            "TWILIO_FROM": "+1",
            "TWILIO_API_URL": "http://x",
            "production": True,
        },
        "TWILIO_API_URL",
    ),
]


@pytest.mark.parametrize(("source", "variable"), WRONG)
def test_what_is_wrong_is_named(tmp_path: Path, source: dict[str, Any], variable: str) -> None:
    with pytest.raises(SettingError) as raised:
        read(tmp_path, **source)
    assert raised.value.variable == variable
