"""Houses elsewhere by which people may sign in, as the environment names them: OpenID providers."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from chatserver.reader import Reader, SettingError

WORD = re.compile(r"[a-z][a-z0-9]{0,30}")
# What is known of a provider whose word is this: its name for people, and its issuer.
KNOWN = {"google": ("Google", "https://accounts.google.com")}


@dataclass(frozen=True)
class SocialProvider:
    """One OpenID provider that knows this house as `client_id`."""

    word: str
    name: str
    issuer: str
    client_id: str
    secret: str


def read_social(reader: Reader) -> tuple[SocialProvider, ...]:
    """Return the providers, in the order they are named. Raises `SettingError`."""
    words = reader.words("SOCIAL_PROVIDERS", ())
    if len(set(words)) != len(words) or not all(WORD.fullmatch(word) for word in words):
        raise SettingError("SOCIAL_PROVIDERS", "must be different words of small letters and digits")
    return tuple(_provider(reader, word) for word in words)


def _provider(reader: Reader, word: str) -> SocialProvider:
    prefix = f"SOCIAL_{word.upper()}"
    name, issuer = KNOWN.get(word, (word.capitalize(), ""))
    issuer = reader.text(f"{prefix}_ISSUER", issuer)
    parts = urlsplit(issuer)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise SettingError(f"{prefix}_ISSUER", "must be an address like https://accounts.example.org")
    if reader.production and parts.scheme != "https":
        raise SettingError(f"{prefix}_ISSUER", "must begin with https:// in production")
    given = {part: reader.text(f"{prefix}_{part}") for part in ("CLIENT_ID", "CLIENT_SECRET")}
    for part, value in given.items():
        if not value:
            raise SettingError(f"{prefix}_{part}", "must be set for each of SOCIAL_PROVIDERS")
    name = reader.text(f"{prefix}_NAME", name)
    return SocialProvider(word, name, issuer, given["CLIENT_ID"], given["CLIENT_SECRET"])
